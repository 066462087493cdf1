import assert from 'node:assert/strict';
import { waitCaughtUp, type WaitProgress } from '../../src/app/waitCaughtUp';
import { fleetLogic } from '../../src/core/fleetLogic';
import { failed, ok } from '../../src/core/outcome';
import type { ConnectionStatus } from '../../src/core/replication/model';
import type { SliceResult, WaitEnd } from '../../src/core/replication/waitPosition';
import { toFleetView } from '../../src/core/toFleetView';
import type { PositionReader } from '../../src/ports';
import { buildInventory, buildSnapshot, from } from '../core/buildFleet';
import { ManualClock } from './manualClock';

interface Moment {
  readonly slice: SliceResult | 'lost';
  readonly applied?: string;
  readonly status?: Partial<ConnectionStatus>;
}

const inventory = buildInventory({ s1: { instances: ['p:3306', 'r:3306'] } });

/** Lets each slice take the time it was given, and the view tell what the moment says. */
async function run(moments: readonly Moment[], more: { limitSeconds?: number; abortAt?: number } = {}) {
  const clock = new ManualClock();
  const abort = new AbortController();
  const progress: WaitProgress[] = [];
  const waited: number[] = [];
  let round = 0;
  let closed = 0;
  const view = () => {
    const { applied = '0-1-3', status = {} } = moments[Math.max(0, round - 1)] ?? moments.at(-1) ?? {};
    const connections = [from('p:3306', status)];
    return toFleetView(
      buildSnapshot(inventory, { 'p:3306': {}, 'r:3306': { connections, facts: { gtidSlavePos: applied } } }),
    );
  };
  const positions: PositionReader = {
    readPosition: () => Promise.resolve(ok({ gtidBinlogPos: '0-1-5' })),
    openWait: () =>
      Promise.resolve(
        ok({
          slice: async (position: string, seconds: number) => {
            assert.equal(position, '0-1-5');
            waited.push(seconds);
            const moment = moments[round] ?? moments.at(-1);
            round += 1;
            if (more.abortAt === round) abort.abort();
            await clock.advance(seconds * 1000);
            const answer = moment?.slice ?? 'notYet';
            return answer === 'lost' ? failed({ reason: 'lost' as const, text: 'Gone.' }) : ok(answer);
          },
          close: () => {
            closed += 1;
            return Promise.resolve();
          },
        }),
      ),
  };
  const end = await waitCaughtUp(
    {
      ...{ replicaKey: 'r:3306', limitSeconds: more.limitSeconds ?? 60, positions, clock, view },
      logic: fleetLogic.wait,
      read: () => Promise.resolve(),
      onProgress: (step) => progress.push(step),
    },
    abort.signal,
  );
  assert.equal(closed, 1, 'the connection is closed');
  return { end, progress, waited };
}

describe('waitCaughtUp', () => {
  const check = (
    name: string,
    moments: readonly Moment[],
    wanted: WaitEnd,
    more: { limitSeconds?: number; abortAt?: number } = {},
  ) => {
    it(name, async () => {
      assert.deepEqual((await run(moments, more)).end, wanted);
    });
  };
  const notYet = { slice: 'notYet' } as const;
  const stopped = (ioThread: ConnectionStatus['ioThread'], sqlThread: ConnectionStatus['sqlThread']): Moment => ({
    slice: 'notYet',
    status: { ioThread, sqlThread },
  });
  const caughtUp = (afterSeconds: number): WaitEnd => ({ kind: 'caughtUp', afterSeconds, position: '0-1-5' });

  check('ends when it is there', [notYet, { slice: 'reached' }], caughtUp(4));
  check('is there also with stopped threads', [{ slice: 'reached', status: { sqlThread: 'stopped' } }], caughtUp(2));
  check(
    'ends at the limit and says what is left',
    [notYet],
    { kind: 'tooLate', limitSeconds: 5, transactionsLeft: 2n },
    { limitSeconds: 5 },
  );
  check('gives up at once behind a stopped SQL thread', [stopped('running', 'stopped')], {
    ...{ kind: 'stopped', afterSeconds: 2, threads: 'the SQL thread is stopped', transactionsLeft: 2n },
  });
  check('gives up behind a stopped IO thread when nothing moves', [stopped('stopped', 'running')], {
    ...{ kind: 'stopped', afterSeconds: 4, threads: 'the IO thread is stopped', transactionsLeft: 2n },
  });
  check(
    'lets the relay log run empty behind a stopped IO thread',
    [stopped('stopped', 'running'), { ...stopped('stopped', 'running'), applied: '0-1-4' }, { slice: 'reached' }],
    caughtUp(6),
  );
  check(
    'does not take a connecting thread for a stopped one',
    [stopped('connecting', 'running'), notYet, { slice: 'reached' }],
    caughtUp(6),
  );
  check('says when the replica is lost', [{ slice: 'lost' }], { kind: 'failed', key: 'r:3306', text: 'Gone.' });
  check('never takes NULL for an answer', [{ slice: 'unknown' }], {
    ...{ kind: 'failed', key: 'r:3306', text: 'The server did not say whether it got there (NULL).' },
  });
  check('can be cancelled within a slice', [notYet], { kind: 'cancelled', afterSeconds: 4 }, { abortAt: 2 });

  it('asks in slices that are never longer than what is left, and tells how it goes', async () => {
    const { waited, progress } = await run([{ ...notYet, status: { secondsBehind: 7 } }], { limitSeconds: 5 });
    assert.deepEqual(waited, [2, 2, 1]);
    assert.deepEqual(progress[0], { elapsedSeconds: 2, lagSeconds: 7, transactionsLeft: 2n });
  });
});
