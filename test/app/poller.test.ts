import assert from 'node:assert/strict';
import { Poller } from '../../src/app/poller';
import type { InstanceSpec } from '../../src/core/inventory/model';
import type { InstanceReading } from '../../src/core/replication/reading';
import type { SqlReader } from '../../src/ports';
import { ManualClock, settle, silentLog } from './manualClock';
import { answered, inventoryOf, s1, unanswered } from './sampleFleet';

/** A reader whose reads end when the test says so, or at once. */
class ScriptedReader implements SqlReader {
  readonly calls: string[] = [];
  answer: (key: string) => InstanceReading | Promise<InstanceReading> = (key) =>
    answered({ key, at: '2026-11-22T12:00:00.000Z' });

  read({ key }: { key: string }): Promise<InstanceReading> {
    this.calls.push(key);
    return Promise.resolve(this.answer(key));
  }
  retain(): void {
    // Keeps no connection.
  }
  dispose(): Promise<void> {
    return Promise.resolve();
  }
}

const clusterOf = (instances: readonly string[]): string =>
  `version: 1\nclusters: { s1: { instances: [${instances.map((each) => `'${each}'`).join(', ')}] } }`;

function setUp(): { clock: ManualClock; reader: ScriptedReader; readings: InstanceReading[]; poller: Poller } {
  const clock = new ManualClock();
  const reader = new ScriptedReader();
  const readings: InstanceReading[] = [];
  const poller = new Poller<InstanceSpec, InstanceReading>({
    reader: () => Promise.resolve(reader),
    clock,
    log: silentLog,
    onReading: (reading) => readings.push(reading),
  });
  poller.setTargets(inventoryOf(s1).instances);
  return { clock, reader, readings, poller };
}

