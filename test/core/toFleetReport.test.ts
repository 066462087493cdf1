import assert from 'node:assert/strict';
import type { Finding } from '../../src/core/findings/finding';
import type { FleetView } from '../../src/core/fleetView';
import { joinFindings } from '../../src/core/joinFindings';
import { linkFleet } from '../../src/core/linkFleet';
import type { ReachFailure } from '../../src/core/replication/reading';
import type { State } from '../../src/core/report';
import { toFleetReport } from '../../src/core/toFleetReport';
import { at, buildInventory, buildSnapshot, from, type InstanceSketch, type Sketch } from './buildFleet';

const clusters = { s1: { instances: ['p:1', 'r:1'], primary: 'p:1' } };

function finding(more: Partial<Finding>): Finding {
  return {
    id: 'replica.lag',
    severity: 'warning',
    subject: 'r:1',
    title: 'T',
    short: 'S',
    evidence: [{ measured: 'M', source: 'Q', at }],
    remedy: 'R',
    ...more,
  };
}

function view(now: Sketch, findings: readonly Finding[] = []): FleetView {
  return joinFindings(linkFleet(buildSnapshot(buildInventory(clusters), now)), findings);
}

const well: Sketch = {
  'p:1': { facts: { readOnly: false, serverId: 1 } },
  'r:1': { facts: { readOnly: true, serverId: 2 }, connections: [from('p:1')] },
};

describe('joinFindings: states', () => {
  function check(name: string, replica: InstanceSketch | undefined, expected: State, findings: Finding[] = []): void {
    it(name, () => {
      const primary = { 'p:1': well['p:1'] ?? {} };
      const joined = view(replica === undefined ? primary : { ...primary, 'r:1': replica }, findings);
      assert.equal(joined.instances['r:1']?.state, expected);
    });
  }

  check('pending is unknown', undefined, 'unknown');
  check('well', well['r:1'], 'ok');
  check('info does not count', well['r:1'], 'ok', [finding({ severity: 'info' })]);
  check('the worst finding counts', well['r:1'], 'critical', [finding({}), finding({ severity: 'critical' })]);
  check('refused status is denied', { replicationDenied: true }, 'denied', [finding({ severity: 'critical' })]);
  check('unread status is unknown, never ok', { replicationFailed: true }, 'unknown');
  check('unread status with a finding', { replicationFailed: true }, 'critical', [finding({ severity: 'critical' })]);
  const reasons: Readonly<Record<ReachFailure['reason'], State>> = {
    refused: 'unreachable',
    noRoute: 'unreachable',
    unknownHost: 'unreachable',
    timedOut: 'unreachable',
    hung: 'unreachable',
    lost: 'unreachable',
    tooManyConnections: 'unreachable',
    tlsFailed: 'unreachable',
    tunnelFailed: 'unreachable',
    notMysql: 'unreachable',
    other: 'unreachable',
    accessDenied: 'denied',
    accountLocked: 'denied',
    passwordExpired: 'denied',
    authPlugin: 'denied',
    hostNotAllowed: 'denied',
    credentialsMissing: 'unknown',
    cancelled: 'unknown',
    untrusted: 'unknown',
  };
  for (const [reason, state] of Object.entries(reasons)) {
    check(`${reason} is ${state}`, { failure: reason as ReachFailure['reason'] }, state);
  }

  it('gives a connection the state of its own findings, and never ok with a thread that does not run', () => {
    const joined = view(
      {
        ...well,
        'r:1': {
          connections: [
            from('p:1', { name: 'a' }),
            from('p:1', { name: 'b' }),
            from('p:1', { name: 'c', ioThread: 'connecting' }),
            from('p:1', { name: 'd', sqlThread: 'unknown' }),
          ],
        },
      },
      [finding({ connection: 'b', severity: 'critical' })],
    );
    assert.deepEqual(
      joined.instances['r:1']?.connections.map(({ state }) => state),
      ['ok', 'critical', 'warning', 'unknown'],
    );
  });

  it('takes the worst for a cluster; unreachable only where all are', () => {
    const state = (now: Sketch, findings: readonly Finding[] = []): State | undefined =>
      view(now, findings).clusters[0]?.state;
    assert.equal(state(well), 'ok');
    assert.equal(state({ 'p:1': { ...well['p:1'] } }), 'unknown');
    assert.equal(state({ ...well, 'r:1': { failure: 'hung' } }), 'critical');
    assert.equal(state({ 'p:1': { failure: 'hung' }, 'r:1': { failure: 'refused' } }), 'unreachable');
    assert.equal(state({ ...well, 'r:1': { failure: 'accessDenied' } }), 'warning');
    assert.equal(state(well, [finding({ subject: 'cluster:s1', severity: 'critical' })]), 'critical');
  });

  it('sorts findings worst first, whatever order the rules ran in', () => {
    const joined = view(well, [
      finding({ severity: 'info', subject: 'a:1' }),
      finding({ subject: 'r:1', connection: 'b' }),
      finding({ subject: 'p:1' }),
      finding({ subject: 'r:1', connection: 'a' }),
      finding({ severity: 'critical', subject: 'z:1' }),
    ]);
    assert.deepEqual(
      joined.findings.map((one) => `${one.subject}${one.connection ?? ''}`),
      ['z:1', 'p:1', 'r:1a', 'r:1b', 'a:1'],
    );
  });
});

