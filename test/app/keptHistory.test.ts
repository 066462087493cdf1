import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createHistoryFile } from '../../src/adapters/files/historyFile';
import { FleetStore } from '../../src/app/fleetStore';
import { KeptHistory } from '../../src/app/keptHistory';
import { lagSeriesId } from '../../src/app/lagHistory';
import { fleetLogic } from '../../src/core/fleetLogic';
import { longestHistory, parseHistory, renderSeries, renderState } from '../../src/core/history/historyFile';
import type { Change } from '../../src/core/history/model';
import type { HistoryFile } from '../../src/ports';
import { ManualClock, silentLog } from './manualClock';
import { answered, inventoryOf, s1, slaveRow, unanswered } from './sampleFleet';

const primary = 'db1.eqiad.example:3311';
const replica = 'db2.eqiad.example:3311';
const other = 'db3.codfw.example:3311';
const minute = 60_000;

describe('the history of a fleet', () => {
  let folder: string;
  let clock: ManualClock;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'rd-kept-'));
    clock = new ManualClock();
  });
  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  /** A window: its store, and what it keeps and tells. */
  async function openWindow(wrap: (file: HistoryFile) => HistoryFile = (file) => file) {
    const store = new FleetStore(clock, silentLog);
    const told: string[] = [];
    const note = (message: string) => void told.push(message);
    const kept = new KeptHistory({ store, clock, log: { ...silentLog, warn: note, error: note } });
    const seen: Change[] = [];
    kept.onDidRecord((changes) => seen.push(...changes));
    store.setInventory(inventoryOf(s1), fleetLogic);
    const read = (behind: string, changes = {}) => {
      const at = new Date(clock.now()).toISOString();
      store.accept(answered({ key: primary, at }));
      const row = slaveRow(primary, 1, { Seconds_Behind_Master: behind, ...changes });
      store.accept(answered({ key: replica, at, serverId: 2, readOnly: true, replication: [row] }));
      store.accept(answered({ key: other, at, serverId: 3, readOnly: true, replication: [slaveRow(primary, 1)] }));
      store.flush();
    };
    const end = async () => {
      await kept.dispose();
      store.dispose();
    };
    await kept.open(wrap(createHistoryFile(folder, 'file:///replideck.yaml', longestHistory)));
    return { store, kept, told, seen, read, end, lag: () => store.history.read(lagSeriesId(replica, ''), 0) };
  }
  const words = (changes: readonly Change[]) => changes.map(({ subject, fact, to }) => `${subject} ${fact} → ${to}`);
  const isStopped = { Slave_SQL_Running: 'No', Last_SQL_Errno: '1062', Last_SQL_Error: "Duplicate entry '7'" };

  it('is there after a restart: the lag for the panels, and how each instance was', async () => {
    const first = await openWindow();
    for (const behind of ['4', '9', '2']) {
      first.read(behind);
      await clock.advance(minute);
    }
    await first.end();
    await clock.advance(30 * minute);
    const second = await openWindow();
    const { at, lagSeconds } = second.lag();
    // A gap at the end: nobody looked from then on.
    assert.deepEqual(lagSeconds, [4, 9, 2, null]);
    assert.equal(at[1]! - at[0]!, 60);
    second.read('5');
    assert.deepEqual(second.lag().lagSeconds, [4, 9, 2, null, 5]);
    assert.deepEqual(second.seen, [], 'nothing has changed');
    assert.deepEqual(second.kept.state.watched.length, 2);
    assert.deepEqual(second.told, []);
    await second.end();
  });

  it('tells what has changed while no window was open, and when it was last otherwise', async () => {
    const first = await openWindow();
    first.read('4');
    const before = clock.now();
    await first.end();
    await clock.advance(60 * minute);
    const second = await openWindow();
    second.read('4', isStopped);
    const told = words(second.seen);
    assert.ok(told.includes(`${replica} sql/ → stopped`), told.join('\n'));
    assert.ok(told.includes(`${replica} state → critical`), told.join('\n'));
    assert.ok(told.some((each) => each.startsWith(`${replica} finding/replica.sql.duplicateKey/ → critical:`)));
    const stopped = second.seen.find(({ fact }) => fact === 'sql/');
    assert.deepEqual([stopped?.beforeMs, stopped?.atMs], [before, clock.now()]);
    await second.end();
  });

  it('takes nothing for a change of what was never seen, nor before the file was read', async () => {
    const window = await openWindow();
    window.read('4', isStopped);
    window.read('4', isStopped);
    assert.deepEqual(window.seen, []);
    await window.end();
  });

  /** Without a declared primary: that it is one only its replicas tell. */
  const undeclared = s1.replace(/ +primary:.*\n/, '');
  /** The primary as its replicas name it; whose address that is its server_id tells, once it is read. */
  const alias = '10.64.0.1:3311';
  const ids = [primary, replica, other];
  /** Takes readings in one by one, each in a view of its own, as they come at a first start. */
  const readEach = (store: FleetStore, keys: readonly string[], source = alias, sourceId = 1): void => {
    const at = new Date(clock.now()).toISOString();
    for (const key of keys) {
      const replication = key === primary ? [] : [slaveRow(source, sourceId)];
      store.accept(answered({ key, at, serverId: ids.indexOf(key) + 1, readOnly: key !== primary, replication }));
      store.flush();
    }
  };

  for (const order of [ids, ids.toReversed()]) {
    it(`takes nothing for a change of a role or a source that the readings of the others told: ${order.join()}`, async () => {
      const window = await openWindow();
      window.store.setInventory(inventoryOf(undeclared), fleetLogic);
      readEach(window.store, order);
      assert.deepEqual(words(window.seen), []);
      const firsts = ids.map((key) => window.kept.state.subjects.get(key)?.first ?? {});
      assert.deepEqual(
        firsts.map((first) => [first['role'], first['source/']]),
        [
          ['primary', undefined],
          ['replica', primary],
          ['replica', primary],
        ],
      );
      await window.end();
    });
  }

  it('nor after a restart: what was known holds until all are read again, and what has changed is told then', async () => {
    const first = await openWindow();
    first.store.setInventory(inventoryOf(undeclared), fleetLogic);
    readEach(first.store, ids);
    await first.end();
    await clock.advance(minute);
    const second = await openWindow();
    second.store.setInventory(inventoryOf(undeclared), fleetLogic);
    readEach(second.store, [primary, replica]);
    assert.deepEqual(words(second.seen), []);
    readEach(second.store, [other], 'db9.eqiad.example:3311', 9);
    const told = words(second.seen).filter((each) => /role|source\//.test(each));
    assert.deepEqual(told, [`${other} source/ → db9.eqiad.example:3311`]);
    await second.end();
  });

  it('keeps what was known while an instance does not answer', async () => {
    const window = await openWindow();
    window.read('4', isStopped);
    await clock.advance(10_000);
    const at = new Date(clock.now()).toISOString();
    window.store.accept(unanswered(replica, at, { reason: 'refused', text: 'connect ECONNREFUSED' }));
    window.store.flush();
    const about = window.seen.filter(({ subject }) => subject === replica);
    assert.deepEqual(about.map(({ fact }) => fact).toSorted(), ['finding/instance.unreachable', 'state']);
    const count = window.seen.length;
    await clock.advance(10_000);
    window.read('4', isStopped);
    assert.deepEqual(
      words(window.seen.slice(count)).filter((each) => /sql|version|role/.test(each)),
      [],
      'it is as it was',
    );
    await window.end();
  });

  it('is written late, whole and not for each reading', async () => {
    const written: Promise<void>[] = [];
    const window = await openWindow((file) => ({
      ...file,
      write: (text) => {
        const writing = file.write(text);
        written.push(writing);
        return writing;
      },
    }));
    for (let second = 0; second < 50; second += 10) {
      window.read('4');
      await clock.advance(10_000);
    }
    assert.equal(written.length, 0);
    await clock.advance(20_000);
    assert.equal(written.length, 1);
    for (let second = 0; second < 600; second += 10) {
      window.read('4');
      await clock.advance(10_000);
    }
    assert.ok(written.length >= 2 && written.length <= 3, String(written.length));
    // The disk does not go by this clock: what is being written is to end before the next is due.
    let settled: number;
    do {
      settled = written.length;
      await Promise.all(written);
      await clock.advance(60 * minute);
    } while (written.length > settled);
    const count = written.length;
    await clock.advance(60 * minute);
    assert.equal(written.length, count, 'nothing is written while nothing is read');
    await window.end();
  });

  it('writes little work when the window closes, and all of it: VS Code gives that five seconds', async () => {
    const count = 2000;
    const connections = Array.from({ length: count }, (_, index) => `m${index}`);
    // A day of each, as it stands in the file that an earlier window has written.
    const until = Math.floor(clock.now() / 300_000) * 300;
    const day = Array.from({ length: 280 }, (_, index) => until - (280 - index) * 300);
    const lines = connections.map((connection) =>
      renderSeries({ key: replica, connection, at: day, lagSeconds: day.map((_, index) => index % 90) }),
    );
    const state = renderState({ watched: [], subjects: new Map(), changes: [] });
    await createHistoryFile(folder, 'file:///replideck.yaml', longestHistory).write(state + lines.join(''));

    const opening = { isOver: false };
    const opened = openWindow().finally(() => {
      opening.isOver = true;
    });
    // It is read in slices, with the clock between them.
    while (!opening.isOver) await clock.advance(0).then(() => new Promise(setImmediate));
    const window = await opened;
    window.read('4');
    const { history } = window.store;
    const seconds = 50;
    for (let second = 0; second < seconds; second += 10) {
      for (const connection of connections) history.add(lagSeriesId(replica, connection), clock.now(), 1000 + second);
      await clock.advance(10_000);
    }
    let points = 0;
    const read = history.read.bind(history);
    history.read = (each, sinceMs) => {
      const found = read(each, sinceMs);
      points += found.at.length;
      return found;
    };
    const started = performance.now();
    await window.end();
    const elapsedMs = performance.now() - started;
    // No more than what has come since the last write was worked on; the day before stands there as text already.
    assert.ok(points < count * 10, `${points} points`);
    assert.ok(elapsedMs < 5000, `${elapsedMs} ms`);

    const text = readFileSync(path.join(folder, readdirSync(folder)[0] ?? ''), 'utf8');
    const { lag, unreadable } = parseHistory(text, clock.now());
    assert.equal(unreadable, 0);
    const written = lag.filter(({ connection }) => connections.includes(connection));
    assert.equal(written.length, count);
    for (const { lagSeconds } of written) {
      assert.ok(Math.abs((lagSeconds.at(-1) ?? 0) - (1000 + seconds - 10)) < 1, 'the last point is there');
      assert.deepEqual(lagSeconds.slice(0, 3), [0, 1, 2], 'and the day before it');
      assert.ok(lagSeconds.length > day.length);
    }
  });

  it('begins anew where the file is damaged or foreign, says so, and goes on', async () => {
    const first = await openWindow();
    first.read('4');
    await first.end();
    const file = path.join(folder, readdirSync(folder)[0] ?? '');
    const text = readFileSync(file, 'utf8');
    const [head = '', ...lines] = text.split('\n');
    writeFileSync(file, [head, '["s",3]', ...lines].join('\n'));
    const second = await openWindow();
    assert.deepEqual(second.told, ['1 lines of the history cannot be read and are left out']);
    assert.deepEqual(second.lag().lagSeconds, [4, null]);
    await second.end();
    writeFileSync(file, 'MZ\0\0');
    const third = await openWindow();
    assert.deepEqual(third.told, ['The file of the history holds something else: the history begins now']);
    third.read('4');
    await third.end();
    assert.ok(readFileSync(file, 'utf8').startsWith(head.slice(0, 20)));
    const fourth = await openWindow((own) => ({ ...own, read: () => Promise.reject(new Error('EIO')) }));
    assert.match(fourth.told.join(), /could not be read: the history begins now/);
    fourth.read('4');
    assert.equal(fourth.kept.state.subjects.size > 0, true);
    await fourth.end();
  });

  it('holds no password and no hash, whatever a server says', async () => {
    const window = await openWindow();
    window.read('4');
    await clock.advance(10_000);
    const secret =
      "Error executing: CREATE USER x IDENTIFIED BY 'canary-of-history' 1396 *2470C0C06DEE42FD1618BB99005ADCA2EC9D1E19";
    window.read('4', {
      Slave_SQL_Running: 'No',
      Last_SQL_Errno: '9999',
      Last_SQL_Error: secret,
      Master_Host: "IDENTIFIED BY 'canary-of-history'",
      Last_IO_Error: secret,
    });
    assert.ok(window.seen.length > 0);
    await window.end();
    const text = readFileSync(path.join(folder, readdirSync(folder)[0] ?? ''), 'utf8');
    assert.ok(text.length > 500);
    assert.ok(!text.includes('canary-of-history') && !text.includes('2470C0C0'));
  });

  it('ends with its inventory, and goes on with it', async () => {
    const window = await openWindow();
    window.read('4');
    await window.kept.open(undefined);
    assert.equal(window.kept.state.subjects.size, 0);
    window.read('9');
    assert.equal(window.kept.state.subjects.size, 0);
    await window.kept.open(createHistoryFile(folder, 'file:///replideck.yaml', longestHistory));
    assert.ok(window.kept.state.subjects.has(replica));
    await window.end();
  });
});
