// npx tsx test/core/grants/fuzzMillion.ts [count] [seed]
import { fuzzGrants } from './fuzzGrants';

const count = Number(process.argv[2] ?? 1_000_000);
const seed = Number(process.argv[3] ?? 1);
const started = performance.now();
const { slowestMs, unreadable } = fuzzGrants(count, seed);
const seconds = (performance.now() - started) / 1000;
console.log(
  `${count} mutated texts of seed ${seed} in ${seconds.toFixed(1)} s; ${unreadable} unreadable; slowest ${slowestMs.toFixed(1)} ms`,
);
