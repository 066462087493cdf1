import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { cleanEnvironment, onExit, stopTree } from '../processes.mjs';

/** Runs test files of a checkout; the counts are those of the reporter. */
export function runTests(folder, { files, grep, env = {}, retries = 0 }, timeoutMs = 900_000) {
  const scratch = mkdtempSync(path.join(tmpdir(), 'rd-attack-'));
  const counts = path.join(scratch, 'counts.json');
  const figures = path.join(scratch, 'figures');
  return new Promise((resolve) => {
    const child = spawn(
      process.execPath,
      [
        path.join(folder, 'node_modules/mocha/bin/mocha.js'),
        ...['--reporter', 'test/countingReporter.cjs', '--reporter-option', 'show=Min', '--exit'],
        ...['--retries', String(retries), ...(grep === undefined ? [] : ['--grep', grep])],
        ...files.map((file) => `test/${file}.test.ts`),
      ],
      {
        cwd: folder,
        env: cleanEnvironment({ ...env, REPLIDECK_COUNTS: counts, REPLIDECK_FIGURES: figures }),
        stdio: ['ignore', 'ignore', 'ignore'],
      },
    );
    const forget = onExit(() => stopTree(child.pid));
    const timer = setTimeout(() => stopTree(child.pid, 'SIGKILL'), timeoutMs);
    child.on('close', () => {
      clearTimeout(timer);
      forget();
      const told = existsSync(figures) ? readFileSync(figures, 'utf8').trim().split('\n').filter(Boolean) : [];
      resolve({
        counts: existsSync(counts) ? JSON.parse(readFileSync(counts, 'utf8')) : undefined,
        figures: told.map((line) => JSON.parse(line)),
      });
      rmSync(scratch, { recursive: true, force: true });
    });
  });
}
