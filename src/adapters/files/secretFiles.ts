import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import { mkdir, readdir, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { SecretFile } from '../../core/runbooks/stepNeeds';
import type { Log, SecretFiles } from '../../ports';
import { t } from '../../core/l10n';

/** A client opens its files when it starts: after a day nobody needs them, whatever process has the number now. */
const longestLifeMs = 24 * 3_600_000;

/**
 * Files of mode 0600 in a folder of mode 0700 that belongs to this process alone, so that what a crash leaves behind
 * can be told from what another window works with.
 */
export class WrittenSecretFiles implements SecretFiles {
  readonly folder: string;
  readonly #parent: string;
  readonly #log: Log;
  readonly #written = new Set<string>();

  constructor(parent: string, log: Log) {
    this.#parent = parent;
    this.#log = log;
    this.folder = path.join(parent, `${process.pid}-${randomBytes(4).toString('hex')}`);
  }

  async write(files: readonly SecretFile[]): Promise<() => Promise<void>> {
    const paths = files.map((file) => file.path);
    const remove = async (): Promise<void> => {
      await Promise.all(paths.map((file) => this.#remove(file)));
    };
    if (files.length > 0) await mkdir(this.folder, { recursive: true, mode: 0o700 });
    try {
      for (const { path: file, content } of files) {
        if (path.dirname(file) !== this.folder) throw new Error(t`${file} is not in the folder for such files.`);
        // What lies there is of an earlier run of the same step; a link must not be followed.
        await rm(file, { force: true });
        this.#written.add(file);
        await writeFile(file, content, { mode: 0o600, flag: 'wx' });
      }
    } catch (error) {
      await remove();
      throw error;
    }
    return remove;
  }

  /** Removes what windows that are gone have left behind. Never rejects. */
  async sweep(): Promise<void> {
    for (const name of await readdir(this.#parent).catch(() => [])) {
      const folder = path.join(this.#parent, name);
      if (folder === this.folder || !(await isLeftOver(folder, name))) continue;
      await rm(folder, { recursive: true, force: true }).then(
        () => {
          this.#log.info(`Files of a step that did not end were removed: ${folder}`);
        },
        (error: unknown) => {
          this.#log.error(`Files of a step that did not end could not be removed: ${folder}`, error);
        },
      );
    }
  }

  /** Removes everything of this window at once: VS Code gives no time to wait. */
  dispose(): void {
    rmSync(this.folder, { recursive: true, force: true });
    this.#written.clear();
  }

  async #remove(file: string): Promise<void> {
    if (!this.#written.delete(file)) return;
    try {
      await rm(file, { force: true });
    } catch (error) {
      // It is swept at the next start.
      this.#log.error(`${file} could not be removed`, error);
    }
  }
}

async function isLeftOver(folder: string, name: string): Promise<boolean> {
  const pid = Number(/^\d+(?=-[\da-f]{8}$)/.exec(name)?.[0] ?? Number.NaN);
  if (Number.isNaN(pid)) return true;
  // A number of ours with another ending is of a process before us.
  if (pid === process.pid || !isAlive(pid)) return true;
  const { mtimeMs } = await stat(folder).catch(() => ({ mtimeMs: Date.now() }));
  return Date.now() - mtimeMs > longestLifeMs;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Not permitted: it is there, and another user's.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
