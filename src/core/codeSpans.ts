/** A piece of a finding's sentence: a statement, a name, or the words between. */
export interface Span {
  readonly text: string;
  readonly isCode: boolean;
}

/**
 * Takes a sentence apart in which code stands between backticks; code that holds a backtick itself stands between two,
 * as in Markdown. A backtick without a partner is text.
 */
export function codeSpans(sentence: string): readonly Span[] {
  return sentence
    .split(/(``.+?``(?!`)|`[^`]+`)/)
    .filter((piece) => piece !== '')
    .map((piece) => {
      const fence = /^(`{1,2})(.+)\1$/s.exec(piece);
      return fence === null ? { text: piece, isCode: false } : { text: (fence[2] ?? '').trim(), isCode: true };
    });
}

/** The sentence without its backticks, for places that show plain text only. */
export function withoutCode(sentence: string): string {
  return codeSpans(sentence)
    .map(({ text }) => text)
    .join('');
}
