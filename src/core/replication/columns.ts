import type { Row } from './reading';

/** Reads columns by name: the first of the given names that the row has. NULL and a missing column are undefined. */

export function textOf(row: Row, ...names: readonly string[]): string | undefined {
  for (const name of names) {
    const value = row[name];
    if (value !== undefined && value !== null) {
      return value;
    }
  }
  return undefined;
}

/** As `textOf`; the empty text counts as not there, as the servers write it for "none". */
export function wordOf(row: Row, ...names: readonly string[]): string | undefined {
  const value = textOf(row, ...names)?.trim();
  return value === '' ? undefined : value;
}

export function numberOf(row: Row, ...names: readonly string[]): number | undefined {
  const value = wordOf(row, ...names);
  if (value === undefined) {
    return undefined;
  }
  const number = Number(value);
  return Number.isFinite(number) ? number : undefined;
}

/** `Yes`/`No`, `ON`/`OFF`, `1`/`0`; any other word is unknown. MySQL's `Ignored` (no TLS built in) is unknown too. */
export function flagOf(row: Row, ...names: readonly string[]): boolean | undefined {
  switch (wordOf(row, ...names)?.toLowerCase()) {
    case 'yes':
    case 'on':
    case '1':
    case 'true':
    case 'enabled':
      return true;
    case 'no':
    case 'off':
    case '0':
    case 'false':
    case 'disabled':
      return false;
    default:
      return undefined;
  }
}

/** Removes the keys whose value is undefined: under exactOptionalPropertyTypes a key is there or it is not. */
export function known<T extends object>(value: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  const kept: { [K in keyof T]?: T[K] } = {};
  // A loop: this is done with each part of each reading, and lists of pairs would be most of what there is to clear away.
  for (const key in value) if (value[key] !== undefined) kept[key] = value[key];
  return kept as { [K in keyof T]: Exclude<T[K], undefined> };
}
