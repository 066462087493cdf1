// npm run bench [-- --json] [-- --write] [-- NAME ...]: a table for people, or one JSON array on standard output;
// --write puts the figures into docs/benchmarks.md.
import { spawn, spawnSync } from 'node:child_process';
import path from 'node:path';
import { cleanEnvironment } from '../processes.mjs';
import { ensureDependencies, ensureTools } from '../provision.mjs';

const root = path.dirname(path.dirname(import.meta.dirname));
const yes = process.argv.includes('--yes');
await ensureDependencies();
await ensureTools({ need: ['mariadb', 'etcd', 'openssl', 'chromium'], yes, purpose: 'the bench' });
const built = spawnSync(process.execPath, ['esbuild.config.mjs', '--production'], {
  cwd: root,
  stdio: ['ignore', 2, 2],
});
if (built.status !== 0) process.exit(built.status ?? 1);
const child = spawn(
  process.execPath,
  ['--expose-gc', '--import', 'tsx', path.join(import.meta.dirname, 'runBench.ts'), ...process.argv.slice(2)],
  { cwd: root, env: cleanEnvironment(), stdio: 'inherit' },
);
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
child.on('exit', (code) => process.exit(code ?? 1));
