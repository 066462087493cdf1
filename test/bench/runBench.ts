import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { format, resolveConfig } from 'prettier';
import { builtFile } from './builtFile';
import type { Figure } from './figure';
import { renderBenchmarks } from './renderBenchmarks';

/** Each measures something together with its floor; the names stay the same so that runs can be compared. */
const benches = [
  'bundleSizes',
  'refreshFifty',
  'activation',
  'manyGrants',
  'largeFleet',
  'mirrorDrift',
  'panelUpdate',
  'leaks',
];

async function measure(name: string): Promise<readonly Figure[]> {
  const loaded = (await import(builtFile(name))) as Readonly<Record<string, () => Promise<readonly Figure[]>>>;
  const bench = loaded[name];
  if (bench === undefined) throw new Error(`There is no ${name} in its file`);
  return bench();
}

function table(figures: readonly Figure[]): string {
  const rows = figures.map(({ name, value, unit, floor, ratio, limit }) => [
    name,
    `${value} ${unit}`,
    floor === undefined ? '' : `${floor} ${unit}`,
    ratio === undefined ? '' : `× ${ratio}`,
    limit === undefined ? '' : `≤ ${limit} ${(ratio ?? value) <= limit ? 'kept' : 'MISSED'}`,
  ]);
  const all = [['figure', 'value', 'floor', 'ratio', 'limit'], ...rows];
  const widths = [0, 1, 2, 3, 4].map((column) => Math.max(...all.map((row) => (row[column] ?? '').length)));
  return all
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

async function main(): Promise<void> {
  const names = process.argv.slice(2).filter((argument) => !argument.startsWith('--'));
  const unknown = names.filter((name) => !benches.includes(name));
  if (unknown.length > 0) throw new Error(`No bench ${unknown.join(', ')}; there are ${benches.join(', ')}`);
  const figures: Figure[] = [];
  for (const name of benches) {
    if (names.length > 0 && !names.includes(name)) continue;
    process.stderr.write(`Measuring ${name} ...\n`);
    try {
      figures.push(...(await measure(name)));
    } catch (error) {
      // The others are worth having all the same.
      console.error(`${name} could not be measured:`, error);
      process.exitCode = 1;
    }
  }
  if (process.argv.includes('--write')) {
    const page = path.resolve(__dirname, '../../docs/benchmarks.md');
    const text = renderBenchmarks(figures, new Date().toISOString().slice(0, 10));
    writeFileSync(page, await format(text, { ...(await resolveConfig(page)), filepath: page }));
  }
  const json = process.argv.includes('--json');
  console.log(json ? JSON.stringify(figures, undefined, 2) : table(figures));
}

main().then(
  () => process.exit(),
  (error: unknown) => {
    console.error(error);
    process.exit(1);
  },
);
