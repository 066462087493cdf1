import { appendFile, mkdir, open } from 'node:fs/promises';
import path from 'node:path';
import type { AuditEntry } from '../../core/runbooks/auditEntry';
import type { AuditLog } from '../../ports';

/** What is read back: some thousands of entries. The file itself keeps all. */
const longestRead = 4 * 1024 * 1024;

/** JSON lines, only ever appended, mode 0600. Several windows may write: each entry is one write of one line. */
export function createAuditFile(file: string): AuditLog {
  return {
    async append(entry) {
      await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
      await appendFile(file, `${JSON.stringify(entry)}\n`, { mode: 0o600, flush: true });
    },
    async read() {
      const lines = (await readEnd(file)).split('\n').filter((line) => line !== '');
      const entries = lines.flatMap((line) => parseEntry(line) ?? []);
      return { entries, unreadable: lines.length - entries.length };
    },
  };
}

async function readEnd(file: string): Promise<string> {
  let handle;
  try {
    handle = await open(file, 'r');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return '';
    throw error;
  }
  try {
    const { size } = await handle.stat();
    const length = Math.min(size, longestRead);
    const buffer = Buffer.alloc(length);
    await handle.read(buffer, 0, length, size - length);
    const text = buffer.toString('utf8');
    // The first line is cut off where the file is longer.
    return length < size ? text.slice(text.indexOf('\n') + 1) : text;
  } finally {
    await handle.close();
  }
}

/** Undefined: not a whole entry, as after a full disk. */
function parseEntry(line: string): AuditEntry | undefined {
  try {
    const value: unknown = JSON.parse(line);
    const isEntry =
      typeof value === 'object' &&
      value !== null &&
      ['kind', 'at', 'run', 'who', 'runbook', 'target', 'step', 'command', 'server'].every(
        (name) => name in value && typeof (value as Record<string, unknown>)[name] === 'string',
      );
    return isEntry ? (value as AuditEntry) : undefined;
  } catch {
    return undefined;
  }
}
