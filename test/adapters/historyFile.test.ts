import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
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

  it('is not read where it is longer than any of ours', async () => {
    await open().write('one\n');
    const [name = ''] = files();
    writeFileSync(path.join(folder, 'storage', name), 'x'.repeat(1001));
    await assert.rejects(open().read(), /1001 bytes/);
  });
});
