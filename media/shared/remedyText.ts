import { codeSpans } from '../../src/core/codeSpans';
import { h } from './dom';

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

/** One sentence in place, such as a title. */
export function sentence(element: Element, text: string): void {
  if (written.get(element) === text) return;
  written.set(element, text);
  element.replaceChildren(...pieces(text));
}

function pieces(line: string): readonly (Node | string)[] {
  return codeSpans(line).map(({ text, isCode }) => (isCode ? h('code', {}, ...optionsWhole(text)) : text));
}

/** A line may end after any hyphen, also after the one that an option begins with. */
function optionsWhole(code: string): readonly (Node | string)[] {
  return code
    .split(/(?<=^|\s)(--?\w\S*)/)
    .map((piece, at) => (at % 2 === 1 ? h('span', { class: 'option' }, piece) : piece));
}
