// npm run attacks [-- --json] [-- --write] [-- --planted [WORD ...]] [-- --whole]
//   a table for people, or one JSON object on standard output. --write puts the figures into docs/security.md;
//   --planted breaks the product in a copy of this checkout, one defect at a time, and tells whether a check saw it;
//   --whole runs the parts that need a real VS Code too (some ten minutes more).
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { ensureDependencies, ensureTools } from '../provision.mjs';
import { attackParts, wholeParts } from './attackParts.mjs';
import { runPlanted } from './planted.mjs';
import { renderTable, writeFigures } from './report.mjs';
import { runTests } from './runTests.mjs';

const root = path.dirname(path.dirname(import.meta.dirname));
const has = (option) => process.argv.includes(`--${option}`);
/** With --planted: only the defects that say so. */
const words = process.argv.slice(2).filter((argument) => !argument.startsWith('-'));
const say = (text) => process.stderr.write(`${text}\n`);

/** High and critical advisories of all that is installed; a registry that does not answer is told, not passed over. */
function audit() {
  const { stdout } = spawnSync('npm', ['audit', '--json'], { cwd: root, encoding: 'utf8', timeout: 120_000 });
  try {
    const { metadata, message, error } = JSON.parse(stdout);
    if (metadata === undefined) return { kind: 'notAsked', why: firstLine(message ?? error?.summary ?? 'no answer') };
    const { high, critical } = metadata.vulnerabilities;
    return { kind: 'asked', high, critical };
  } catch {
    return { kind: 'notAsked', why: 'the registry gave no answer that npm could read' };
  }
}
const firstLine = (text) =>
  String(text)
    .split('\n')[0]
    .replace(/https?:\/\/\S+/g, 'the registry');

function packageVsix() {
  const { status, stderr } = spawnSync(process.execPath, ['test/package.mjs'], { cwd: root, encoding: 'utf8' });
  return status === 0 ? { kind: 'fit' } : { kind: 'unfit', why: stderr.trim() };
}

function add(figures, told) {
  for (const { name, value, how } of told) {
    const before = figures[name];
    figures[name] = before === undefined ? value : how === 'greatest' ? Math.max(before, value) : before + value;
  }
}

async function attack() {
  const figures = {};
  const results = [];
  for (const [title, part] of Object.entries(attackParts)) {
    const startedMs = Date.now();
    say(`Attacking: ${title} ...`);
    const { counts, figures: told } = await runTests(root, part);
    add(figures, told);
    const { passed = 0, failed = 1, failures = [{ title: 'the tests did not run', message: '' }] } = counts ?? {};
    results.push({
      ...{
        title,
        passed,
        failed: passed + failed === 0 ? 1 : failed,
        seconds: Math.round((Date.now() - startedMs) / 1000),
      },
      failures: failures.map((each) => each.title),
    });
  }
  for (const part of has('whole') ? wholeParts : []) {
    say(`Attacking through VS Code: ${part} ...`);
    const { stdout } = spawnSync(process.execPath, ['test/run.mjs', part], {
      ...{ cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] },
    });
    const [, passed = '0', failed = '1'] = /(\d+) passed, (\d+) failed\s*$/.exec(stdout) ?? [];
    results.push({
      title: `npm test ${part}`,
      passed: Number(passed),
      failed: Number(failed),
      seconds: 0,
      failures: [],
    });
  }
  say('Asking the registry for advisories, and packaging ...');
  return { results, figures, audit: audit(), vsix: packageVsix() };
}

async function main() {
  await ensureDependencies();
  const need = [
    'mariadb',
    'openssl',
    'ssh',
    'sshd',
    'zsh',
    'fish',
    'chromium',
    ...(has('whole') ? ['etcd', 'etcdctl'] : []),
  ];
  await ensureTools({ need, purpose: 'the attacks' });
  const outcome = has('planted') ? { planted: await runPlanted(root, say, words) } : await attack();
  if (has('write') && words.length === 0) writeFigures(root, outcome);
  process.stdout.write(has('json') ? `${JSON.stringify(outcome, undefined, 2)}\n` : `${renderTable(outcome)}\n`);
  const bad = outcome.planted
    ? outcome.planted.some(({ verdict }) => verdict !== 'seen to fail')
    : outcome.results.some(({ failed }) => failed > 0) ||
      outcome.vsix.kind !== 'fit' ||
      (outcome.audit.kind === 'asked' && outcome.audit.high + outcome.audit.critical > 0);
  process.exitCode = bad ? 1 : 0;
}

main().catch((error) => {
  say(error.stack ?? String(error));
  process.exitCode = 1;
});
