import assert from 'node:assert/strict';
import { FleetStore } from '../../src/app/fleetStore';
import { lagSeriesId } from '../../src/app/lagHistory';
import { fleetLogic } from '../../src/core/fleetLogic';
import type { FleetView } from '../../src/core/fleetView';
import { ManualClock, silentLog } from './manualClock';
import { answered, inventoryOf, s1, slaveRow, unanswered } from './sampleFleet';

const primary = 'db1.eqiad.example:3311';
const replica = 'db2.eqiad.example:3311';

function setUp(): { clock: ManualClock; store: FleetStore; views: FleetView[] } {
  const clock = new ManualClock();
  const store = new FleetStore(clock, silentLog);
  const views: FleetView[] = [];
  store.setInventory(inventoryOf(s1), fleetLogic);
  store.onDidChange((view) => views.push(view));
  return { clock, store, views };
}

const at = (seconds: number) => new Date(Date.UTC(2026, 10, 22, 12, 0, seconds)).toISOString();

describe('FleetStore', () => {
  it('knows every instance of the inventory before it has read one', () => {
    const { store } = setUp();
    assert.deepEqual(
      Object.values(store.view?.instances ?? {}).map(({ state }) => state),
      ['unknown', 'unknown', 'unknown'],
    );
    assert.deepEqual(store.view?.findings, []);
  });

  it('makes one view of many readings', async () => {
    const { clock, store, views } = setUp();
    store.accept(answered({ key: primary, at: at(1) }));
    store.accept(
      answered({ key: replica, at: at(1), serverId: 2, readOnly: true, replication: [slaveRow(primary, 1)] }),
    );
    assert.equal(views.length, 0);
    await clock.advance(250);
    assert.equal(views.length, 1);
    assert.equal(views[0]?.instances[replica]?.role, 'replica');
    assert.deepEqual(views[0].clusters[0]?.replicasOf[primary], [replica]);
  });

  it('understands what has come in before the view is due, in slices, and all of it once', async () => {
    const { clock, store } = setUp();
    const understood: string[] = [];
    store.setInventory(inventoryOf(s1), {
      ...fleetLogic,
      toInstanceSnapshot: (reading) => {
        clock.spend(5);
        understood.push(reading.key);
        return fleetLogic.toInstanceSnapshot(reading);
      },
    });
    for (const key of [primary, replica, primary]) store.accept(answered({ key, at: at(1) }));
    assert.deepEqual(understood, []);
    await clock.advance(0);
    assert.deepEqual(understood, [primary]);
    await clock.advance(0);
    assert.deepEqual(understood, [primary, replica]);
    // The view takes the rest, and nothing twice.
    store.flush();
    await clock.advance(250);
    assert.deepEqual(understood, [primary, replica, primary]);
    // What comes in later is not forgotten.
    store.accept(answered({ key: replica, at: at(2) }));
    await clock.advance(0);
    assert.equal(understood.length, 4);
  });

  it('is not stopped by a reading that cannot be understood', async () => {
    const { clock, store, views } = setUp();
    store.setInventory(inventoryOf(s1), {
      ...fleetLogic,
      toInstanceSnapshot: (reading) => {
        if (reading.key === primary) throw new Error('not foreseen');
        return fleetLogic.toInstanceSnapshot(reading);
      },
    });
    for (const key of [primary, replica]) store.accept(answered({ key, at: at(1) }));
    await clock.advance(250);
    assert.deepEqual(
      [primary, replica].map((key) => views.at(-1)?.instances[key]?.snapshot.reach.kind),
      ['pending', 'answered'],
    );
  });

  describe('where a view takes long', () => {
    /** 40 steps of 5 ms before what a view really takes. */
    const slow: typeof fleetLogic = {
      ...fleetLogic,
      *fleetViewSteps(snapshot) {
        for (let step = 0; step < 40; step += 1) {
          clock.spend(5);
          yield;
        }
        return yield* fleetLogic.fleetViewSteps(snapshot);
      },
    };
    let clock: ManualClock;
    let store: FleetStore;
    let views: FleetView[];

    beforeEach(() => {
      ({ clock, store, views } = setUp());
      store.setInventory(inventoryOf(s1), slow);
      views.length = 0;
    });

    it('leaves most of the time to the readings', async () => {
      store.accept(answered({ key: primary, at: at(1) }));
      await clock.advance(1199);
      assert.equal(views.length, 0);
      await clock.advance(202);
      assert.equal(views.length, 1);
    });

    it('lets everything else have its turn every 10 ms', async () => {
      const turns: number[] = [];
      const takeTurn = (): void => {
        turns.push(clock.now());
        clock.after(1, takeTurn);
      };
      store.accept(answered({ key: primary, at: at(1) }));
      takeTurn();
      const settling = store.settle();
      await clock.advance(300);
      await settling;
      assert.equal(views.length, 1);
      const waits = turns.slice(1).map((turn, index) => turn - (turns[index] ?? 0));
      assert.ok(Math.max(...waits) <= 10, `the longest wait was ${Math.max(...waits)} ms`);
    });

    it('settles on what came in before, and shows later readings in a view of their own', async () => {
      store.accept(answered({ key: primary, at: at(1) }));
      const first = store.settle();
      store.accept(answered({ key: primary, at: at(2) }));
      const second = store.settle();
      store.accept(answered({ key: primary, at: at(3) }));
      await clock.advance(500);
      // The first question is answered by the view that replaced the one it waited for.
      assert.equal((await first)?.instances[primary]?.snapshot.at, at(2));
      assert.equal((await second)?.instances[primary]?.snapshot.at, at(2));
      await clock.advance(1500);
      assert.deepEqual(
        views.map(({ instances }) => instances[primary]?.snapshot.at),
        [at(2), at(3)],
      );
    });

    it('shows it at once where somebody cannot wait, and only once', async () => {
      store.accept(answered({ key: primary, at: at(1) }));
      const settling = store.settle();
      assert.equal(store.flush()?.instances[primary]?.snapshot.at, at(1));
      await settling;
      await clock.advance(2000);
      assert.equal(views.length, 1);
    });

    it('leaves nobody waiting when there is no inventory any more', async () => {
      store.accept(answered({ key: primary, at: at(1) }));
      const settling = store.settle();
      store.clear();
      assert.equal(await settling, undefined);
      await clock.advance(2000);
      assert.deepEqual([views.length, clock.pendingTimers], [0, 0]);
    });
  });

  it('keeps the previous answer while an instance is down', () => {
    const { store } = setUp();
    store.accept(
      answered({ key: replica, at: at(1), serverId: 2, readOnly: true, replication: [slaveRow(primary, 1)] }),
    );
    store.accept(unanswered(replica, at(2), { reason: 'refused', text: 'connect ECONNREFUSED' }));
    store.accept(unanswered(replica, at(3), { reason: 'refused', text: 'connect ECONNREFUSED' }));
    const view = store.flush();
    assert.equal(view?.instances[replica]?.state, 'unreachable');
    assert.equal(view.snapshot.previous[replica]?.at, at(1));
  });

  describe('another server at an address', () => {
    const read = (store: FleetStore, second: number, serverId: number, uptimeSeconds = 30) => {
      store.accept(answered({ key: primary, at: at(second), serverId, uptimeSeconds }));
      const found = store.flush()?.findings.filter(({ id }) => id === 'instance.identityMismatch') ?? [];
      return found.map(({ subject, evidence }) => `${subject}: ${evidence.map(({ measured }) => measured).join()}`);
    };
    const said = [`${primary}: @@server_id was 1 until ${at(1)}, is 777`];

    it('is said until the former one is back', () => {
      const { store } = setUp();
      assert.deepEqual(read(store, 1, 1, 86400), []);
      assert.deepEqual(read(store, 2, 777), said);
      assert.deepEqual(read(store, 3, 777), said);
      store.accept(unanswered(primary, at(4), { reason: 'refused', text: 'connect ECONNREFUSED' }));
      assert.deepEqual(read(store, 5, 777), said);
      assert.deepEqual(read(store, 6, 1), []);
    });

    it('is said until somebody accepts it, and then of the former one', () => {
      const { store, views } = setUp();
      read(store, 1, 1, 86400);
      assert.deepEqual(read(store, 2, 777), said);
      const drawn = views.length;
      assert.equal(store.acceptIdentity(primary), true);
      assert.equal(views.length, drawn + 1);
      assert.deepEqual(store.view?.findings, []);
      assert.deepEqual(read(store, 3, 777), []);
      assert.deepEqual(read(store, 4, 1, 9), [`${primary}: @@server_id was 777 until ${at(3)}, is 1`]);
    });

    it('is not said of a server_id that was set while the server ran on, also later', () => {
      const { store } = setUp();
      read(store, 1, 1, 86400);
      assert.deepEqual(read(store, 2, 777, 86401), []);
      assert.deepEqual(read(store, 3, 777, 86402), []);
    });

    it('cannot be accepted while it does not answer', () => {
      const { store } = setUp();
      read(store, 1, 1, 86400);
      store.accept(unanswered(primary, at(2), { reason: 'refused', text: 'connect ECONNREFUSED' }));
      assert.equal(store.acceptIdentity(primary), false);
    });

    it('is forgotten with the address', () => {
      const { store } = setUp();
      read(store, 1, 1, 86400);
      read(store, 2, 777);
      store.setInventory(inventoryOf(s1.replaceAll('db1.', 'db9.')), fleetLogic);
      store.setInventory(inventoryOf(s1), fleetLogic);
      assert.deepEqual(read(store, 3, 777), []);
    });
  });

  it('remembers the lag of each reading once, and a gap while nothing is known', () => {
    const { store } = setUp();
    const lag = (seconds: number, behind: string) => {
      store.accept(
        answered({
          key: replica,
          at: at(seconds),
          serverId: 2,
          readOnly: true,
          replication: [slaveRow(primary, 1, { Seconds_Behind_Master: behind })],
        }),
      );
      store.flush();
    };
    lag(1, '4');
    store.accept(answered({ key: primary, at: at(2) }));
    store.flush();
    store.accept(unanswered(replica, at(3), { reason: 'timedOut', text: 'no handshake' }));
    store.flush();
    const { lagSeconds } = store.history.read(lagSeriesId(replica, ''), 0);
    assert.deepEqual(lagSeconds, [4, null]);
  });

  it('forgets what the inventory no longer names', () => {
    const { store } = setUp();
    store.accept(answered({ key: replica, at: at(1), replication: [slaveRow(primary, 1)] }));
    store.flush();
    const inventory = inventoryOf(s1);
    store.setInventory(
      {
        ...inventory,
        instances: inventory.instances.filter(({ key }) => key === primary),
        clusters: inventory.clusters.map((cluster) => ({ ...cluster, instances: [primary] })),
      },
      fleetLogic,
    );
    store.accept(answered({ key: replica, at: at(2) }));
    assert.deepEqual(Object.keys(store.flush()?.instances ?? {}), [primary]);
    assert.deepEqual(store.history.read(lagSeriesId(replica, ''), 0).at, []);
  });

  it('goes on when a listener fails', () => {
    const { store, views } = setUp();
    const stop = store.onDidChange(() => {
      throw new Error('a bug');
    });
    store.accept(answered({ key: primary, at: at(1) }));
    store.flush();
    stop();
    assert.equal(views.length, 1);
  });
});
