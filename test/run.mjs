// Everything that must be green, with what it needs installed first.
//   node test/run.mjs [--yes] [lint] [types] [unit] [servers] [mirrors] [neighbours] [host] [window]      no name: all of them
// REPLIDECK_VSCODE=floor runs host and window in the oldest VS Code that package.json promises.
// The last line is `N passed, N failed`; the exit code is not 0 when anything failed, or when a part ran no test.
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { cleanEnvironment, onExit } from './processes.mjs';
import { ensureDependencies, ensureServerHost, ensureTools } from './provision.mjs';

const root = path.dirname(import.meta.dirname);
const yes = process.argv.includes('--yes');
const minutes = (count) => count * 60_000;

/**
 * What a part needs on the machine, the folders it tests or the commands it runs, and when it counts as hanging.
 *
 * `retries` only where servers and browsers run beside other work: what failed once and then passed is told at the end,
 * so that it is looked at, and does not hold up everything else.
 */
const parts = {
  lint: {
    commands: [
      ['eslint', '.'],
      ['prettier', '--check', '.'],
    ],
    timeoutMs: minutes(6),
  },
  types: {
    commands: [
      ['tsc', '--noEmit'],
      ['tsc', '-p', 'src/core', '--noEmit'],
      ['tsc', '-p', 'src/adapters', '--noEmit'],
      ['tsc', '-p', 'media', '--noEmit'],
      ['tsc', '-p', 'test/window/pages', '--noEmit'],
    ],
    timeoutMs: minutes(6),
  },
  unit: {
    folders: ['core', 'app', 'ui', 'adapters', 'manifest', 'demo', 'docs', 'fuzz', 'vscode'],
    need: ['openssl', 'zsh', 'fish'],
    show: 'Dot',
    timeoutMs: minutes(10),
  },
  servers: {
    folders: ['servers', 'sandbox', 'faults'],
    need: ['mariadb', 'etcd', 'etcdctl', 'openssl', 'ssh', 'sshd'],
    perServer: true,
    retries: 1,
    timeoutMs: minutes(25),
  },
  // Real etcd and no database: once, whatever servers there are.
  mirrors: {
    folders: ['mirrors'],
    need: ['etcd', 'etcdctl'],
    timeoutMs: minutes(7),
  },
  // Real Prometheus with mysqld_exporter, once.
  neighbours: {
    folders: ['neighbours'],
    need: ['mariadb', 'openssl', 'prometheus', 'mysqld-exporter'],
    retries: 1,
    timeoutMs: minutes(8),
  },
  host: {
    script: 'test/host/runHost.ts',
    need: ['mariadb', 'etcd', 'etcdctl', 'openssl', 'chromium'],
    vscode: true,
    timeoutMs: minutes(8),
  },
  window: {
    folders: ['window'],
    need: ['mariadb', 'etcd', 'etcdctl', 'openssl', 'chromium', 'ssh', 'sshd', 'prometheus', 'mysqld-exporter'],
    vscode: true,
    package: true,
    retries: 1,
    timeoutMs: minutes(25),
  },
};

/** Enough of an error to know it by; the whole stands where the test ran. */
const firstLines = (message) => message.split('\n').filter(Boolean).slice(0, 4).join('\n    ').slice(0, 600);
const say = (text) => process.stderr.write(`${text}\n`);

/** Runs one command with its output streamed; ends its whole process group when it does not end in time. */
function run(command, args, { timeoutMs, env = {} }) {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd: root,
      env: cleanEnvironment(env),
      stdio: ['ignore', 'inherit', 'inherit'],
      detached: true,
    });
    const signalGroup = (signal) => {
      try {
        process.kill(-child.pid, signal);
      } catch {
        // The group has ended.
      }
    };
    const closed = new Promise((done) => child.once('close', done));
    const forget = onExit(() => {
      signalGroup('SIGTERM');
      return closed;
    });
    let why = '';
    const timer = setTimeout(() => {
      why = `did not end within ${timeoutMs / 60_000} minutes`;
      signalGroup('SIGTERM');
      setTimeout(() => signalGroup('SIGKILL'), 10_000).unref();
    }, timeoutMs);
    child.on('error', (error) => (why = error.message));
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      forget();
      // Whatever the command left in its group is not wanted by anybody any more.
      signalGroup('SIGKILL');
      if (code === 0 && why === '') resolve('');
      else resolve(why === '' ? `ended with ${code ?? signal}` : why);
    });
  });
}

const bin = (name) => path.join(root, 'node_modules/.bin', name);

/** Test files below test/<folder>. */
function testFiles(folder) {
  const base = path.join(root, 'test', folder);
  if (!existsSync(base)) return [];
  return readdirSync(base, { recursive: true })
    .filter((name) => name.endsWith('.test.ts'))
    .map((name) => path.join('test', folder, name))
    .sort();
}

/** `name=path,...` of REPLIDECK_TEST_SERVERS, and what is on PATH. */
function serverKinds() {
  const named = (process.env.REPLIDECK_TEST_SERVERS ?? '')
    .split(/[\s,]+/)
    .filter((entry) => entry.includes('=') && !entry.startsWith('etcd'));
  return ['path', ...named.map((entry) => entry.slice(0, entry.indexOf('=')))];
}