describe('toFleetReport', () => {
  it('is plain JSON, with what is unknown left out', () => {
    const report = toFleetReport(view(well, [finding({ connection: '', avoid: 'A' })]), '2026-11-24T10:00:01.000Z');
    assert.deepEqual(JSON.parse(JSON.stringify(report)), report);
    assert.deepEqual(report, {
      takenAt: '2026-11-24T10:00:01.000Z',
      clusters: [
        {
          name: 's1',
          production: true,
          instances: [
            {
              key: 'p:1',
              state: 'ok',
              role: 'primary',
              version: '10.11.19-MariaDB',
              serverId: 1,
              readOnly: false,
              connections: [],
            },
            {
              key: 'r:1',
              state: 'warning',
              role: 'replica',
              version: '10.11.19-MariaDB',
              serverId: 2,
              readOnly: true,
              connections: [
                { name: '', source: 'p:1', io: 'running', sql: 'running', lagSeconds: 0, lagFrom: 'secondsBehind' },
              ],
            },
          ],
        },
      ],
      mirrors: [],
      services: [],
      findings: [
        {
          id: 'replica.lag',
          severity: 'warning',
          subject: 'r:1',
          connection: '',
          title: 'T',
          evidence: [{ measured: 'M', source: 'Q', at }],
          remedy: 'R',
          avoid: 'A',
        },
      ],
    });
  });

  it('never says 0 for a lag that is not known', () => {
    const stopped = { 'r:1': { connections: [from('p:1', { sqlThread: 'stopped', secondsBehind: 0 })] } } as const;
    const [connection] = toFleetReport(view({ ...well, ...stopped })).clusters[0]?.instances[1]?.connections ?? [];
    assert.deepEqual(connection, { name: '', source: 'p:1', io: 'running', sql: 'stopped' });
  });

  it('calls mirrors and services that nobody reads unknown', () => {
    const inventory = {
      ...buildInventory(clusters),
      etcdMirrors: [
        {
          name: 'conf',
          api: 'v2',
          source: 's',
          destination: 'd',
          sourcePrefix: '/',
          destinationPrefix: '/',
          tls: { mode: 'preferred' },
          pollSeconds: 10,
          timeoutSeconds: 5,
        },
      ],
      orchestrators: [
        {
          name: 'main',
          url: 'https://o',
          discover: true,
          tls: { mode: 'preferred' },
          pollSeconds: 10,
          timeoutSeconds: 5,
        },
      ],
    } as const;
    const report = toFleetReport(joinFindings(linkFleet(buildSnapshot(inventory, well)), []));
    assert.deepEqual(report.mirrors, [{ name: 'conf', api: 'v2', state: 'unknown' }]);
    assert.deepEqual(
      report.services.map(({ kind, name, state }) => [kind, name, state]),
      [['orchestrator', 'main', 'unknown']],
    );
  });
});
