import { open } from 'node:fs/promises';

const enoughBytes = 256;

/** The last characters of a file, however large it is; undefined: there is none that we may read. */
export async function endOfFile(file: string): Promise<string | undefined> {
  try {
    const handle = await open(file, 'r');
    try {
      const { size } = await handle.stat();
      const start = Math.max(0, size - enoughBytes);
      const { bytesRead, buffer } = await handle.read(Buffer.alloc(enoughBytes), 0, enoughBytes, start);
      return buffer.toString('utf8', 0, bytesRead);
    } finally {
      await handle.close();
    }
  } catch {
    return undefined;
  }
}
