import type { NameNode } from './statements';
import { placeholderMark, tokenValue, type Span, type Token, type TokenizeOptions } from './tokenizer';
import { t } from '../l10n';

/**
 * Walks the tokens of one statement. The first failure is kept and the cursor then stands at the end, so that every
 * reader after it comes back at once: nothing throws, and no loop can go on.
 */
export class TokenCursor {
  readonly text: string;
  readonly tokens: readonly Token[];
  readonly options: TokenizeOptions;
  #at: number;
  readonly #first: number;
  #end: number;
  #failure: (Span & { readonly message: string }) | undefined;

  /** `tokens` without white space and comments; only those from `from` on and before `to` are seen. */
  constructor(text: string, tokens: readonly Token[], options: TokenizeOptions, from = 0, to = tokens.length) {
    this.text = text;
    this.tokens = tokens;
    this.options = options;
    this.#at = from;
    this.#first = from;
    this.#end = to;
  }

  get failure(): (Span & { readonly message: string }) | undefined {
    return this.#failure;
  }

  get index(): number {
    return this.#at;
  }

  get atEnd(): boolean {
    return this.#at >= this.#end;
  }

  /** Offset where the next token starts, or where the statement ends. */
  get offset(): number {
    return this.peek()?.start ?? this.lastEnd;
  }

  /** End of the token read last. */
  get lastEnd(): number {
    const last = this.#at > this.#first ? this.tokens[this.#at - 1]?.end : this.tokens[this.#first]?.start;
    return last ?? 0;
  }

  peek(ahead = 0): Token | undefined {
    return this.#at + ahead < this.#end ? this.tokens[this.#at + ahead] : undefined;
  }

  next(): Token | undefined {
    const token = this.peek();
    if (token) this.#at += 1;
    return token;
  }

  /** Keeps the first failure only, at the next token. */
  // eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- so that a reader can return it as its own.
  fail<T>(message: string): T | undefined {
    if (this.#failure) return undefined;
    const token = this.peek();
    const end = this.lastEnd;
    this.#failure = { message, start: token?.start ?? Math.max(end - 1, 0), end: token?.end ?? end };
    this.#end = this.#at;
    return undefined;
  }

  is(...words: readonly string[]): boolean {
    for (let index = 0; index < words.length; index += 1) {
      if (this.peek(index)?.word !== words[index]) return false;
    }
    return true;
  }

  /** Takes the words or symbols when all of them follow. */
  take(...words: readonly string[]): Span | undefined {
    if (!this.is(...words)) return undefined;
    const start = this.offset;
    this.#at += words.length;
    return { start, end: this.lastEnd };
  }

  expect(...words: readonly string[]): Span | undefined {
    return this.take(...words) ?? this.fail(t`${words.join(' ')} is expected here.`);
  }

  /** One word of several. */
  takeOneOf<W extends string>(words: readonly W[]): W | undefined {
    const word = this.peek()?.word ?? '';
    // Most of the time the next token is a quoted name or nothing.
    const found = word === '' ? undefined : words.find((one) => one === word);
    if (found !== undefined) this.#at += 1;
    return found;
  }

  value(token: Token): string {
    return tokenValue(this.text, token, this.options);
  }

  /** A name in any quotes or none. */
  name(what: string): NameNode | undefined {
    const token = this.peek();
    if (
      !token ||
      (token.kind !== 'word' && token.kind !== 'quoted' && token.kind !== 'string' && token.kind !== 'placeholder')
    ) {
      return this.fail(t`${what} is expected here.`);
    }
    return this.#glued(token);
  }

  /** An identifier: a string is none. Digits may stand in front. */
  identifier(what: string): NameNode | undefined {
    const token = this.peek();
    if (token?.kind === 'string') return this.fail(t`${what} stands in back-ticks or bare, not in quotes of a string.`);
    if (token?.kind === 'number') {
      this.#at += 1;
      return { value: this.value(token), start: token.start, end: token.end };
    }
    return this.name(what);
  }

  string(what: string): NameNode | undefined {
    const token = this.peek();
    if (token?.kind !== 'string') return this.fail(t`${what} is expected here, in quotes.`);
    this.#at += 1;
    return { value: this.value(token), start: token.start, end: token.end };
  }

  number(what: string): number | undefined {
    const token = this.peek();
    if (token?.kind !== 'number') return this.fail(t`${what} is expected here, a number.`);
    this.#at += 1;
    return Number(this.value(token));
  }

  /** Takes a bare name with the open values that touch it: `wiki<%= @x %>_p` is one name. */
  #glued(first: Token): NameNode {
    this.#at += 1;
    let value = this.value(first);
    let { end } = first;
    if (first.kind === 'word' || first.kind === 'placeholder') {
      for (let token = this.peek(); token?.start === end && isGlue(token); token = this.peek()) {
        value += this.value(token);
        end = token.end;
        this.#at += 1;
      }
    }
    return { value, start: first.start, end };
  }
}

function isGlue(token: Token): boolean {
  return token.kind === 'placeholder' || token.kind === 'word';
}

/** The template leaves a value in it open. */
export function isOpen(value: string): boolean {
  return value.includes(placeholderMark.open);
}
