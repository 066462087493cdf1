// npm run demo [-- --yes] [--fault NAME] [--check] [--list-faults]
// Runs on nothing but Node: makes sure that there is what the rest needs, then hands over to runDemo.ts.
import { spawn } from 'node:child_process';
import path from 'node:path';
import { ensureDependencies, ensureTools, findCommand, withProgress } from '../provision.mjs';

const root = path.join(import.meta.dirname, '../..');
const usage = `npm run demo -- [--yes] [--fault NAME] [--check]
  Starts seven real database servers, two etcd clusters and their neighbours (a recorded Orchestrator and Burrow, real
  Prometheus, backups, a pipeline, a bastion), and opens them in VS Code. Ctrl-C stops and removes all of it.
  --yes          install what is missing without asking
  --fault NAME   with this fault injected; may be given more than once
  --list-faults  print the faults that there are
  --check        no window: read the fleet once inside VS Code, print the report as JSON, compare it with the sandbox
`;

const known = new Set(['--yes', '--fault', '--check', '--list-faults']);

/** Options as runDemo.ts takes them, or undefined where one is not known. */
function isValid(args) {
  return args.every((arg, index) => known.has(arg) || (args[index - 1] === '--fault' && !arg.startsWith('-')));
}

/**
 * Runs a program of Node's with its standard output on our standard error; `outputs` are the descriptors that it gets.
 * Ctrl-C reaches it by itself, a signal to us alone does not: it is told over the channel, and may be told twice.
 */
function run(args, outputs) {
  const child = spawn(process.execPath, args, { cwd: root, stdio: ['inherit', ...outputs, 'ipc'] });
  const ended = new Promise((resolve) => {
    child.once('error', () => resolve(1));
    child.once('close', (code) => resolve(code ?? 1));
  });
  const tell = () => {
    if (child.connected) child.send('stop', () => {});
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, tell);
  return ended.finally(() => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.off(signal, tell);
  });
}

async function main(args) {
  if (args.includes('--help') || !isValid(args)) {
    process.stderr.write(usage);
    return args.includes('--help') ? 0 : 2;
  }
  await ensureDependencies();
  const tsx = ['--import', 'tsx', path.join(import.meta.dirname, 'runDemo.ts'), ...args];
  // What the person asked for goes to standard output, which the child has as descriptor 3; all else to standard error.
  const outputs = [2, 2, 1];
  if (args.includes('--list-faults')) return run(tsx, outputs);
  const hasNamedServer = (process.env.REPLIDECK_TEST_SERVERS ?? '')
    .split(/[\s,]+/)
    .some((item) => /^(?!etcd).+=/.test(item));
  const mariadb = hasNamedServer && findCommand('mariadbd') === undefined ? [] : ['mariadb'];
  await ensureTools({
    need: [...mariadb, 'etcd', 'etcdctl', 'openssl'],
    yes: args.includes('--yes'),
    purpose: 'the demo',
  });
  await ensureTools({
    need: ['prometheus', 'mysqld-exporter', 'ssh', 'sshd'],
    yes: args.includes('--yes'),
    purpose: 'all neighbours of the demo, which goes on without them',
    optional: true,
  });
  const built = await withProgress('Building the extension', () =>
    run([path.join(root, 'esbuild.config.mjs')], [2, 2]),
  );
  return built === 0 ? run(tsx, outputs) : built;
}

main(process.argv.slice(2)).then(
  (code) => (process.exitCode = code),
  (error) => {
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  },
);
