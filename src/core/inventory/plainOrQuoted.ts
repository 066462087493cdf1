/** A text as YAML: plain where that means the same text in every reading of YAML; else in single quotes. */
export function plainOrQuoted(text: string): string {
  const isPlain =
    /^(?:[A-Za-z_][A-Za-z0-9_.-]*|\d+(?:\.\d+){3})(?::\d+)?$/.test(text) &&
    !/^(?:true|false|null|yes|no|on|off)$/i.test(text);
  return isPlain ? text : `'${text.replaceAll("'", "''")}'`;
}
