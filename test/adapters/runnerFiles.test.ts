import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createAuditFile } from '../../src/adapters/files/auditFile';
import { createPrograms } from '../../src/adapters/files/findPrograms';
import { WrittenSecretFiles } from '../../src/adapters/files/secretFiles';
import type { AuditEntry } from '../../src/core/runbooks/auditEntry';
import { silentLog } from '../app/manualClock';

const modeOf = (file: string): string => (statSync(file).mode & 0o777).toString(8);

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'rd-runner-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe('files that carry secrets', () => {
  const secretFile = (files: WrittenSecretFiles, name = 'a.cnf') => ({
    path: path.join(files.folder, name),
    content: 'canary',
  });

  it('are for their owner alone, and gone afterwards', async () => {
    const files = new WrittenSecretFiles(path.join(folder, 'runbooks'), silentLog);
    const file = secretFile(files);
    const remove = await files.write([file]);
    assert.deepEqual([modeOf(file.path), modeOf(files.folder)], ['600', '700']);
    assert.equal(readFileSync(file.path, 'utf8'), 'canary');
    await remove();
    await remove();
    assert.equal(existsSync(file.path), false);
  });

  it('are written anew over what lies there, and never through a link', async () => {
    const files = new WrittenSecretFiles(folder, silentLog);
    mkdirSync(files.folder);
    const elsewhere = path.join(folder, 'elsewhere');
    writeFileSync(elsewhere, 'mine', { mode: 0o644 });
    const file = secretFile(files);
    symlinkSync(elsewhere, file.path);
    await files.write([file]);
    assert.equal(readFileSync(elsewhere, 'utf8'), 'mine');
    assert.equal(modeOf(file.path), '600');
  });

  it('are written all or none, and nowhere else', async () => {
    const files = new WrittenSecretFiles(folder, silentLog);
    const outside = { path: path.join(folder, 'outside.cnf'), content: 'canary' };
    await assert.rejects(files.write([secretFile(files), outside]), /not in the folder/);
    assert.deepEqual(readdirSync(files.folder), []);
    assert.equal(existsSync(outside.path), false);
  });

  it('go at once when the window closes', async () => {
    const files = new WrittenSecretFiles(folder, silentLog);
    await files.write([secretFile(files)]);
    files.dispose();
    assert.deepEqual(readdirSync(folder), []);
  });

  it('are swept after a crash, while those of living windows stay', async () => {
    const dead = spawnSync('true').pid;
    const living = path.join(folder, '1-0123abcd');
    const old = path.join(folder, '1-89abcdef');
    for (const left of [`${dead}-0123abcd`, `${process.pid}-0123abcd`, '1-0123abcd', '1-89abcdef', 'stray']) {
      mkdirSync(path.join(folder, left));
      writeFileSync(path.join(folder, left, 'a.cnf'), 'canary');
    }
    const twoDaysAgo = Date.now() / 1000 - 2 * 86_400;
    utimesSync(old, twoDaysAgo, twoDaysAgo);
    const files = new WrittenSecretFiles(folder, silentLog);
    const remove = await files.write([secretFile(files)]);
    await files.sweep();
    assert.deepEqual(readdirSync(folder).toSorted(), [path.basename(living), path.basename(files.folder)].toSorted());
    assert.equal(existsSync(secretFile(files).path), true);
    await remove();
    await new WrittenSecretFiles(path.join(folder, 'nowhere'), silentLog).sweep();
  });
});

describe('audit log', () => {
  const entry: AuditEntry = {
    ...{ kind: 'started', at: '2026-11-24T10:00:00.000Z', run: '1', who: 'a@b', runbook: 'replica.stop' },
    ...{ target: 'db:1', step: 'Stop "it"\nnow', effect: 'write', server: 'db:1', command: 'mariadb …' },
  };

  it('only grows, a line for each entry, for its owner alone', async () => {
    const file = path.join(folder, 'deep', 'audit.jsonl');
    const log = createAuditFile(file);
    assert.deepEqual(await log.read(), { entries: [], unreadable: 0 });
    await log.append(entry);
    const first = readFileSync(file, 'utf8');
    await log.append({ ...entry, kind: 'ended', result: 'done' });
    assert.ok(readFileSync(file, 'utf8').startsWith(first));
    assert.equal(modeOf(file), '600');
    assert.deepEqual(await log.read(), {
      entries: [entry, { ...entry, kind: 'ended', result: 'done' }],
      unreadable: 0,
    });
  });

  it('shows what can be read of a damaged file, and says how much cannot', async () => {
    const file = path.join(folder, 'audit.jsonl');
    const log = createAuditFile(file);
    await log.append(entry);
    appendFileSync(file, '{"kind":"ended","at":\nnull\n[]\n{}\n');
    await log.append(entry);
    assert.deepEqual(await log.read(), { entries: [entry, entry], unreadable: 4 });
  });

  it('says that it cannot be written', async () => {
    writeFileSync(path.join(folder, 'file'), '');
    await assert.rejects(createAuditFile(path.join(folder, 'file', 'audit.jsonl')).append(entry));
  });

  it('reads the end of a long file', async function () {
    this.timeout(20_000);
    const file = path.join(folder, 'audit.jsonl');
    const long = JSON.stringify({ ...entry, command: 'x'.repeat(100_000) });
    writeFileSync(file, `${long}\n`.repeat(60));
    const { entries, unreadable } = await createAuditFile(file).read();
    assert.ok(entries.length > 30 && entries.length < 60, String(entries.length));
    assert.equal(unreadable, 0);
  });
});

describe('programs', () => {
  it('are found where PATH names them, and only what may be run', async () => {
    for (const name of ['one', 'two']) mkdirSync(path.join(folder, name));
    mkdirSync(path.join(folder, 'one', 'mariadb'));
    writeFileSync(path.join(folder, 'one', 'mysql'), '');
    for (const name of ['mariadb', 'mysql']) {
      writeFileSync(path.join(folder, 'two', name), '#!/bin/sh\n');
      chmodSync(path.join(folder, 'two', name), 0o755);
    }
    const programs = createPrograms({ PATH: `${folder}/one:${folder}/two::/nonexistent` });
    assert.deepEqual(await programs.find(['mariadb', 'mysql', 'etcdctl']), {
      mariadb: path.join(folder, 'two', 'mariadb'),
      mysql: path.join(folder, 'two', 'mysql'),
      etcdctl: undefined,
    });
    assert.deepEqual(await createPrograms({}).find(['sh']), { sh: undefined });
  });
});
