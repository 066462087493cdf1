import type { Fix, Range } from './model';
import { nearest } from './nearest';
import { plainOrQuoted } from './plainOrQuoted';
import { t } from '../l10n';

/** Replaces a name by the known one that is nearest. Undefined: none is near. */
export function nearestFix(range: Range, written: string, known: Iterable<string>): Fix | undefined {
  const found = nearest(written, known);
  return found === undefined ? undefined : changeTo(range, found);
}

export function changeTo(range: Range, text: string): Fix {
  return { title: t`Change to ${text}`, range, text: plainOrQuoted(text) };
}

const seconds = new Map<string, number>([
  ...([
    ['ms', 0.001],
    ['s', 1],
    ['sec', 1],
    ['second', 1],
    ['m', 60],
    ['min', 60],
    ['minute', 60],
  ] as const),
  ...([
    ['h', 3600],
    ['hour', 3600],
    ['d', 86_400],
    ['day', 86_400],
    ['w', 604_800],
    ['week', 604_800],
  ] as const),
]);
const bytes = new Map<string, number>([
  ...([
    ['b', 1],
    ['k', 1024],
    ['kb', 1000],
    ['kib', 1024],
    ['m', 1024 ** 2],
    ['mb', 1e6],
    ['mib', 1024 ** 2],
  ] as const),
  ...([
    ['g', 1024 ** 3],
    ['gb', 1e9],
    ['gib', 1024 ** 3],
    ['t', 1024 ** 4],
    ['tb', 1e12],
    ['tib', 1024 ** 4],
  ] as const),
]);

/**
 * The number that a text with a unit means under a key that names its unit (`pollSeconds: 1m` is 60), or in quotes.
 * Undefined: it cannot be told.
 */
export function numberFor(key: string, written: string): number | undefined {
  const [, digits = '', letters = ''] = /^\s*(\d+(?:\.\d+)?)\s*([A-Za-z]*|%)\s*$/.exec(written) ?? [];
  if (digits === '') return undefined;
  const unit = letters.toLowerCase();
  const number = Number(digits);
  if (unit === '') return number;
  const factor = factorOf(key, unit) ?? factorOf(key, unit.replace(/s$/, ''));
  // Sums of binary fractions: 1.1 h is 3960 s.
  return factor === undefined ? undefined : Number((number * factor).toPrecision(12));
}

function factorOf(key: string, unit: string): number | undefined {
  if (key.endsWith('Seconds')) return seconds.get(unit);
  const inSeconds = unit === 'ms' ? undefined : seconds.get(unit);
  if (key.endsWith('Days')) return inSeconds === undefined ? undefined : inSeconds / 86_400;
  if (key.endsWith('Bytes')) return bytes.get(unit);
  return key.endsWith('Percent') && unit === '%' ? 1 : undefined;
}

/** What YAML 1.1 took for a truth value. */
export function booleanFor(written: string): boolean | undefined {
  if (/^(?:true|yes|y|on)$/i.test(written)) return true;
  return /^(?:false|no|n|off)$/i.test(written) ? false : undefined;
}