/** Runs `command` and reads the counts that it wrote; a command that wrote none failed as a whole. */
async function counted(label, command, args, part, env = {}) {
  const folder = mkdtempSync(path.join(tmpdir(), 'rd-counts-'));
  const forget = onExit(() => rmSync(folder, { recursive: true, force: true }));
  const file = path.join(folder, 'counts.json');
  const trouble = await run(command, args, { timeoutMs: part.timeoutMs, env: { ...env, REPLIDECK_COUNTS: file } });
  const counts = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : { passed: 0, failed: 0 };
  rmSync(folder, { recursive: true, force: true });
  forget();
  if (trouble !== '' && counts.failed === 0) return { label, ...counts, failed: 1, note: trouble };
  if (counts.passed + counts.failed === 0) return { label, ...counts, failed: 1, note: 'ran no test' };
  return { label, ...counts, note: counts.note ?? '' };
}

const mocha = (label, files, part, env) =>
  counted(
    label,
    process.execPath,
    [
      path.join(root, 'node_modules/mocha/bin/mocha.js'),
      ...['--reporter', 'test/countingReporter.cjs', '--reporter-option', `show=${part.show ?? 'Spec'}`, '--exit'],
      ...['--retries', String(part.retries ?? 0)],
      ...files,
    ],
    part,
    env,
  );

async function runPart(name) {
  const part = parts[name];
  if (part.commands) {
    for (const [command, ...args] of part.commands) {
      const trouble = await run(bin(command), args, part);
      if (trouble !== '')
        return [{ label: name, passed: 0, failed: 1, note: `${command} ${args.join(' ')} ${trouble}` }];
    }
    return [{ label: name, passed: 1, failed: 0, note: '' }];
  }
  if (part.package) {
    const trouble = await run(process.execPath, ['test/package.mjs'], part);
    if (trouble !== '') return [{ label: name, passed: 0, failed: 1, note: `packaging ${trouble}` }];
  }
  if (part.script) {
    return [await counted(name, process.execPath, ['--import', 'tsx', part.script], part)];
  }
  const files = part.folders.flatMap(testFiles);
  if (files.length === 0) return [{ label: name, passed: 0, failed: 1, note: 'ran no test' }];
  if (!part.perServer) return [await mocha(name, files, part)];
  const results = [];
  for (const kind of serverKinds()) {
    say(`\n${name}, on the server ${kind === 'path' ? 'found on PATH' : kind}`);
    results.push(await mocha(`${name} (${kind})`, files, part, { REPLIDECK_SERVER_KIND: kind }));
  }
  return results;
}

const asked = process.argv.slice(2).filter((name) => !name.startsWith('-'));
const unknown = asked.filter((name) => parts[name] === undefined);
if (unknown.length > 0) {
  say(`Unknown: ${unknown.join(', ')}. Known: ${Object.keys(parts).join(', ')}`);
  process.exit(1);
}
const chosen = asked.length > 0 ? asked : Object.keys(parts);
// A test that no part names would never run, and nobody would notice.
const named = new Set([...Object.values(parts).flatMap(({ folders }) => folders ?? []), 'host']);
const forgotten = readdirSync(import.meta.dirname, { recursive: true, encoding: 'utf8' }).filter(
  (file) => file.endsWith('.test.ts') && !named.has(file.split(path.sep)[0]),
);
if (forgotten.length > 0) {
  say(`No part runs ${forgotten.join(', ')}`);
  process.exit(1);
}
const results = [];
try {
  await ensureDependencies();
  const need = [...new Set(chosen.flatMap((name) => parts[name].need ?? []))];
  await ensureTools({ need, yes, purpose: 'the tests' });
  if (chosen.some((name) => parts[name].vscode)) await ensureServerHost({ yes });
  const trouble = await run(process.execPath, ['esbuild.config.mjs'], { timeoutMs: minutes(3) });
  if (trouble !== '') throw new Error(`The build ${trouble}.`);
  for (const name of chosen) {
    const started = Date.now();
    say(`\n--- ${name}`);
    for (const result of await runPart(name)) {
      results.push(result);
      const seconds = Math.round((Date.now() - started) / 1000);
      say(
        `--- ${result.label}: ${result.passed} passed, ${result.failed} failed (${seconds} s) ${result.note}`.trimEnd(),
      );
    }
  }
} catch (error) {
  say(error.stack ?? String(error));
  results.push({ label: 'preparation', passed: 0, failed: 1, note: error.message.split('\n')[0] });
}

say('');
for (const { label, failures = [], retried = [] } of results) {
  const tell = (what, { title, message }) => say(`${what} in ${label}: ${title}\n    ${firstLines(message)}`);
  for (const test of retried) tell('Failed once', test);
  for (const test of failures) tell('Failed', test);
}
say('');
for (const { label, passed, failed, note } of results) {
  say(`${failed === 0 ? 'ok    ' : 'FAILED'} ${label}: ${passed} passed, ${failed} failed ${note}`.trimEnd());
}
if (chosen.includes('servers') && serverKinds().length === 1) {
  say('Left out: servers other than the one on PATH (REPLIDECK_TEST_SERVERS names none).');
}
const sum = (key) => results.reduce((total, result) => total + result[key], 0);
process.exitCode = sum('failed') === 0 && sum('passed') > 0 ? 0 : 1;
process.stdout.write(`${sum('passed')} passed, ${sum('failed')} failed\n`);
