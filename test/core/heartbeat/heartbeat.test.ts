import assert from 'node:assert/strict';
import { linkFleet } from '../../../src/core/linkFleet';
import type { LinkedConnection } from '../../../src/core/fleetView';
import { parseHeartbeat } from '../../../src/core/heartbeat/parseHeartbeat';
import type { HeartbeatRow } from '../../../src/core/heartbeat/model';
import type { InstanceSpec } from '../../../src/core/inventory/model';
import { buildInventory, buildSnapshot, type ClusterSketch, from, type Sketch } from '../buildFleet';
import { readRecording, toRows } from '../replication/recording';

interface Case {
  readonly clusters?: Readonly<Record<string, ClusterSketch>>;
  readonly details?: Readonly<Record<string, Partial<InstanceSpec>>>;
  readonly now: Sketch;
  readonly before?: Sketch;
  /** Connection name -> believed figure and its method, or why the heartbeat gives none. */
  readonly lag: Readonly<Record<string, string>>;
}

const chain: Readonly<Record<string, ClusterSketch>> = {
  s1: { instances: ['p:1', 'm:1', 'r:1'], primary: 'p:1' },
  s2: { instances: ['q:1'] },
};
const eqiad = { 'p:1': { datacenter: 'eqiad' }, 'q:1': { datacenter: 'eqiad' } };

/** Looks at the instance `r:1`. */
function check({ clusters = chain, details = eqiad, now, before, lag }: Case): void {
  const fleet = linkFleet(buildSnapshot(buildInventory(clusters, details), now, before));
  const read = (connection: LinkedConnection): string => {
    const heartbeat = connection.lags.find((one) => one.method === 'heartbeat');
    const believed = connection.lagSeconds === undefined ? 'unknown' : `${connection.lagSeconds} ${connection.lagFrom}`;
    return heartbeat?.why === undefined ? believed : `${believed}; ${heartbeat.why}`;
  };
  assert.deepEqual(
    Object.fromEntries((fleet.instances['r:1']?.connections ?? []).map((one) => [one.status.name, read(one)])),
    lag,
  );
}

function row(serverId: number, ageSeconds: number, shard?: string, datacenter?: string): HeartbeatRow {
  return {
    ts: new Date(Date.UTC(2026, 10, 24, 10) - ageSeconds * 1000).toISOString().slice(0, 23),
    ageSeconds,
    serverId,
    ...(shard === undefined ? {} : { shard }),
    ...(datacenter === undefined ? {} : { datacenter }),
  };
}

const writer = (age = 0.4): Sketch[string] => ({
  facts: { serverId: 101 },
  heartbeat: [row(101, age, 's1', 'eqiad')],
});

