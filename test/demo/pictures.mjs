// npm run pictures: takes the pictures of the README from the demo, so that they never show another product.
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { ensureDependencies, ensureServerHost, ensureTools } from '../provision.mjs';

const root = path.join(import.meta.dirname, '../..');
const yes = process.argv.includes('--yes');
await ensureDependencies();
await ensureTools({ need: ['mariadb', 'etcd', 'etcdctl', 'openssl', 'chromium'], yes, purpose: 'the pictures' });
await ensureServerHost({ yes });
for (const args of [['test/package.mjs'], ['--import', 'tsx', 'test/demo/takePictures.ts']]) {
  const { status } = spawnSync(process.execPath, args, { cwd: root, stdio: ['ignore', 2, 2] });
  if (status !== 0) process.exit(status ?? 1);
}
