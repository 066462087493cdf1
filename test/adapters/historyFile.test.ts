import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createHistoryFile } from '../../src/adapters/files/historyFile';

describe('the history on disk', () => {
  let folder: string;
  const inventory = 'file:///home/dba/fleet/replideck.yaml';
  const files = () => readdirSync(path.join(folder, 'storage'));

  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'rd-history-'));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  const open = (uri = inventory) => createHistoryFile(path.join(folder, 'storage'), uri, 1000);

  it('is not there at first, then what was written last, for its owner alone', async () => {
    assert.equal(await open().read(), undefined);
    await open().write('one\n');
    await open().write('two ü\n');
    assert.equal(await open().read(), 'two ü\n');
    const [name = '', ...more] = files();
    assert.deepEqual(more, []);
    assert.equal(statSync(path.join(folder, 'storage', name)).mode & 0o777, 0o600);
    assert.equal(statSync(path.join(folder, 'storage')).mode & 0o777, 0o700);
  });

  it('is one for each inventory', async () => {
    await open().write('one\n');
    assert.equal(await open('file:///home/dba/other/replideck.yaml').read(), undefined);
  });

  it('stays as it was where the new one cannot be written, and leaves nothing beside it', async () => {
    await open().write('one\n');
    const [name = ''] = files();
    mkdirSync(path.join(folder, 'storage', `${name}.${process.pid}`));
    await assert.rejects(open().write('two\n'), /EISDIR/);
    assert.equal(await open().read(), 'one\n');
  });

  it('is the old one or the new one, whole, where the window is killed while it writes', async function () {
    this.timeout(60_000);
    const large = 4_000_000;
    const file = createHistoryFile(path.join(folder, 'storage'), inventory, large);
    for (const afterMs of [0, 20, 60]) {
      const writer = fork(path.join(__dirname, 'historyWriter.ts'), [path.join(folder, 'storage'), inventory], {
        execArgv: ['--import', 'tsx'],
        stdio: 'ignore',
      });
      // It says so once its first file is there, and writes the next ones then.
      await once(writer, 'message');
      await sleep(afterMs);
      writer.kill('SIGKILL');
      await once(writer, 'exit');
      const text = (await file.read()) ?? '';
      assert.equal(text.length, 3_000_000);
      assert.equal(new Set(text).size, 1, 'it is of one write');
    }
  });

  it('leaves for good nothing of a window that was killed, and takes nothing from one that still writes', async () => {
    await open().write('one\n');
    const [name = ''] = files();
    const [old, fresh] = [`${name}.1234`, `${name}.1235`];
    for (const each of [old, fresh]) writeFileSync(path.join(folder, 'storage', each), 'hal');
    utimesSync(path.join(folder, 'storage', old), 0, Date.now() / 1000 - 7200);
    await open('file:///home/dba/other/replideck.yaml').read();
    assert.ok(files().includes(old), 'it may be another inventory that is meant');
    assert.equal(await open().read(), 'one\n');
    assert.deepEqual(files().toSorted(), [name, fresh]);
  });

  it('is not read where it is longer than any of ours', async () => {
    await open().write('one\n');
    const [name = ''] = files();
    writeFileSync(path.join(folder, 'storage', name), 'x'.repeat(1001));
    await assert.rejects(open().read(), /1001 bytes/);
  });
});
