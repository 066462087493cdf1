import * as fc from 'fast-check';
import { tellFigure } from '../attacks/figures';

/** The same cases in every run, so that a failure is of the change at hand; `FUZZ_SEED` and `FUZZ_RUNS` look further. */
const seed = Number(process.env['FUZZ_SEED'] ?? 20261128);
const runs = Number(process.env['FUZZ_RUNS'] ?? 300);

/** Longer than this for one small input, and an editor would stand still. */
const slowMs = 1000;

/** Holds a property over generated values; what throws or takes long is a failure with the smallest value found. */
export function holds<T>(values: fc.Arbitrary<T>, property: (value: T) => void, more: { readonly runs?: number } = {}) {
  fc.assert(
    fc.property(values, (value) => {
      const startedAt = process.cpuUsage();
      property(value);
      const { user, system } = process.cpuUsage(startedAt);
      const spentMs = (user + system) / 1000;
      if (spentMs > slowMs) throw new Error(`It took ${spentMs} ms`);
    }),
    { seed, numRuns: more.runs ?? runs },
  );
  tellFigure('inputs that fast-check made up', more.runs ?? runs);
}

/** What a string from a server, a proxy or a file can hold to have it run, drawn, hidden or split. */
export const hostile: readonly string[] = [
  '',
  '\0',
  '\u001b[2J\u001b]0;owned\u0007',
  '\u202egnp.exe',
  '\ud800',
  '\n',
  '\r\n',
  '<script>alert(1)</script>',
  '<img src=x onerror=alert(1)>',
  '[click](command:workbench.action.terminal.new)',
  '$(touch PWNED)',
  '`touch PWNED`',
  "'; DROP TABLE users; --",
  '__proto__',
  'constructor',
  '-1',
  '1e309',
  'NaN',
  '18446744073709551616',
  '9'.repeat(400),
  'x'.repeat(100_000),
];

/** Any text, often a hostile one. */
export const anyText = fc.oneof(
  fc.constantFrom(...hostile),
  fc.string({ unit: 'grapheme', maxLength: 60 }),
  fc.string({ unit: 'binary', maxLength: 60 }),
);

/** A sound text that somebody has damaged: pieces cut out, doubled, moved, or replaced by the given words. */
export function damaged(sound: string, words: readonly string[]): fc.Arbitrary<string> {
  const place = fc.nat(sound.length);
  const change = fc.record({ at: place, length: fc.nat(40), word: fc.oneof(fc.constantFrom(...words), anyText) });
  return fc.array(change, { minLength: 1, maxLength: 6 }).map((changes) =>
    changes.reduce((text, { at, length, word }, index) => {
      const from = Math.min(at, text.length);
      const piece = text.slice(from, from + length);
      const put = [word, '', piece + piece][index % 3] ?? '';
      return text.slice(0, from) + put + text.slice(from + length);
    }, sound),
  );
}
