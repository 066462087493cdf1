// What `npm run attacks` says, to people and in docs/security.md.
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import path from 'node:path';

const auditWords = (audit) =>
  audit.kind === 'asked'
    ? `${audit.high} high and ${audit.critical} critical advisories, over all packages`
    : `not asked: ${audit.why}`;

/** A table for people. */
export function renderTable(outcome) {
  if (outcome.planted !== undefined)
    return aligned(outcome.planted.map(({ defect, check, verdict }) => [verdict, defect, check]));
  const { results, figures, audit, vsix } = outcome;
  return [
    aligned(
      results.map(({ title, passed, failed, seconds, failures }) => [
        failed === 0 ? 'held' : 'FAILED',
        title,
        `${passed} cases`,
        `${seconds} s`,
        failures.join('; '),
      ]),
    ),
    '',
    aligned(Object.entries(figures).map(([name, value]) => [String(value), name])),
    '',
    `npm audit: ${auditWords(audit)}`,
    `VSIX: ${vsix.kind === 'fit' ? 'holds what it may, and no more' : vsix.why}`,
  ].join('\n');
}

function aligned(rows) {
  const widths = rows.reduce((most, row) => row.map((cell, at) => Math.max(cell.length, most[at] ?? 0)), []);
  return rows
    .map((row) =>
      row
        .map((cell, at) => cell.padEnd(widths[at]))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** Puts the figures, or the defects, between their marks in docs/security.md; the rest of the page stays. */
export function writeFigures(root, outcome) {
  const file = path.join(root, 'docs/security.md');
  const page = readFileSync(file, 'utf8');
  const [mark, body] =
    outcome.planted === undefined ? ['figures', figuresOf(outcome)] : ['planted', plantedOf(outcome)];
  const [begin, end] = [`<!-- ${mark}: written by npm run attacks -->`, `<!-- end of ${mark} -->`];
  const from = page.indexOf(begin);
  const to = page.indexOf(end);
  if (from < 0 || to < from) throw new Error(`docs/security.md has no ${begin} … ${end}`);
  writeFileSync(file, `${page.slice(0, from + begin.length)}\n\n${body}\n\n${page.slice(to)}`);
  spawnSync(process.execPath, [path.join(root, 'node_modules/prettier/bin/prettier.cjs'), '--write', file], {
    cwd: root,
  });
}

function measured(command) {
  const [first] = cpus();
  return (
    `Measured on ${new Date().toISOString().slice(0, 10)} by \`${command}\`: ${cpus().length} processors ` +
    `(${first?.model.trim() ?? 'unknown'}), ${Math.round(totalmem() / 2 ** 30)} GB, Node ${process.versions.node}, ${process.platform}.`
  );
}

function figuresOf({ results, figures, audit, vsix }) {
  const whole = results.some(({ title }) => title.startsWith('npm test'));
  return [
    measured(`npm run attacks -- --write${whole ? ' --whole' : ''}`),
    '',
    '| attack | cases | held |',
    '| --- | --- | --- |',
    ...results.map(
      ({ title, passed, failed }) =>
        `| ${title} | ${passed + failed} | ${failed === 0 ? 'all' : `**${failed} failed**`} |`,
    ),
    '',
    '| figure | |',
    '| --- | --- |',
    ...Object.entries(figures).map(([name, value]) => `| ${name} | ${value} |`),
    `| npm audit | ${auditWords(audit)} |`,
    `| VSIX | ${vsix.kind === 'fit' ? 'holds what it may, and no more' : '**does not fit**'} |`,
  ].join('\n');
}

function plantedOf({ planted }) {
  return [
    measured('npm run attacks -- --planted --write'),
    '',
    '| defect | check | |',
    '| --- | --- | --- |',
    ...planted.map(
      ({ defect, check, verdict }) =>
        `| ${defect} | \`${check}\` | ${verdict === 'seen to fail' ? verdict : `**${verdict}**`} |`,
    ),
  ].join('\n');
}
