import type { Flavor } from '../replication/reading';

/** Offsets into the text, end exclusive, in UTF-16 units. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

export type TokenKind =
  | 'space'
  | 'comment'
  /** `/*!50000` and its closing mark, where the server runs what stands between them. */
  | 'executable'
  | 'word'
  | 'number'
  /** A string literal. */
  | 'string'
  /** A quoted identifier. */
  | 'quoted'
  /** Stands for a value that the template leaves open; see `placeholderMark`. */
  | 'placeholder'
  | 'symbol';

export interface Token extends Span {
  readonly kind: TokenKind;
  /** Words in upper case, symbols as they are, else ''. */
  readonly word: string;
  /** The text ended before the quote or the comment was closed. */
  readonly unterminated?: true;
}

export interface TokenizeOptions {
  readonly flavor?: Flavor;
  /** 101119 is 10.11.19. Decides which executable comments run; undefined: all of them. */
  readonly versionId?: number;
  /** sql_mode ANSI_QUOTES: double quotes enclose identifiers. */
  readonly ansiQuotes?: boolean;
  /** sql_mode NO_BACKSLASH_ESCAPES. */
  readonly noBackslashEscapes?: boolean;
}

/** Encloses the number of an open value in expanded template text: private use characters, which no SQL holds. */
export const placeholderMark = { open: '\uE000', close: '\uE001' } as const;

const codes = { open: 0xe000, close: 0xe001, backslash: 92, newline: 10, return: 13, star: 42, slash: 47, dash: 45 };

/** Every character belongs to exactly one token, in order. Linear in the length of the text; never throws. */
export function tokenize(text: string, options: TokenizeOptions = {}): readonly Token[] {
  return scan(text, options, true);
}

/** The same without white space and comments, except comments that are never closed. */
export function tokenizeCode(text: string, options: TokenizeOptions = {}): readonly Token[] {
  return scan(text, options, false);
}

function scan(text: string, options: TokenizeOptions, withTrivia: boolean): readonly Token[] {
  const tokens: Token[] = [];
  const { length } = text;
  let at = 0;
  let executing = false;
  const push = (kind: TokenKind, end: number, word = '', closed = true) => {
    const trivia = kind === 'space' || kind === 'comment' || kind === 'executable';
    if (!closed) tokens.push({ kind, start: at, end, word, unterminated: true });
    else if (withTrivia || !trivia) tokens.push({ kind, start: at, end, word });
    at = end;
  };
  while (at < length) {
    const code = text.charCodeAt(at);
    const next = at + 1 < length ? text.charCodeAt(at + 1) : -1;
    if (isSpace(code)) {
      let end = at + 1;
      while (end < length && isSpace(text.charCodeAt(end))) end += 1;
      push('space', end);
    } else if (isWord(code)) {
      let end = at;
      let digits = true;
      let upper = true;
      for (let one = code; end < length && isWord(one); one = text.charCodeAt(end)) {
        if (one < 48 || one > 57) digits = false;
        if (one > 90) upper = false;
        end += 1;
      }
      if (digits) push('number', decimalEnd(text, end));
      else push('word', end, upper ? text.slice(at, end) : text.slice(at, end).toUpperCase());
    } else if (code === 39 || code === 34 || code === 96) {
      const identifier = code === 96 || (code === 34 && options.ansiQuotes === true);
      const end = quoteEnd(text, at, code, !identifier && options.noBackslashEscapes !== true);
      push(identifier ? 'quoted' : 'string', end.end, '', end.closed);
    } else if (code === 35 || (code === codes.dash && next === codes.dash && endsDashes(text, at + 2))) {
      push('comment', lineEnd(text, at));
    } else if (code === codes.slash && next === codes.star) {
      const opening = executableOpening(text, at, options);
      if (opening > 0) {
        executing = true;
        push('executable', opening);
      } else {
        const end = text.indexOf('*/', at + 2);
        push('comment', end < 0 ? length : end + 2, '', end >= 0);
      }
    } else if (executing && code === codes.star && next === codes.slash) {
      executing = false;
      push('executable', at + 2);
    } else if (code === codes.backslash && (next === codes.newline || next === codes.return)) {
      // A shell's line continuation, as templates for `mysql -e` have it.
      push('space', at + 1);
    } else if (code === codes.open) {
      const end = text.indexOf(placeholderMark.close, at + 1);
      push('placeholder', end < 0 ? at + 1 : end + 1);
    } else {
      push('symbol', at + 1, text[at] ?? '');
    }
  }
  return tokens;
}

