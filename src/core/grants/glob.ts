/** A glob of the inventory as an expression: `*` and `?` inside a name, `**` over folders, `{a,b}`, `[...]`. */
function toPattern(glob: string): string {
  let pattern = '';
  let depth = 0;
  for (let at = 0; at < glob.length; at += 1) {
    const character = glob[at] ?? '';
    if (character === '*') {
      if (glob.startsWith('**/', at)) {
        pattern += '(?:[^/]+/)*';
        at += 2;
      } else if (glob[at + 1] === '*') {
        pattern += '.*';
        at += 1;
      } else pattern += '[^/]*';
    } else if (character === '?') pattern += '[^/]';
    else if (character === '{' && glob.includes('}', at)) {
      depth += 1;
      pattern += '(?:';
    } else if (character === '}' && depth > 0) {
      depth -= 1;
      pattern += ')';
    } else if (character === ',' && depth > 0) pattern += '|';
    else if (character === '[' && glob.indexOf(']', at + 2) > 0) {
      const end = glob.indexOf(']', at + 2);
      const inner = glob
        .slice(at + 1, end)
        .replace(/^!/, '^')
        .replace(/[\\[]/g, '\\$&');
      pattern += `[${inner}]`;
      at = end;
    } else pattern += character.replace(/[.*+?^${}()|[\]\\]/, '\\$&');
  }
  return pattern + ')'.repeat(depth);
}

/** @param path relative to the inventory's folder, with `/` between names. */
export function matchesGlob(glob: string, path: string): boolean {
  try {
    return new RegExp(`^${toPattern(glob.replace(/^\.\//, ''))}$`).test(path);
  } catch {
    // A range that is none, as in `[z-a]`.
    return glob === path;
  }
}
