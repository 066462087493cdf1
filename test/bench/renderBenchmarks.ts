import { cpus, totalmem } from 'node:os';
import type { Figure } from './figure';

/** What each compared figure is held against, and why that. */
const meanings: Readonly<Record<string, string>> = {
  'activate vs git extension':
    "VS Code's own measure of loading and activating Replideck, with an inventory in the workspace, beside its built-in `git` in the same start",
  'refresh 50 vs floor':
    'fifty real MariaDB servers from the call to the finished report, beside the same statements by bare mysql2 on kept connections',
  'refresh 50 vs shell loop': 'the same beside a loop over the `mariadb` client with the same statements',
  'slow fleet vs healthy fleet':
    'until the last of 1,600 healthy simulated instances has answered, with 400 silent ones among them and without',
  'slow fleet, end of the refresh': 'the whole refresh beside the deadline of one instance',
  'mirror drift vs fetch and parse':
    'the contents of both sides of a mirror with 100,000 keys compared, beside fetching and `JSON.parse`',
  'grants 10k vs fetch':
    '10,000 accounts with 100,000 grants read and compared, beside the rows of the same statements',
  'panel update 200': 'scripting in Chromium when two of 200 instances have changed',
  'heap 2000 instances':
    'what stays in memory for 2,000 instances beyond as many bare connections (the floor), by the Node of VS Code’s server',
  vsix: 'what is installed',
};

/** `docs/benchmarks.md`: the figures with the machine, the day and the command. */
export function renderBenchmarks(figures: readonly Figure[], day: string): string {
  const cell = (value: number | undefined, unit: string): string =>
    value === undefined ? '' : `${value} ${unit}`.trim();
  const rows = figures.map(({ name, value, unit, floor, ratio, limit }) => {
    const verdict = limit === undefined ? '' : `≤ ${limit}${(ratio ?? value) <= limit ? '' : ' **missed**'}`;
    const what = meanings[name];
    const words = what === undefined ? name : `**${name}**: ${what}`;
    return `| ${words} | ${cell(value, unit)} | ${cell(floor, unit)} | ${ratio ?? ''} | ${verdict} |`;
  });
  const [first] = cpus();
  return [
    '# Benchmarks',
    '',
    `Measured on ${day} by \`npm run bench -- --write\`, which writes this page: ${cpus().length} processors (${first?.model.trim() ?? 'unknown'}), ` +
      `${Math.round(totalmem() / 2 ** 30)} GB, Node ${process.versions.node}, ${process.platform}.`,
    '',
    'Times depend on the machine. What counts are the ratios: each figure and its floor are measured in turns in the same run.',
    '',
    '| figure | value | floor | ratio | limit |',
    '| ------ | ----- | ----- | ----- | ----- |',
    ...rows,
    '',
    'That each limit can be missed is shown by `npm run bench -- --planted`: it spoils a copy of the code in one way per bench, and fails where a figure keeps its limit all the same. The size of the VSIX is held by packaging itself, which fails above it.',
    '',
  ].join('\n');
}
