import assert from 'node:assert/strict';
import type { FindingReport, FleetReport } from '../../src/core/report';
import { compareReport } from './compareReport';
import type { ExpectedFault, ExpectedFleet } from './expectedFleet';

const expected: ExpectedFleet = {
  clusters: [
    {
      name: 's1',
      production: true,
      instances: [
        {
          ...{ key: '127.0.0.1:4001', role: 'primary', datacenter: 'eqiad', version: '10.11.19', serverId: 101 },
          ...{ readOnly: false, connections: [] },
        },
        {
          ...{ key: '127.0.0.1:4002', role: 'replica', datacenter: 'codfw', version: '10.11.19', serverId: 201 },
          ...{ readOnly: true, connections: [{ name: '', source: '127.0.0.1:4001' }] },
        },
      ],
    },
  ],
  mirrors: [{ name: 'conf-codfw', api: 'v2' }],
  services: [{ kind: 'backups', name: 'main', state: 'critical', findings: ['backup.sizeJump'] }],
};

/** A report of that fleet as it should be, to be spoilt by each case. */
function goodReport(): FleetReport {
  return {
    takenAt: '2026-11-24T12:00:00.000Z',
    clusters: [
      {
        name: 's1',
        production: true,
        instances: [
          {
            ...{ key: '127.0.0.1:4001', state: 'ok', role: 'primary', datacenter: 'eqiad', serverId: 101 },
            ...{ version: '10.11.19-MariaDB-log', readOnly: false, connections: [] },
          },
          {
            ...{ key: '127.0.0.1:4002', state: 'ok', role: 'replica', datacenter: 'codfw', serverId: 201 },
            ...{ version: '10.11.19-MariaDB-log', readOnly: true },
            connections: [
              {
                ...{ name: '', source: '127.0.0.1:4001', io: 'running', sql: 'running' },
                ...{ lagSeconds: 0.4, lagFrom: 'heartbeat' },
              },
            ],
          },
        ],
      },
    ],
    mirrors: [{ name: 'conf-codfw', api: 'v2', state: 'unknown' }],
    services: [{ kind: 'backups', name: 'main', state: 'critical', detail: {} }],
    findings: [finding({ id: 'backup.sizeJump', severity: 'critical', subject: 'backups:main' })],
  };
}

const finding = (values: Partial<FindingReport>): FindingReport => ({
  ...{ id: 'replica.lag', severity: 'warning', subject: '127.0.0.1:4002', title: 'It lags', evidence: [] },
  remedy: 'Look.',
  ...values,
});

function check(spoil: (report: FleetReport) => void, wanted: readonly RegExp[], faults: readonly ExpectedFault[] = []) {
  const report = goodReport();
  spoil(report);
  const problems = compareReport(report, expected, faults);
  assert.equal(problems.length, wanted.length, problems.join('\n'));
  for (const [index, pattern] of wanted.entries()) assert.match(problems[index]!, pattern);
}

const replica = (report: FleetReport) => report.clusters[0]!.instances[1]!;
const connection = (report: FleetReport) => replica(report).connections[0]!;

describe('compareReport without a fault', () => {
  it('has nothing to say about a report that is right', () => {
    check(() => undefined, []);
  });

  const cases: readonly [string, (report: FleetReport) => void, readonly RegExp[]][] = [
    ['a missing instance', (report) => report.clusters[0]!.instances.pop(), [/instances of s1: .*4002/]],
    ['a missing cluster', (report) => (report.clusters = []), [/^clusters: s1 \(production\)/, /instances of s1/]],
    ['production that is not said', (report) => (report.clusters[0]!.production = false), [/^clusters/]],
    ['a missing neighbour', (report) => (report.services = []), [/^neighbours: backups:main are there.*none/]],
    [
      'a neighbour that is taken for well',
      (report) => (report.services[0]!.state = 'ok'),
      [/^backups:main: it is critical, the report says ok/],
    ],
    ['what a neighbour lacks', (report) => (report.findings = []), [/backup.sizeJump is right, the report has none/]],
    [
      'what is not so at a neighbour',
      (report) => report.findings.push(finding({ id: 'backup.stale', subject: 'backups:main' })),
      [/the report has backup.sizeJump, backup.stale/],
    ],
    ['a missing mirror', (report) => (report.mirrors = []), [/^mirrors: conf-codfw \(v2\).*none/]],
    ['a state that is not ok', (report) => (replica(report).state = 'unknown'), [/4002: it is well/]],
    ['a wrong role', (report) => (replica(report).role = 'standalone'), [/role is "replica"/]],
    ['a wrong server id', (report) => (replica(report).serverId = 7), [/serverId is 201, the report says 7/]],
    [
      'an unknown read_only',
      (report) => delete replica(report).readOnly,
      [/readOnly is true, the report says nothing/],
    ],
    ['another version', (report) => (replica(report).version = '10.4.1'), [/version is 10.11.19/]],
    ['no connection', (report) => (replica(report).connections = []), [/connection '': it is there/]],
    [
      'a connection too many',
      (report) => replica(report).connections.push({ ...connection(report), name: 'x' }),
      [/a connection 'x' that is not there/],
    ],
    ['a thread that stands', (report) => (connection(report).sql = 'stopped'), [/io running, sql stopped/]],
    ['another source', (report) => (connection(report).source = '127.0.0.1:9'), [/the source is 127.0.0.1:4001/]],
    ['an unknown lag', (report) => delete connection(report).lagSeconds, [/the lag is known here/]],
    ['a lag that is not', (report) => (connection(report).lagSeconds = 3020399), [/3020399 s of lag/]],
    ['a negative lag', (report) => (connection(report).lagSeconds = -2), [/-2 s of lag/]],
    ['a lag without a method', (report) => delete connection(report).lagFrom, [/without the method/]],
    ['a warning', (report) => report.findings.push(finding({})), [/warning replica.lag on .*4002/]],
    ['a critical one', (report) => report.findings.push(finding({ severity: 'critical' })), [/critical replica.lag/]],
  ];
  for (const [name, spoil, wanted] of cases)
    it(`tells ${name}`, () => {
      check(spoil, wanted);
    });

  it('lets informative findings be', () => {
    check((report) => report.findings.push(finding({ severity: 'info' })), []);
  });
});

describe('compareReport with a fault', () => {
  const fault: ExpectedFault = {
    ...{ name: 'io-error', subject: '127.0.0.1:4002', connection: '' },
    findings: ['replica.io.accessDenied'],
  };
  const right = { id: 'replica.io.accessDenied', severity: 'critical', connection: '' } as const;

  it('is content when the finding is on the subject, whatever else is wrong', () => {
    check(
      (report) => {
        replica(report).state = 'critical';
        report.findings.push(finding(right), finding({ id: 'replica.lagUnknown' }));
      },
      [],
      [fault],
    );
  });

  it('tells what is there instead', () => {
    check(
      (report) => report.findings.push(finding({ id: 'replica.io.error' })),
      [/fault io-error: replica.io.accessDenied is missing on .*4002, which has replica.io.error/],
      [fault],
    );
  });

  it('does not take the finding of another instance or connection for it', () => {
    check((report) => report.findings.push(finding({ ...right, subject: '127.0.0.1:4001' })), [/no finding/], [fault]);
    check((report) => report.findings.push(finding({ ...right, connection: 'x' })), [/is missing on/], [fault]);
  });

  it('still wants everything that the inventory names', () => {
    check(
      (report) => {
        report.mirrors = [];
        report.findings.push(finding(right));
      },
      [/^mirrors/],
      [fault],
    );
  });
});
