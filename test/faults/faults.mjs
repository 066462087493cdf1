// npm run faults [-- --only NAME] [--json] [--server KIND] [--yes]
// Only makes sure that there is what the rest needs; runFaults.ts is the rest.
import { spawn } from 'node:child_process';
import path from 'node:path';
import { ensureDependencies, ensureTools, findCommand } from '../provision.mjs';

const args = process.argv.slice(2);
const usage = `npm run faults -- [--only NAME] [--server KIND] [--json] [--yes]
  Breaks real servers in every way that the sandbox knows, mends them by what the finding's remedy says, arranges
  healthy fleets that look broken, and counts what the extension names, what it says wrongly and what its remedies
  mend. The exit code is 0 only if it names everything, says nothing wrong and every remedy mends.
  --only NAME    this fault, pair or healthy fleet only; may be given more than once
  --server KIND  on this kind of server only, as in REPLIDECK_TEST_SERVERS; else on all that there are
  --json         the results as JSON
  --yes          install what is missing without asking
`;
const withValue = ['--only', '--server'];
const isValid = args.every(
  (arg, index) =>
    ['--json', '--yes', ...withValue].includes(arg) || (withValue.includes(args[index - 1]) && !arg.startsWith('-')),
);

async function main() {
  if (args.includes('--help') || !isValid) {
    process.stderr.write(usage);
    return args.includes('--help') ? 0 : 2;
  }
  await ensureDependencies();
  const isNamed = /(^|[\s,])(?!etcd)[^\s,=]+=/.test(process.env.REPLIDECK_TEST_SERVERS ?? '');
  const mariadb = isNamed && findCommand('mariadbd') === undefined ? [] : ['mariadb'];
  await ensureTools({
    need: [...mariadb, 'etcd', 'etcdctl', 'openssl'],
    yes: args.includes('--yes'),
    purpose: 'the fault lab',
  });
  const root = path.join(import.meta.dirname, '../..');
  const command = ['--import', 'tsx', path.join(import.meta.dirname, 'runFaults.ts'), ...args];
  const child = spawn(process.execPath, command, { stdio: 'inherit', cwd: root });
  // Ctrl-C reaches it by itself, a signal to us alone does not; it takes its servers down before it ends.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  return new Promise((resolve) => {
    child.once('error', () => resolve(1));
    child.once('close', (code) => resolve(code ?? 1));
  });
}

main().then(
  (code) => (process.exitCode = code),
  (error) => {
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  },
);
