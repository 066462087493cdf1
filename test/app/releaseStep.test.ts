import assert from 'node:assert/strict';
import { releaseStep, type ReleaseOptions } from '../../src/app/releaseStep';
import type { FleetView } from '../../src/core/fleetView';
import { runbookLogic } from '../../src/core/runbookLogic';
import { at } from '../core/buildFleet';
import { error, r, type Node } from '../core/findings/fleetBuilder';
import { calm, clientCallOf, viewOf } from '../core/runbooks/fleet';
import type { Clock } from '../../src/ports';

/** The time that `now` says. */
const clockAt = (now: () => number): Clock => ({
  now,
  after: () => () => undefined,
  random: () => 0.5,
  idleMs: () => 0,
});

const stopped = { ioThread: 'stopped', sqlThread: 'stopped', secondsBehind: undefined } as const;
const view = (node: Node = {}) => viewOf({ [r]: { connection: stopped, ...node } });
const plan = runbookLogic.planRunbook(view(), 'replica.start', r);

interface Attack {
  readonly title: string;
  readonly options?: Partial<ReleaseOptions>;
  /** What the reading that is made for it brings. */
  readonly then?: FleetView;
  /** Seconds from the plan to the reading. */
  readonly seconds?: number;
  /** Seconds that the clock runs on while it reads. */
  readonly reading?: number;
  readonly gives: RegExp | 'released';
  readonly reads?: number;
}

const attacks: readonly Attack[] = [
  { title: 'everything is as planned', gives: 'released' },
  { title: 'the workspace is not trusted', options: { mayConnect: () => false }, gives: /not trusted/, reads: 0 },
  { title: 'nothing was typed', options: { confirm: () => Promise.resolve('') }, gives: /^Type db2100/, reads: 0 },
  {
    title: 'another name was typed',
    options: { confirm: () => Promise.resolve('yes') },
    gives: /^That is not db2100.*\.$/,
    reads: 0,
  },
  { title: 'it was called off', options: { confirm: () => Promise.resolve(undefined) }, gives: /called off/, reads: 0 },
  {
    title: 'another server answers by then',
    then: view({ facts: { serverId: 9 } }),
    gives: /is another server: @@server_id was 201, is 9/,
  },
  {
    title: 'nobody answers by then',
    then: view({ failure: { reason: 'refused' } }),
    gives: /does not say who it is now/,
  },
  { title: 'a check has gone red by then', then: viewOf(), gives: /connection\.stands/ },
  {
    title: 'something else would run by then',
    then: view({ connection: { ...stopped, name: 'x' } }),
    gives: /no longer what the plan shows/,
  },
  {
    title: 'the ground is worse than whoever started it has seen',
    then: view({ connection: { ...stopped, sqlError: error(1062, 'Duplicate entry') } }),
    gives: /The ground has changed .* connection\.noError: 1062/,
  },
  { title: 'the reading is older than the question', seconds: 5, gives: /was not read again/ },
  { title: 'the reading took too long', reading: 40, gives: /was read 40 s ago/ },
];

async function check({
  options = {},
  then = view(),
  seconds = 0,
  reading = 0,
  gives,
  reads = 1,
}: Attack): Promise<void> {
  let nowMs = Date.parse(at) + seconds * 1000;
  const clock = clockAt(() => nowMs);
  let present = view();
  const read: string[][] = [];
  const released = await releaseStep(
    {
      ...{ logic: runbookLogic, mayConnect: () => true, clock, view: () => present },
      confirm: (name) => Promise.resolve(name),
      read: (keys) => {
        read.push([...keys]);
        present = then;
        nowMs += reading * 1000;
        return Promise.resolve();
      },
      ...options,
    },
    plan,
    'start',
  );
  assert.equal(read.length, reads);
  if (gives === 'released') {
    assert.ok(released.kind === 'ok', JSON.stringify(released));
    assert.deepEqual(clientCallOf(released.value).statements, ['START SLAVE']);
    assert.equal(read[0]?.[0], r);
  } else {
    assert.ok(released.kind === 'failed');
    assert.match(released.reason, gives);
  }
}

describe('letting a step go', () => {
  for (const attack of attacks) {
    it(`${attack.gives === 'released' ? 'does it' : 'refuses'} where ${attack.title}`, () => check(attack));
  }

  it('refuses where the trust is lost while it reads', async () => {
    let isTrusted = true;
    await check({
      title: '',
      options: {
        mayConnect: () => isTrusted,
        read: () => {
          isTrusted = false;
          return Promise.resolve();
        },
      },
      gives: /not trusted any more/,
      reads: 0,
    });
  });

  it('asks for no name outside production', async () => {
    const calmPlan = runbookLogic.planRunbook(calm(view()), 'replica.start', r);
    const confirm = () => assert.fail('asked');
    const clock = clockAt(() => Date.parse(at));
    const read = () => Promise.resolve();
    const options = { logic: runbookLogic, mayConnect: () => true, clock, view: () => calm(view()), confirm, read };
    assert.equal((await releaseStep(options, calmPlan, 'start')).kind, 'ok');
    assert.equal((await releaseStep(options, calmPlan, 'nothing')).kind, 'failed');
    // It has come into production since: nobody has typed its name.
    const nowInProduction = { ...options, view: () => view() };
    assert.equal((await releaseStep(nowInProduction, calmPlan, 'start')).kind, 'failed');
  });
});
