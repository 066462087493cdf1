import assert from 'node:assert/strict';
import { Alarms } from '../../src/app/alarms';
import { FleetStore } from '../../src/app/fleetStore';
import { Mutes, wholeFleet, type Mute } from '../../src/app/mutes';
import { StateRecorder } from '../../src/app/stateRecorder';
import { fleetLogic } from '../../src/core/fleetLogic';
import { ManualClock, silentLog } from './manualClock';
import { answered, inventoryOf, s1, slaveRow, unanswered } from './sampleFleet';

const primary = 'db1.eqiad.example:3311';
const replica = 'db2.eqiad.example:3311';
const other = 'db3.codfw.example:3311';

describe('what has become critical', () => {
  let clock: ManualClock;
  let store: FleetStore;
  let alarms: Alarms;
  let mutes: Mutes;
  let kept: readonly Mute[] | undefined;
  let shown: string[][];
  let isOn: boolean;
  /** Takes the message that stands away. */
  let dismiss: () => void;
  let recorder: StateRecorder;

  beforeEach(() => {
    clock = new ManualClock();
    store = new FleetStore(clock, silentLog);
    store.setInventory(inventoryOf(s1), fleetLogic);
    kept = undefined;
    mutes = new Mutes({ get: () => kept, set: (list) => (kept = list) }, clock);
    shown = [];
    isOn = true;
    recorder = new StateRecorder();
    alarms = new Alarms({
      view: () => store.view,
      isOn: () => isOn,
      mutes,
      show: (findings) => {
        shown.push(findings.map(({ subject, id }) => `${subject} ${id}`));
        return new Promise((resolve) => (dismiss = resolve));
      },
      clock,
    });
  });

  const sqlError = { Slave_SQL_Running: 'No', Last_SQL_Errno: '1062', Last_SQL_Error: "Duplicate entry '7'" };
  const take = async (...broken: readonly string[]): Promise<void> => {
    await clock.advance(1000);
    const at = new Date(clock.now()).toISOString();
    store.accept(answered({ key: primary, at }));
    for (const [key, serverId] of [
      [replica, 2],
      [other, 3],
    ] as const) {
      const row = slaveRow(primary, 1, broken.includes(key) ? sqlError : {});
      store.accept(answered({ key, at, serverId, readOnly: true, replication: [row] }));
    }
    store.flush();
    if (store.view !== undefined) alarms.take(recorder.take(store.view, clock.now()));
  };
  const about = (key: string) => `${key} replica.sql.duplicateKey`;

  it('is not told of what was so at the first look', async () => {
    await take(replica);
    await clock.advance(60_000);
    assert.deepEqual(shown, []);
  });

  it('is told in one message, with what follows within seconds', async () => {
    await take();
    await take(replica);
    await take(replica, other);
    assert.deepEqual(shown, []);
    await clock.advance(3000);
    assert.deepEqual(shown, [[about(replica), about(other)]]);
  });

  it('waits for the message that stands, and then tells only what still holds', async () => {
    await take();
    await take(replica);
    await clock.advance(3000);
    await take(replica, other);
    store.accept(unanswered(primary, new Date(clock.now()).toISOString(), { reason: 'refused', text: 'no' }));
    store.flush();
    if (store.view !== undefined) alarms.take(recorder.take(store.view, clock.now()));
    // The primary is back before anybody has looked.
    await take(replica, other);
    await clock.advance(60_000);
    assert.deepEqual(shown, [[about(replica)]]);
    dismiss();
    await clock.advance(3000);
    assert.deepEqual(shown, [[about(replica)], [about(other)]]);
    dismiss();
    await clock.advance(60_000);
    assert.equal(shown.length, 2);
  });

  it('is not told when it has mended itself in the meantime, and again when it comes back', async () => {
    await take();
    await take(replica);
    await take();
    await clock.advance(3000);
    assert.deepEqual(shown, []);
    await take(replica);
    await clock.advance(3000);
    assert.deepEqual(shown, [[about(replica)]]);
  });

  for (const subject of [replica, 'cluster:s1', wholeFleet]) {
    it(`is not told while ${subject} is muted, and is afterwards`, async () => {
      await take();
      mutes.mute(subject, clock.now() + 60_000);
      await take(replica);
      await clock.advance(3000);
      assert.deepEqual(shown, []);
      await clock.advance(60_000);
      await take();
      await take(replica);
      await clock.advance(3000);
      assert.deepEqual(shown, [[about(replica)]]);
    });
  }

  it('is told of one replica while another is muted', async () => {
    await take();
    mutes.mute(other, clock.now() + 60_000);
    await take(replica, other);
    await clock.advance(3000);
    assert.deepEqual(shown, [[about(replica)]]);
  });

  it('is not told where nobody wants messages', async () => {
    isOn = false;
    await take();
    await take(replica);
    await clock.advance(3000);
    assert.deepEqual(shown, []);
  });

  it('keeps what is muted over a restart, and nothing that it did not write', () => {
    mutes.mute(replica, clock.now() + 60_000);
    mutes.mute('cluster:s1', clock.now() + 30_000);
    mutes.mute(replica, clock.now() + 20_000);
    const again = new Mutes({ get: () => [...(kept ?? []), { subject: 7 }, null, 'x'], set: () => undefined }, clock);
    assert.deepEqual(
      again.list.map(({ subject }) => subject),
      [replica, 'cluster:s1'],
    );
    assert.deepEqual(new Mutes({ get: () => ({ list: 1 }), set: () => undefined }, clock).list, []);
    mutes.end(replica);
    assert.deepEqual(kept, [{ subject: 'cluster:s1', untilMs: clock.now() + 30_000 }]);
  });
});
