import { h } from '../shared/dom';

const written = new WeakMap<Element, string>();

/** Sentences with statements between backticks, several steps separated by line feeds, as elements. */
export function remedyText(element: Element, text: string): void {
  // Untouched when it is the same: somebody may be selecting a statement in it.
  if (written.get(element) === text) return;
  written.set(element, text);
  const lines = text.split('\n').filter((line) => line !== '');
  element.replaceChildren(
    lines.length > 1
      ? h('ol', {}, ...lines.map((line) => h('li', {}, ...pieces(line))))
      : h('p', {}, ...pieces(lines[0] ?? '')),
  );
}

function pieces(line: string): readonly (Node | string)[] {
  return line.split('`').map((piece, index) => (index % 2 === 1 ? h('code', {}, piece) : piece));
}
