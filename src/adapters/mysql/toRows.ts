import type { Row } from '../../core/replication/reading';

/** What the driver is asked for: the bytes of each value in the order of the columns, and nothing read into them. */
export const plainest = { rowsAsArray: true, typeCast: false } as const;

/** Statements differ in their columns, servers hardly: more than this many come from no server that means well. */
const mostShapes = 200;

/** Rows of empty values, by the names of their columns. */
const shapes = new Map<string, Row>();

/**
 * The rows of an answer, text exactly as sent. Thousands are kept of a large fleet, so that all rows with the same
 * columns are copies of one, whose shape they share: a row that is filled in column by column becomes a hash table.
 * @param values rows of `plainest`; anything else is an answer without rows
 * @param columns the driver's fields
 */
export function toRows(values: unknown, columns: unknown): readonly Row[] {
  if (!Array.isArray(values) || !Array.isArray(columns) || values.length === 0) return [];
  const names = (columns as readonly { readonly name: string }[]).map(({ name }) => name);
  const shape = shapeOf(names);
  return (values as readonly (readonly (Buffer | null)[])[]).map((bytes) => {
    const texts = sharedShort(bytes.map(toText));
    const row: Record<string, string | null> = { ...shape };
    names.forEach((name, index) => {
      row[name] = texts[index] ?? null;
    });
    return row;
  });
}

function shapeOf(names: readonly string[]): Row {
  const key = JSON.stringify(names);
  const known = shapes.get(key);
  if (known !== undefined) return known;
  // Parsed and not filled in, for the shape, and since a column may have any name, `__proto__` as well.
  const shape = JSON.parse(`{${names.map((name) => `${JSON.stringify(name)}:null`).join()}}`) as Row;
  if (shapes.size >= mostShapes) shapes.clear();
  shapes.set(key, shape);
  return shape;
}

/** The parser of JSON keeps short texts once in the whole process, and thousands of servers answer `Yes`. */
function sharedShort(texts: readonly (string | null)[]): readonly (string | null)[] {
  return JSON.parse(JSON.stringify(texts)) as readonly (string | null)[];
}

/** BINARY(n) is padded with NULs, which belong to no value. */
function toText(bytes: Buffer | null): string | null {
  if (bytes === null) return null;
  let end = bytes.length;
  while (end > 0 && bytes[end - 1] === 0) end -= 1;
  return bytes.toString('utf8', 0, end);
}
