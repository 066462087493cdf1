import { writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Figure } from './figure';
import { renderBenchmarks } from './renderBenchmarks';

/** Each measures something together with its floor; the names stay the same so that runs can be compared. */
const benches: Readonly<Record<string, string>> = {
  bundleSizes: './bundleSizes.ts',
  refreshFifty: './refreshFifty.ts',
  activation: './activation.ts',
  manyGrants: './manyGrants.ts',
  largeFleet: './largeFleet.ts',
  mirrorDrift: './mirrorDrift.ts',
  // In the program of the pages, whose types it needs.
  panelUpdate: '../window/pages/panelUpdate.ts',
};

async function measure(name: string, file: string): Promise<readonly Figure[]> {
  const loaded = (await import(path.join(__dirname, file))) as Readonly<
    Record<string, () => Promise<readonly Figure[]>>
  >;
  const bench = loaded[name];
  if (bench === undefined) throw new Error(`${file} has no ${name}`);
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
  const unknown = names.filter((name) => benches[name] === undefined);
  if (unknown.length > 0)
    throw new Error(`No bench ${unknown.join(', ')}; there are ${Object.keys(benches).join(', ')}`);
  const figures: Figure[] = [];
  for (const [name, file] of Object.entries(benches)) {
    if (names.length > 0 && !names.includes(name)) continue;
    process.stderr.write(`Measuring ${name} ...\n`);
    figures.push(...(await measure(name, file)));
  }
  if (process.argv.includes('--write')) {
    const page = path.resolve(__dirname, '../../docs/benchmarks.md');
    writeFileSync(page, renderBenchmarks(figures, new Date().toISOString().slice(0, 10)));
  }
  const json = process.argv.includes('--json');
  console.log(json ? JSON.stringify(figures, undefined, 2) : table(figures));
}

main().then(
  () => process.exit(0),
  (error: unknown) => {
    console.error(error);
    process.exit(1);
  },
);
