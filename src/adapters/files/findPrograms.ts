import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import path from 'node:path';
import type { Programs } from '../../ports';

/** Looks along PATH, as a terminal of the same user would that adds nothing to it. */
export function createPrograms(environment: Readonly<Record<string, string | undefined>>): Programs {
  return {
    async find(names) {
      const found = await Promise.all(names.map(async (name) => [name, await findProgram(name, environment)] as const));
      return Object.fromEntries(found);
    },
  };
}

async function findProgram(
  name: string,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<string | undefined> {
  const isWindows = process.platform === 'win32';
  const endings = isWindows ? (environment['PATHEXT'] ?? '.EXE;.CMD;.BAT').split(';') : [''];
  // Windows spells it Path.
  const variable = Object.keys(environment).find((each) => each.toUpperCase() === 'PATH') ?? 'PATH';
  const folders = (environment[variable] ?? '').split(path.delimiter).filter((folder) => folder !== '');
  for (const file of folders.flatMap((folder) => endings.map((ending) => path.join(folder, name + ending)))) {
    try {
      await access(file, constants.X_OK);
      if ((await stat(file)).isFile()) return file;
    } catch {
      // Not there, or not ours to run: the next folder.
    }
  }
  return undefined;
}
