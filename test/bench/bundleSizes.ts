import { execFileSync } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import type { Figure } from './figure';

const root = path.resolve(__dirname, '../..');

/** Sizes of what is shipped: the package, and minified what VS Code reads at activation and on first use. */
export function bundleSizes(): Promise<readonly Figure[]> {
  const vsix = execFileSync(process.execPath, [path.join(root, 'test/package.mjs')], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  }).trim();
  const size = (file: string) => Math.round(statSync(file).size / 100) / 10;
  const dist = path.join(root, 'dist');
  const chunks = readdirSync(dist).filter((file) => file.endsWith('.js') && file !== 'extension.js');
  return Promise.resolve([
    { name: 'vsix', value: size(vsix), unit: 'kB', limit: 700 },
    { name: 'main bundle', value: size(path.join(dist, 'extension.js')), unit: 'kB', limit: 90 },
    ...chunks.map((file) => ({ name: `chunk ${file}`, value: size(path.join(dist, file)), unit: 'kB' })),
  ]);
}