describe('Poller', () => {
  it('reads nothing while nobody looks', async () => {
    const { clock, reader } = setUp();
    await clock.advance(600_000);
    assert.deepEqual(reader.calls, []);
    assert.equal(clock.pendingTimers, 0);
  });

  it('reads at once when somebody looks, then at its interval', async () => {
    const { clock, reader, poller } = setUp();
    poller.setAttention('full');
    await clock.advance(500);
    assert.equal(reader.calls.length, 3);
    await clock.advance(10_000);
    assert.equal(reader.calls.length, 6);
  });

  it('reads at once what the inventory brings while somebody looks', async () => {
    const { clock, reader, poller } = setUp();
    poller.setTargets([]);
    poller.setAttention('full');
    poller.setTargets(inventoryOf(s1).instances);
    await clock.advance(500);
    assert.equal(reader.calls.length, 3);
  });

  it('reads once a minute while another window has the focus, and stops when hidden', async () => {
    const { clock, reader, poller } = setUp();
    poller.setAttention('unfocused');
    await clock.advance(500);
    assert.equal(reader.calls.length, 3, 'what was never read is read at once');
    await clock.advance(59_000);
    assert.equal(reader.calls.length, 3);
    await clock.advance(2_000);
    assert.equal(reader.calls.length, 6);
    poller.setAttention('none');
    await clock.advance(600_000);
    assert.equal(reader.calls.length, 6);
  });

  it('spreads polls by a tenth both ways', async () => {
    const { clock, reader, poller } = setUp();
    poller.setAttention('full');
    await clock.advance(500);
    clock.randomValue = 0;
    await clock.advance(10_000);
    const before = reader.calls.length;
    await clock.advance(9_000);
    assert.equal(reader.calls.length, before + 3);
  });

  it('asks a failing instance less and less often, at least once a minute, and as before when it answers', async () => {
    const { clock, reader, poller } = setUp();
    let down = true;
    reader.answer = (key) =>
      down && key.startsWith('db2')
        ? unanswered(key, '2026-11-22T12:00:00.000Z', { reason: 'refused', text: 'connect ECONNREFUSED' })
        : answered({ key, at: '2026-11-22T12:00:00.000Z' });
    poller.setAttention('full');
    await clock.advance(300_000);
    const count = (prefix: string) => reader.calls.filter((key) => key.startsWith(prefix)).length;
    assert.ok(count('db1') >= 29, `db1 was read ${count('db1')} times`);
    assert.ok(count('db2') >= 5 && count('db2') <= 9, `db2 was read ${count('db2')} times`);
    down = false;
    await clock.advance(60_000);
    const healed = count('db2');
    await clock.advance(60_000);
    assert.ok(count('db2') - healed >= 5);
  });

  it('joins a second request to the read under way', async () => {
    const { reader, readings, poller } = setUp();
    const released: (() => void)[] = [];
    reader.answer = (key) =>
      new Promise((resolve) => {
        released.push(() => {
          resolve(answered({ key, at: '2026-11-22T12:00:00.000Z' }));
        });
      });
    const first = poller.readNow();
    const second = poller.readNow(['db1.eqiad.example:3311']);
    await settle();
    assert.equal(reader.calls.length, 3);
    assert.ok(poller.isReading('db1.eqiad.example:3311'));
    for (const release of released) release();
    await Promise.all([first, second]);
    assert.equal(readings.length, 3);
    assert.equal(poller.isReading(), false);
  });

  it('lets nobody wait long for servers that are silent, and asks those first that failed', async () => {
    const { clock, reader, poller } = setUp();
    const silent = Array.from({ length: 200 }, (_, index) => `silent${index}:3306`);
    const instances = [...silent, 'db1:3306'];
    poller.setTargets(inventoryOf(clusterOf(instances)).instances);
    reader.answer = (key) =>
      key === 'db1:3306'
        ? answered({ key, at: '2026-11-22T12:00:00.000Z' })
        : new Promise((resolve) => {
            clock.after(5000, () => {
              resolve(unanswered(key, '2026-11-22T12:00:05.000Z', { reason: 'hung', text: '' }));
            });
          });
    const first = poller.readNow();
    await clock.advance(1000);
    assert.equal(reader.calls.length, instances.length);
    await clock.advance(5000);
    await first;
    reader.calls.length = 0;
    const second = poller.readNow();
    await clock.advance(0);
    assert.equal(reader.calls[0], 'silent0:3306');
    // Not expected to answer, they have all begun soon, and the whole ends hardly after their deadline.
    await clock.advance(100);
    assert.equal(reader.calls.length, instances.length);
    await clock.advance(5000);
    assert.equal(poller.isReading(), false);
    await second;
  });

  it('begins nothing more while this process itself is what the reads wait for', async () => {
    const { clock, reader, poller } = setUp();
    const instances = Array.from({ length: 200 }, (_, index) => `db${index}:3306`);
    poller.setTargets(inventoryOf(clusterOf(instances)).instances);
    reader.answer = () => new Promise(() => undefined);
    clock.isBusy = true;
    void poller.readNow();
    await clock.advance(5000);
    assert.equal(reader.calls.length, 64);
    clock.isBusy = false;
    await clock.advance(1000);
    assert.equal(reader.calls.length, instances.length);
  });

  it('never reads more than some at once', async () => {
    const { clock, reader, poller } = setUp();
    const instances = Array.from({ length: 200 }, (_, index) => `db${index}:3306`);
    poller.setTargets(inventoryOf(clusterOf(instances)).instances);
    reader.answer = () => new Promise(() => undefined);
    void poller.readNow();
    await clock.advance(200);
    assert.equal(reader.calls.length, 64);
  });

  it('reads anew where a reading that is under way may have asked before', async () => {
    const { reader, readings, poller } = setUp();
    const released: (() => void)[] = [];
    reader.answer = (key) =>
      new Promise((resolve) => {
        released.push(() => {
          resolve(answered({ key, at: '2026-11-22T12:00:00.000Z' }));
        });
      });
    const key = 'db1.eqiad.example:3311';
    const before = poller.readNow([key]);
    await settle();
    const anew = poller.readAnew([key]);
    await settle();
    assert.equal(reader.calls.length, 1);
    released[0]?.();
    await before;
    await settle();
    assert.equal(reader.calls.length, 2);
    released[1]?.();
    await anew;
    assert.equal(readings.length, 2);
  });

  it('survives a reader that breaks its promise', async () => {
    const { reader, readings, poller } = setUp();
    reader.answer = (key) => {
      if (key.startsWith('db2')) throw new Error('a bug');
      return answered({ key, at: '2026-11-22T12:00:00.000Z' });
    };
    await poller.readNow();
    assert.equal(readings.length, 2);
  });

  it('forgets instances that left the inventory, also their timers', async () => {
    const { clock, reader, poller } = setUp();
    poller.setAttention('full');
    await clock.advance(500);
    poller.setTargets([]);
    await clock.advance(60_000);
    assert.equal(reader.calls.length, 3);
    assert.equal(clock.pendingTimers, 0);
  });
});
