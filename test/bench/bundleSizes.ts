import { readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import type { Figure } from './figure';

const dist = path.resolve(__dirname, '../../dist');

/** Sizes of what is shipped, minified. The first is what VS Code reads at activation. */
export function bundleSizes(): Promise<readonly Figure[]> {
  const size = (file: string) => Math.round(statSync(path.join(dist, file)).size / 100) / 10;
  const chunks = readdirSync(dist).filter((file) => file.endsWith('.js') && file !== 'extension.js');
  return Promise.resolve([
    { name: 'main bundle', value: size('extension.js'), unit: 'kB', limit: 90 },
    ...chunks.map((file) => ({ name: `chunk ${file}`, value: size(file), unit: 'kB' })),
  ]);
}
