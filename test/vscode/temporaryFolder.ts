import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { onExit } from '../processes.mjs';

export interface TemporaryFolder {
  readonly path: string;
  remove(): void;
}

/** A folder that is gone when this process is. Its name is short: sockets are made below it. */
export function makeTemporaryFolder(prefix = 'rd-'): TemporaryFolder {
  const folder = mkdtempSync(path.join(tmpdir(), prefix));
  const remove = () => {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  };
  const forget = onExit(remove);
  return {
    path: folder,
    remove() {
      remove();
      forget();
    },
  };
}
