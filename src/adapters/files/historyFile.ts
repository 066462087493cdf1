import { createHash } from 'node:crypto';
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import type { HistoryFile } from '../../ports';
import { t } from '../../core/l10n';

/** What is written beside is renamed within seconds; what is older was left by a window that was killed meanwhile. */
const leftOverMs = 3_600_000;

/**
 * Mode 0600, written beside and renamed: whoever reads it, also after a crash, finds the old one or the new one whole.
 * @param inventory which one's history it is: each has a file of its own
 * @param longest bytes; what is longer is not read, for it is none of ours
 */
export function createHistoryFile(folder: string, inventory: string, longest: number): HistoryFile {
  const name = createHash('sha256').update(inventory).digest('hex').slice(0, 16);
  const file = path.join(folder, `history-${name}.jsonl`);
  return {
    async read() {
      await sweep(folder, path.basename(file));
      let handle;
      try {
        handle = await open(file, 'r');
      } catch (error) {
        if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
        throw error;
      }
      try {
        const { size } = await handle.stat();
        if (size > longest) throw new Error(t`${file} has ${size} bytes, and a history at most ${longest}.`);
        return await handle.readFile('utf8');
      } finally {
        await handle.close();
      }
    },
    async write(text) {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      // Another window may write at the same time: each writes its own, and the last one stays.
      const beside = `${file}.${process.pid}`;
      try {
        const handle = await open(beside, 'w', 0o600);
        try {
          await handle.writeFile(text);
          await handle.sync();
        } finally {
          await handle.close();
        }
        await rename(beside, file);
      } catch (error) {
        await rm(beside, { force: true }).catch(() => undefined);
        throw error;
      }
    },
  };
}

/** Never rejects: what cannot be cleared away does no harm. */
async function sweep(folder: string, name: string): Promise<void> {
  const names = await readdir(folder).catch(() => []);
  for (const beside of names.filter((each) => each.startsWith(`${name}.`))) {
    const left = path.join(folder, beside);
    const isOld = await stat(left).then(
      ({ mtimeMs }) => Date.now() - mtimeMs > leftOverMs,
      () => false,
    );
    if (isOld) await rm(left, { force: true }).catch(() => undefined);
  }
}
