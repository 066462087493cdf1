import Mocha from 'mocha';
import { appendFileSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { unhandledAfterMs } from '../vscode/hostErrors';

/**
 * What VS Code calls as `extensionTestsPath`: runs the compiled *.test.js beside this file (REPLIDECK_SUITE names the
 * folder), says each result in the file REPLIDECK_LINES and the counts in REPLIDECK_COUNTS.
 */
export async function run(): Promise<void> {
  const folder = path.join(__dirname, process.env['REPLIDECK_SUITE'] ?? '');
  const say = (line: string) => {
    appendFileSync(process.env['REPLIDECK_LINES'] ?? '/dev/null', `${line}\n`);
  };
  const mocha = new Mocha({ timeout: 60_000, forbidOnly: true, forbidPending: true });
  for (const name of readdirSync(folder)) if (name.endsWith('.test.js')) mocha.addFile(path.join(folder, name));
  const counts = { passed: 0, failed: 0, failures: [] as { title: string; message: string }[] };
  await new Promise<void>((resolve) => {
    mocha
      .reporter(Mocha.reporters.Base)
      .run(() => {
        resolve();
      })
      .on('pass', (test) => {
        counts.passed += 1;
        say(`  ✔ ${test.fullTitle()} (${test.duration ?? 0} ms)`);
      })
      .on('fail', (test, error: unknown) => {
        counts.failed += 1;
        counts.failures.push({
          title: test.fullTitle(),
          message: error instanceof Error ? error.message : String(error),
        });
        say(`  ✖ ${test.fullTitle()}\n${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
      });
  });
  // What the last test has left unhandled is told a while later; the runner reads it in VS Code's own log.
  await sleep(unhandledAfterMs);
  writeFileSync(process.env['REPLIDECK_COUNTS'] ?? '/dev/null', JSON.stringify(counts));
  if (counts.failed > 0) throw new Error(`${counts.failed} failed`);
  if (counts.passed === 0) throw new Error('no test ran');
}
