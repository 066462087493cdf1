import { codeSpans } from './codeSpans';
import { code, plain } from './findings/phrase';

/** Markdown of texts that others wrote. */

/** Server text may hold line feeds; in a heading or a table that would end it. */
export function inline(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}

export function cell(text: string): string {
  return inline(text).replace(/[\\|]/g, (special) => `\\${special}`);
}

/** A fence longer than any run of backticks inside, so that server text cannot leave it. */
export function fence(text: string, language = 'text'): string {
  const longest = Math.max(0, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const ticks = '`'.repeat(Math.max(3, longest + 1));
  return `${ticks}${language}\n${text}\n${ticks}`;
}

/** Several lines as a numbered list; one goes on in its sentence. */
export function steps(text: string): string {
  const lines = text.split('\n').filter((line) => line !== '');
  return lines.length < 2 ? ` ${text}` : `\n\n${lines.map((line, index) => `${index + 1}. ${line}`).join('\n')}`;
}

/**
 * Text of a server on one line, in which nothing is markup. An underscore inside a word is none, so that names can be
 * read in the source too.
 */
export function literal(text: string): string {
  return plain(text).replace(/[\\`*[\]<>|#]|(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu, (character) => `\\${character}`);
}

/** A sentence of ours on one line: code between backticks stays code, and nothing else in it is markup. */
export function prose(sentence: string): string {
  return codeSpans(sentence)
    .map(({ text, isCode }) => (isCode ? code(text) : text.replace(/\S(?:.*\S)?/s, literal)))
    .join('');
}
