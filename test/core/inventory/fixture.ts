import { type Range } from '../../../src/core/inventory/model';
import { LineIndex } from '../../../src/core/inventory/lineIndex';

/**
 * A document with the ranges that are expected to be marked: `«x»` becomes `x`, and its range is returned. Indentation
 * common to all lines is removed, so that documents can stand in the test as they look.
 */
export function fixture(marked: string): { readonly text: string; readonly ranges: readonly Range[] } {
  const lines = marked.replace(/^\n/, '').trimEnd().split('\n');
  const indent = Math.min(...lines.filter((line) => line.trim() !== '').map((line) => line.search(/\S/)));
  const source = lines.map((line) => line.slice(Math.min(indent, line.length))).join('\n') + '\n';
  let text = '';
  const starts: number[] = [];
  const offsets: (readonly [number, number])[] = [];
  for (const character of source) {
    if (character === '«') starts.push(text.length);
    else if (character === '»') offsets.push([starts.pop()!, text.length]);
    else text += character;
  }
  const index = new LineIndex(text);
  return { text, ranges: offsets.sort((a, b) => a[0] - b[0]).map((pair) => index.range(...pair)) };
}

/** The document with its problems marked, for a failure that can be read. */
export function mark(text: string, ranges: readonly Range[]): string {
  const offset = ({ line, character }: Range['start']): number => {
    const lines = text.split('\n');
    return lines.slice(0, line).reduce((sum, each) => sum + each.length + 1, 0) + character;
  };
  const marks = ranges.flatMap(({ start, end }) => [
    { at: offset(start), sign: '«', order: 1 },
    { at: offset(end), sign: '»', order: offset(end) === offset(start) ? 2 : 0 },
  ]);
  return marks
    .sort((a, b) => b.at - a.at || b.order - a.order)
    .reduce((marked, { at, sign }) => marked.slice(0, at) + sign + marked.slice(at), text);
}
