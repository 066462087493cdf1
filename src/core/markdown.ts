import { codeSpans } from './codeSpans';
import { clip, code, plain } from './findings/phrase';

/** Markdown of texts that others wrote. */

/** Texts of ours are shorter, and nobody reads more of another's. */
const readLength = 4000;
const sentenceLength = 20_000;

/** A sentence in a cell of a table: what would end the cell does not, in code neither. */
export function cell(sentence: string): string {
  return prose(sentence).replace(/(?<!\\)\|/g, '\\|');
}

/** A fence longer than any run of backticks inside, so that server text cannot leave it. */
export function fence(text: string, language = 'text', length = Number.POSITIVE_INFINITY): string {
  const shown = clip(text, length)
    .split(/\r\n|\n|\r/)
    .map((line) => plainLine(line))
    .join('\n');
  let longest = 0;
  for (const [run] of shown.matchAll(/`+/g)) longest = Math.max(longest, run.length);
  const ticks = '`'.repeat(Math.max(3, longest + 1));
  return `${ticks}${language}\n${shown}\n${ticks}`;
}

/** Several lines as a numbered list; one goes on in its sentence. */
export function steps(text: string): string {
  const lines = text
    .split('\n')
    .filter((line) => line !== '')
    .map(prose);
  return lines.length < 2
    ? ` ${lines.join('')}`
    : `\n\n${lines.map((line, index) => `${index + 1}. ${line}`).join('\n')}`;
}

/**
 * Text of a server on one line, in which nothing is markup. An underscore inside a word is none, so that names can be
 * read in the source too.
 */
export function literal(text: string): string {
  return plain(text, readLength).replace(
    /[\\`*[\]<>|#]|(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu,
    (character) => `\\${character}`,
  );
}

/** A sentence of ours on one line: code between backticks stays code, and nothing else in it is markup. */
export function prose(sentence: string): string {
  const blank = (isThere: boolean): string => (isThere ? ' ' : '');
  return joinSpans(sentence, (text) =>
    text.trim() === '' ? ' ' : `${blank(/^\s/.test(text))}${literal(text)}${blank(/\s$/.test(text))}`,
  );
}

/** Code of a sentence as code, and all else as `render` gives it. Two pieces of code that touch would be one to Markdown. */
export function joinSpans(sentence: string, render: (text: string) => string): string {
  const spans = codeSpans(clip(sentence, sentenceLength));
  return spans
    .map(({ text, isCode }, index) => {
      if (!isCode) return render(text);
      return `${index > 0 && spans[index - 1]?.isCode === true ? ' ' : ''}${code(text, readLength)}`;
    })
    .join('');
}

/** As `plain`, with the blanks at its beginning: those of a command or a table count. */
function plainLine(line: string): string {
  const [indent = ''] = /^[ \t]*/.exec(line) ?? [];
  return indent + plain(line, 20_000);
}
