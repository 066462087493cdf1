// npm run sandbox -- up [--server NAME] [--no-etcd] [--yes] | down | status | fault NAME | heal NAME | --list-faults
// Only makes sure that there is what the rest needs; sandboxCommand.ts is the rest.
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { ensureDependencies, ensureTools } from '../provision.mjs';

const args = process.argv.slice(2);
try {
  await ensureDependencies();
  if (args[0] === 'up') {
    const need = ['mariadb', 'openssl', ...(args.includes('--no-etcd') ? [] : ['etcd', 'etcdctl'])];
    await ensureTools({ need, yes: args.includes('--yes'), purpose: 'the sandbox' });
  }
  const command = ['--import', 'tsx', path.join(import.meta.dirname, 'sandboxCommand.ts'), ...args];
  const root = path.join(import.meta.dirname, '../..');
  process.exitCode = spawnSync(process.execPath, command, { stdio: 'inherit', cwd: root }).status ?? 1;
} catch (error) {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
