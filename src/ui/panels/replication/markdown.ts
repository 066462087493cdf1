/** Markdown of texts that others wrote. */

/** Server text may hold line feeds; in a heading or a table that would end it. */
export function inline(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}

export function cell(text: string): string {
  return inline(text).replace(/[\\|]/g, (special) => `\\${special}`);
}

/** A fence longer than any run of backticks inside, so that server text cannot leave it. */
export function fence(text: string): string {
  const longest = Math.max(0, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const ticks = '`'.repeat(Math.max(3, longest + 1));
  return `${ticks}text\n${text}\n${ticks}`;
}

/** Several lines as a numbered list; one goes on in its sentence. */
export function steps(text: string): string {
  const lines = text.split('\n').filter((line) => line !== '');
  return lines.length < 2 ? ` ${text}` : `\n\n${lines.map((line, index) => `${index + 1}. ${line}`).join('\n')}`;
}