describe('heartbeat lag', () => {
  it('takes the row of the top of the chain, never the oldest nor a foreign one', () => {
    check({
      now: {
        'p:1': writer(),
        'm:1': { facts: { serverId: 102 }, connections: [from('p:1')] },
        'r:1': {
          facts: { serverId: 103 },
          connections: [from('m:1')],
          heartbeat: [
            row(999, 0.1, 's2', 'eqiad'),
            row(201, 1, 's1', 'codfw'),
            row(101, 20, 's1', 'eqiad'),
            row(171974662, 3_456_000, 's1', 'eqiad'),
          ],
        },
      },
      lag: { '': '20 heartbeat' },
    });
  });

  it('falls back to shard and data centre where the chain is not known', () => {
    check({
      now: {
        'r:1': {
          connections: [from('elsewhere:1')],
          heartbeat: [row(999, 0.1, 's2', 'eqiad'), row(7, 0.2, 's1', 'codfw'), row(8, 3, 's1', 'eqiad')],
        },
      },
      lag: { '': '3 heartbeat' },
    });
  });

  it('falls back to the id that the replica names as its source', () => {
    check({
      now: {
        'r:1': { connections: [from('elsewhere:1', { sourceServerId: 55 })], heartbeat: [row(55, 2), row(56, 1)] },
      },
      lag: { '': '2 heartbeat' },
    });
  });

  it('subtracts the configured delay, and a young row is not lag', () => {
    const delayed = (age: number): Case['now'] => ({
      'p:1': writer(),
      'r:1': { connections: [from('p:1', { delaySeconds: 3600, secondsBehind: 3599 })], heartbeat: [row(101, age)] },
    });
    check({ clusters: chain, now: delayed(3605), lag: { '': '5 heartbeat' } });
    check({ clusters: chain, now: delayed(0.3), lag: { '': '0 heartbeat' } });
  });

  it('goes on measuring while a thread is stopped', () => {
    check({
      now: {
        'p:1': writer(),
        'r:1': { connections: [from('p:1', { sqlThread: 'stopped' })], heartbeat: [row(101, 500)] },
      },
      lag: { '': '500 heartbeat' },
    });
  });

  it('believes Seconds_Behind when the writer is dead: the row stands still on the primary too', () => {
    check({
      now: {
        'p:1': writer(10_800),
        'r:1': { connections: [from('p:1', { secondsBehind: 2 })], heartbeat: [row(101, 10_800, 's1', 'eqiad')] },
      },
      lag: {
        '': '2 secondsBehind; The writer of server_id 101 (s1, eqiad) has stopped: the row stands still on the server that writes it.',
      },
    });
  });

  it('prefers a living row of the same shard and data centre to the dead one of the chain', () => {
    check({
      now: {
        'p:1': { facts: { serverId: 101 }, heartbeat: [row(101, 9000, 's1', 'eqiad')] },
        'r:1': {
          connections: [from('p:1')],
          heartbeat: [row(101, 9000, 's1', 'eqiad'), row(300, 4, 's1', 'eqiad')],
        },
      },
      lag: { '': '4 heartbeat' },
    });
  });

  it('does not know where the writer cannot be looked at, unless the row moves', () => {
    const r = (age: number): Sketch[string] => ({
      connections: [from('p:1', { ioThread: 'connecting', secondsBehind: 0 })],
      heartbeat: [row(101, age)],
    });
    const why = 'The row of server_id 101 is 400 s old, and whether its writer is alive could not be checked.';
    const before = { 'p:1': writer() };
    check({ now: { 'p:1': { failure: 'refused' }, 'r:1': r(400) }, before, lag: { '': `unknown; ${why}` } });
    check({
      now: { 'p:1': { failure: 'refused' }, 'r:1': r(400) },
      before: { ...before, 'r:1': r(410) },
      lag: { '': '400 heartbeat' },
    });
  });

  it('says so when the table is refused, empty or without this source', () => {
    check({
      now: { 'r:1': { connections: [from('p:1', { secondsBehind: 1 })], heartbeat: [] } },
      lag: { '': '1 secondsBehind; The heartbeat table is empty.' },
    });
    check({
      now: { 'r:1': { connections: [from('p:1')], heartbeat: [row(999, 1, 's2', 'eqiad')] } },
      lag: { '': '0 secondsBehind; No row of this source; there are: server_id 999 (s2, eqiad).' },
    });
  });

  it('does not measure clocks: a row from the future gives no lag', () => {
    check({
      now: { 'p:1': writer(), 'r:1': { connections: [from('p:1')], heartbeat: [row(101, -30)] } },
      lag: { '': '0 secondsBehind; The row is 30 s in the future: the clocks of the two servers differ.' },
    });
  });

  it('gives each connection of a multi-source replica its own row, also with a cut shard', () => {
    check({
      clusters: { analytics: { instances: ['a:1', 'b:1', 'r:1'] } },
      details: { 'a:1': { section: 'matomo' }, 'b:1': { section: 'analytics_meta' } },
      now: {
        'a:1': { facts: { serverId: 1 }, heartbeat: [row(1, 0.5, 'matomo')] },
        'b:1': { facts: { serverId: 2 }, heartbeat: [row(2, 0.5, 'analytics_')] },
        'r:1': {
          connections: [from('a:1', { name: 'matomo' }), from('b:1', { name: 'meta' })],
          heartbeat: [row(1, 1, 'matomo'), row(2, 60, 'analytics_')],
        },
      },
      lag: { matomo: '1 heartbeat', meta: '60 heartbeat' },
    });
  });

  it('takes the nearest co-primary of a ring, and for a co-primary the other one', () => {
    const ring: Sketch = {
      'p:1': {
        facts: { serverId: 101, readOnly: false },
        connections: [from('m:1')],
        heartbeat: [row(101, 0.1), row(102, 3)],
      },
      'm:1': {
        facts: { serverId: 102, readOnly: false },
        connections: [from('p:1')],
        heartbeat: [row(101, 5), row(102, 0.1)],
      },
      'r:1': { facts: { serverId: 103 }, connections: [from('m:1')], heartbeat: [row(101, 6), row(102, 1.5)] },
    };
    check({
      clusters: { s1: { instances: ['p:1', 'm:1', 'r:1'], primary: { eqiad: 'p:1', codfw: 'm:1' } } },
      now: ring,
      lag: { '': '1.5 heartbeat' },
    });
    const fleet = linkFleet(buildSnapshot(buildInventory(chain), ring));
    assert.equal(fleet.instances['p:1']?.connections[0]?.lagSeconds, 3);
    assert.equal(fleet.instances['m:1']?.connections[0]?.lagSeconds, 5);
  });

  it('never takes a foreign row because its server id fits: instances of one host share it', () => {
    check({
      now: {
        'p:1': { facts: { serverId: 101 }, heartbeat: [row(101, 0.2, 's2', 'eqiad')] },
        'r:1': { connections: [from('p:1', { secondsBehind: 1 })], heartbeat: [row(101, 0.2, 's2', 'eqiad')] },
      },
      lag: { '': '1 secondsBehind; No row of this source; there are: server_id 101 (s2, eqiad).' },
    });
  });

  it('takes the later one where two primaries come down one connection', () => {
    check({
      clusters: { s1: { instances: ['p:1', 'q:1', 'm:1', 'r:1'] } },
      now: {
        'p:1': { facts: { serverId: 101 }, heartbeat: [row(101, 0.2)] },
        'q:1': { facts: { serverId: 102 }, heartbeat: [row(102, 0.2)] },
        'm:1': { connections: [from('p:1', { name: 'p' }), from('q:1', { name: 'q' })] },
        'r:1': { connections: [from('m:1')], heartbeat: [row(101, 1), row(102, 70)] },
      },
      lag: { '': '70 heartbeat' },
    });
  });

  it('reads the recorded table: 1.06 s, not the 3020400 of the oldest row', () => {
    const recorded = readRecording('mariadb-10.11/heartbeat.json')['results'] as readonly Record<string, unknown>[];
    const rows = toRows(recorded.find((result) => String(result['statement']).includes('age_s'))?.['rows']).map(
      ({ age_s: age, ...rest }) => ({ ...rest, age_seconds: age ?? null }),
    );
    check({
      now: {
        'p:1': { facts: { serverId: 171974651 } },
        'r:1': { connections: [from('p:1')], heartbeat: parseHeartbeat(rows) },
      },
      lag: { '': '1.0593 heartbeat' },
    });
  });
});

describe('parseHeartbeat', () => {
  it('takes the padding off binary columns and leaves out rows without ts', () => {
    assert.deepEqual(
      parseHeartbeat([
        { ts: '2026-11-22T02:48:51.930910', server_id: '1', shard: 's1', datacenter: 'dc1\0\0', age_seconds: '0.5' },
        { ts: null, server_id: '2' },
      ]),
      [{ ts: '2026-11-22T02:48:51.930910', ageSeconds: 0.5, serverId: 1, shard: 's1', datacenter: 'dc1' }],
    );
  });
});
