import { isTrivia, tokenize, type Token } from './tokenizer';

const secretFollows: ReadonlySet<string> = new Set(['BY', 'PASSWORD', 'USING', 'AS', 'REPLACE', '=']);

/**
 * An account statement with every secret and hash in it replaced by `'<secret>'`; an empty one stays empty. For the
 * adapter's door: what comes out parses to the same model. Strings elsewhere, such as hosts, stay as they are.
 */
export function redactGrantText(text: string): string {
  let redacted = '';
  let last: Token | undefined;
  let earlier: Token | undefined;
  for (const token of tokenize(text)) {
    const literal = token.kind === 'string' || /^0X[\dA-F]+$/.test(token.word);
    const called = last?.word === '(' && (earlier?.word === 'PASSWORD' || earlier?.word === 'OLD_PASSWORD');
    const secret = literal && (called || secretFollows.has(last?.word ?? ''));
    const empty = token.end - token.start === 2 && !token.unterminated;
    redacted += secret && !empty ? "'<secret>'" : text.slice(token.start, token.end);
    if (isTrivia(token)) continue;
    earlier = last;
    last = token;
  }
  return redacted;
}