/** What the token stands for: quotes and escapes undone. */
export function tokenValue(text: string, token: Token, options: TokenizeOptions = {}): string {
  if (token.kind !== 'string' && token.kind !== 'quoted') return text.slice(token.start, token.end);
  const body = text.slice(token.start + 1, token.unterminated ? token.end : token.end - 1);
  const quote = text[token.start] ?? '';
  const escapes = token.kind === 'string' && options.noBackslashEscapes !== true && body.includes('\\');
  if (!escapes) return body.includes(quote) ? body.replaceAll(quote + quote, quote) : body;
  let value = '';
  for (let at = 0; at < body.length; at += 1) {
    const character = body[at] ?? '';
    if (character === '\\' && at + 1 < body.length) {
      at += 1;
      value += unescape(body[at] ?? '');
    } else {
      value += character;
      if (character === quote && body[at + 1] === quote) at += 1;
    }
  }
  return value;
}

/** `\%` and `\_` keep their backslash: they are for patterns, and names and strings are not patterns. */
function unescape(character: string): string {
  const known: Readonly<Record<string, string>> = {
    '0': '\0',
    b: '\b',
    n: '\n',
    r: '\r',
    t: '\t',
    Z: '\x1a',
    '%': '\\%',
    _: '\\_',
  };
  return known[character] ?? character;
}

export function isTrivia(token: Token): boolean {
  return token.kind === 'space' || token.kind === 'comment' || token.kind === 'executable';
}

function isSpace(code: number): boolean {
  return code === 32 || (code >= 9 && code <= 13) || code === 0xa0 || code === 0xfeff;
}

/** Letters, digits, `_`, `$` and everything beyond ASCII that is not a mark of ours. */
function isWord(code: number): boolean {
  if (code < 128) return asciiWord[code] === 1;
  return code !== 0xa0 && code !== 0xfeff && code !== codes.open && code !== codes.close;
}

const asciiWord = Uint8Array.from({ length: 128 }, (_, code) => (/[\w$]/.test(String.fromCharCode(code)) ? 1 : 0));

/** `30` of `30.000000` has been read; the fraction belongs to the number. */
function decimalEnd(text: string, end: number): number {
  if (text[end] !== '.') return end;
  let at = end + 1;
  while (at < text.length && text.charCodeAt(at) >= 48 && text.charCodeAt(at) <= 57) at += 1;
  return at === end + 1 ? end : at;
}

function quoteEnd(text: string, start: number, quote: number, escapes: boolean): { end: number; closed: boolean } {
  for (let at = start + 1; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (escapes && code === codes.backslash) {
      at += 1;
    } else if (code === quote) {
      if (text.charCodeAt(at + 1) !== quote) return { end: at + 1, closed: true };
      at += 1;
    }
  }
  return { end: text.length, closed: false };
}

/** `--` opens a comment only before white space or at the end of the text. */
function endsDashes(text: string, at: number): boolean {
  return at >= text.length || text.charCodeAt(at) <= 32;
}

function lineEnd(text: string, start: number): number {
  let at = start;
  while (at < text.length && text.charCodeAt(at) !== codes.newline && text.charCodeAt(at) !== codes.return) at += 1;
  return at;
}

/** Where the content of `/*!`, `/*!50000` or `/*M!100400` begins; 0: the server takes it as a plain comment. */
function executableOpening(text: string, at: number, { flavor, versionId }: TokenizeOptions): number {
  const match = /^\/\*(M?)!(\d{5,6})?/.exec(text.slice(at, at + 12));
  if (!match) return 0;
  const version = match[2] === undefined ? undefined : Number(match[2]);
  if (match[1] === 'M' && flavor === 'mysql') return 0;
  // MariaDB leaves out what is for MySQL 5.7 and later: its own numbers went another way.
  if (flavor === 'mariadb' && match[1] === '' && version !== undefined && version >= 50700 && version <= 99999)
    return 0;
  if (versionId !== undefined && version !== undefined && version > versionId) return 0;
  return at + match[0].length;
}
