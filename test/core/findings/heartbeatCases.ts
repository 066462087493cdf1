import { from } from '../buildFleet';
import { analytics, beat, failedPart, fleetOf, matomo, meta, multi, p, q, r, s1 } from './fleetBuilder';
import type { Case } from './case';

const kept = { spec: { heartbeatTable: 'heartbeat.heartbeat' } };
const gone = {
  ...kept,
  heartbeatPart: failedPart('SELECT h.* FROM heartbeat', "Table 'heartbeat.heartbeat' doesn't exist", 1146),
};
const rows = (...list: ReturnType<typeof beat>[]) => ({ ...kept, heartbeat: list });
const live = (age = 0.4) => beat(101, age, { shard: 's1', datacenter: 'eqiad' });
const all = (...more: ReturnType<typeof beat>[]) => ({
  [p]: rows(live(), ...more),
  [r]: rows(live(0.8), ...more),
  [q]: rows(live(0.7), ...more),
});
const pair = { s1: { instances: [p, r, q], primary: { eqiad: p, codfw: r } } };

export const heartbeatCases: readonly Case[] = [
  { title: 'a living writer', gives: [], fleet: () => fleetOf(all()) },
  {
    title: 'no table anywhere',
    gives: ['heartbeat.missing'],
    fleet: () => fleetOf({ [p]: gone, [r]: gone, [q]: gone }),
  },
  { title: 'no table on a replica', gives: ['heartbeat.missing'], fleet: () => fleetOf({ ...all(), [r]: gone }) },
  {
    title: 'an empty table',
    gives: ['heartbeat.missing'],
    fleet: () => fleetOf({ [p]: rows(), [r]: rows(), [q]: rows() }),
  },
  { title: 'heartbeat: false', gives: [], fleet: () => fleetOf() },
  {
    title: 'the writer stopped',
    gives: ['heartbeat.writerStopped'],
    fleet: () => fleetOf({ [p]: rows(live(400)), [r]: rows(live(400)), [q]: rows(live(400)) }),
  },
  {
    title: 'a declared co-primary that stands by, its own row a day old',
    gives: [],
    fleet: () => {
      const both = rows(live(), beat(201, 86400, { datacenter: 'codfw' }));
      return fleetOf({ [p]: { ...both, connections: [from(r)] }, [r]: both, [q]: both }, pair);
    },
  },
  {
    title: 'a declared co-primary that takes writes, its own row a day old',
    gives: ['heartbeat.writerStopped'],
    fleet: () => {
      const both = rows(live(), beat(201, 86400, { datacenter: 'codfw' }));
      return fleetOf(
        { [p]: { ...both, connections: [from(r)] }, [r]: { ...both, facts: { readOnly: false } }, [q]: both },
        pair,
      );
    },
  },
  {
    title: 'a writer silent for nine seconds, warned at five',
    gives: [],
    fleet: () => {
      const strict = { thresholds: { lagWarnSeconds: 5, lagCritSeconds: 60 }, heartbeatTable: 'heartbeat.heartbeat' };
      const late = { ...rows(live(9)), spec: strict };
      return fleetOf({ [p]: late, [r]: late, [q]: late });
    },
  },
  {
    title: 'one late beat',
    gives: [],
    fleet: () => fleetOf({ [p]: rows(live(8)), [r]: rows(live(8)), [q]: rows(live(8)) }),
  },
  {
    title: 'a row 40 days old, clamped by others',
    gives: ['heartbeat.staleRows'],
    fleet: () => fleetOf(all(beat(171974662, 3456000, { shard: 's1', datacenter: 'eqiad' }))),
  },
  {
    title: 'an old row of a foreign shard',
    gives: ['heartbeat.staleRows'],
    fleet: () => fleetOf(all(beat(999, 10799.5, { shard: 's2', datacenter: 'eqiad' }))),
  },
  {
    title: 'an old row of its own',
    gives: ['heartbeat.staleRows'],
    fleet: () => fleetOf({ ...all(), [r]: rows(live(), beat(201, 5000)) }),
  },
  {
    title: 'an old row while the replica is late itself',
    gives: ['heartbeat.staleRows', 'replica.lag'],
    fleet: () =>
      fleetOf({ ...all(), [r]: { ...rows(live(400), beat(999, 86400)), connection: { secondsBehind: 400 } } }),
  },
  {
    title: 'an old row, and the chain above is not known',
    gives: ['instance.hung'],
    fleet: () => fleetOf({ ...all(beat(999, 86400)), [p]: { failure: { reason: 'hung' } } }),
  },
  {
    title: 'the other data centre beats too',
    gives: ['heartbeat.foreignRows'],
    fleet: () => fleetOf(all(beat(7777, 1.1, { shard: 's1', datacenter: 'codfw' }))),
  },
  {
    title: 'declared co-primaries beat both',
    gives: [],
    fleet: () =>
      fleetOf(
        {
          [p]: { ...rows(live(), beat(201, 1.2, { datacenter: 'codfw' })), connections: [from(r)] },
          [r]: rows(live(), beat(201, 0.3, { datacenter: 'codfw' })),
          [q]: rows(live(), beat(201, 0.9, { datacenter: 'codfw' })),
        },
        pair,
      ),
  },
  {
    title: 'a declared co-primary that beats no more',
    gives: [],
    fleet: () => fleetOf({ ...all(), [q]: rows(live(), beat(201, 4000, { datacenter: 'codfw' })) }, pair),
  },
  {
    title: 'two sections in one replica, one cut to ten bytes',
    gives: [],
    fleet: () =>
      fleetOf(
        {
          [matomo]: { ...rows(beat(301, 0.2, { shard: 'matomo' })), spec: { ...kept.spec, section: 'matomo' } },
          [meta]: {
            ...rows(beat(302, 0.2, { shard: 'analytics_' })),
            spec: { ...kept.spec, section: 'analytics_meta' },
          },
          [multi]: rows(beat(301, 0.6, { shard: 'matomo' }), beat(302, 0.6, { shard: 'analytics_' })),
        },
        analytics,
      ),
  },
  {
    title: 'a heartbeat of the future',
    gives: ['heartbeat.clockSkew'],
    fleet: () => fleetOf({ ...all(), [r]: rows(live(-35)) }, s1),
  },
  { title: 'clocks a second apart', gives: [], fleet: () => fleetOf({ ...all(), [r]: rows(live(-1)) }) },
  {
    title: 'below a replica that is delayed by intent',
    gives: ['replica.delayed'],
    fleet: () =>
      fleetOf({
        [p]: rows(live()),
        [r]: {
          ...rows(live(3600.5)),
          connection: { delaySeconds: 3600, secondsBehind: 3600 },
          spec: { ...kept.spec, delaySeconds: 3600 },
        },
        [q]: { ...rows(live(3601)), connections: [from(r)] },
      }),
  },
];
