import type { Row } from '../../core/replication/reading';

/** More than the different texts of a fleet of thousands that stay the same from one poll to the next. */
const mostTexts = 20_000;
/** Shorter ones cost less than to look for them. */
const leastLength = 12;

const texts = new Map<string, string>();

/**
 * The same text, kept once. Thousands of instances are asked the same statements and answer with the same words, twice
 * each since two readings are kept: most of the memory of a large fleet would be copies.
 */
export function shared(text: string): string {
  if (text.length < leastLength) return text;
  const known = texts.get(text);
  if (known !== undefined) return known;
  // What is in use is put in again by the next polls.
  if (texts.size >= mostTexts) texts.clear();
  texts.set(text, text);
  return text;
}

/**
 * The same rows, in place: new ones would lose the shape that those of a statement share. Only for what is polled: the
 * hashes in what is read of grants are not to be kept.
 */
export function shareTexts(rows: readonly Row[]): readonly Row[] {
  for (const row of rows as readonly Record<string, Row[string]>[]) {
    for (const column in row) {
      const value = row[column];
      if (typeof value === 'string') row[column] = shared(value);
    }
  }
  return rows;
}
