import { toBackupsFacts } from '../../../src/core/backups/toBackupsFacts';
import type { LinkedFleet } from '../../../src/core/fleetView';
import type { BackupExpectation, BackupsSpec, BurrowSpec, PipelineSpec } from '../../../src/core/inventory/model';
import type { Answer, Row } from '../../../src/core/replication/reading';
import type {
  LinkedService,
  ServiceFacts,
  ServiceFailure,
  ServiceKind,
  ServiceSpecs,
} from '../../../src/core/services/model';
import { analyticsRows } from '../backups/analyticsBackups';
import {
  answered,
  at as burrowAt,
  factsOf as burrowFacts,
  groupBody,
  partitionSample,
  stalled,
  stoppedAtZero,
  unknownGroup,
} from '../burrow/samples';
import {
  at as pipelineAt,
  factsOf as pipelineFacts,
  hourMs,
  lastHour,
  sideOf,
  steady,
  type Side,
} from '../pipelines/builder';
import type { Case } from './case';
import { fleetOf } from './fleetBuilder';

const pace = { pollSeconds: 60, timeoutSeconds: 5 };

function fleetWith<K extends ServiceKind>(
  kind: K,
  spec: ServiceSpecs[K],
  at: string,
  known: ServiceFacts[K] | ServiceFailure | 'pending',
): LinkedFleet {
  const key = `${kind}:${spec.name}`;
  const reach =
    known === 'pending'
      ? { kind: 'pending' }
      : 'reason' in known
        ? { kind: 'failed', failure: known }
        : { kind: 'answered', facts: known };
  const service = { kind, key, name: spec.name, spec, snapshot: { kind, key, at, elapsedMs: 9, reach } };
  return { ...fleetOf(), services: [service as unknown as LinkedService] };
}

const backupsSpec: BackupsSpec = {
  ...{ name: 'main', instance: 'db1115.eqiad.wmnet:3306', table: 'dbbackups.backups', expect: [], ...pace },
};
const at = '2020-10-21T08:00:00.000Z';
const rowsOf = (section: string, rows: readonly Row[]): Answer => ({
  kind: 'rows',
  statement: `SELECT b.id AS id, b.name AS name, b.status AS status, b.source AS source, b.host AS host, b.type AS type, b.section AS section, UNIX_TIMESTAMP(b.start_date) AS started FROM \`dbbackups\`.\`backups\` b WHERE b.section = '${section}' LIMIT 60`,
  at,
  rows,
});

/** Answers by section; what is expected is a dump of each, with these limits. */
function backupsOf(
  answers: Readonly<Record<string, Answer | readonly Row[]>>,
  limits: Partial<BackupExpectation> = {},
): LinkedFleet {
  const expect = Object.keys(answers).map((section) => ({
    section,
    type: 'dump',
    maxAgeDays: 9,
    minBytes: 50_000,
    ...limits,
  }));
  const expected = Object.entries(answers).map(([section, answer]) => ({
    ...{ section, type: 'dump' },
    answer: 'kind' in answer ? answer : rowsOf(section, answer),
  }));
  return fleetWith('backups', backupsSpec, at, toBackupsFacts({ recent: rowsOf('', []), expected }, { expect }));
}

const meta = analyticsRows('analytics_meta');
const matomo = analyticsRows('matomo');
const run = (more: Row): Row => ({
  ...matomo[0]!,
  id: '9000',
  name: 'dump.matomo.2020-10-21--02-08-16',
  started: '1603246096',
  ...more,
});
/** Sizes in steps of a per cent, the newest first. */
const sizes = (...bytes: readonly number[]): readonly Row[] =>
  bytes.map((size, index) => ({
    ...matomo[0]!,
    id: String(900 - index),
    started: String(1603246096 - index * 604_800),
    bytes: String(size),
  }));
const refused: Answer = {
  kind: 'error',
  statement: 'SELECT b.id …',
  at,
  errno: 1142,
  text: "SELECT command denied to user 'replideck'@'10.0.0.1'",
};

const backupCases: readonly Case[] = [
  { title: 'backups as they should be', gives: [], fleet: () => backupsOf({ matomo }) },
  { title: 'backups never read', gives: [], fleet: () => fleetWith('backups', backupsSpec, at, 'pending') },
  {
    title: 'the jump of 29 September, four runs later',
    gives: ['backup.sizeJump'],
    fleet: () => backupsOf({ analytics_meta: meta }),
  },
  {
    title: 'the jump of 29 September, the day after',
    gives: ['backup.sizeJump'],
    fleet: () => backupsOf({ analytics_meta: analyticsRows('analytics_meta', '2020-09-30 08:00:00').slice(3) }),
  },
  {
    title: 'a jump that went back',
    gives: [],
    fleet: () => backupsOf({ matomo: sizes(1_000_000, 1_001_000, 1_004_000, 1_003_000, 1_000_000, 1_002_000) }),
  },
  {
    title: 'a smaller step than the limits',
    gives: [],
    fleet: () => backupsOf({ matomo: sizes(1_049_000, 1_000_000) }),
  },
  {
    title: 'a step between the limits',
    gives: ['backup.sizeJump'],
    fleet: () => backupsOf({ matomo: sizes(1_060_000, 1_000_000) }),
  },
  {
    title: 'growth of four per cent a week',
    gives: [],
    fleet: () => backupsOf({ matomo: sizes(...[8, 7, 6, 5, 4, 3, 2, 1, 0].map((week) => 1e6 * 1.04 ** week)) }),
  },
  {
    title: 'shrinking by four per cent a week',
    gives: ['backup.sizeJump'],
    fleet: () => backupsOf({ matomo: sizes(...[8, 7, 6, 5, 4, 3, 2, 1, 0].map((week) => 1e6 * 0.96 ** week)) }),
  },
  {
    title: 'a backup of ten days',
    gives: ['backup.stale'],
    fleet: () => backupsOf({ matomo: analyticsRows('matomo', '2020-10-30 08:00:00') }),
  },
  {
    title: 'three stale backups',
    gives: ['backup.stale'],
    fleet: () =>
      backupsOf(
        Object.fromEntries(
          ['s1', 's2', 's3'].map((section) => [
            section,
            analyticsRows('matomo', '2020-11-30 08:00:00').map((row) => ({ ...row, section })),
          ]),
        ),
      ),
  },
  {
    title: 'one data centre has stopped',
    gives: ['backup.stale'],
    fleet: () =>
      backupsOf({ matomo: [...matomo, ...matomo.slice(3).map((row) => ({ ...row, host: 'dbprov2001.codfw.wmnet' }))] }),
  },
  { title: 'a section without any', gives: ['backup.missing'], fleet: () => backupsOf({ matomo, s1: [] }) },
  {
    title: 'only runs that failed',
    gives: ['backup.failed', 'backup.missing'],
    fleet: () =>
      backupsOf({ matomo: [run({ status: 'failed' }), run({ id: '8', status: 'failed', started: '1602246096' })] }),
  },
  {
    title: 'an empty dump',
    gives: ['backup.tooSmall'],
    fleet: () => backupsOf({ matomo: [run({ bytes: '0' }), ...matomo] }),
  },
  {
    title: 'a size that nobody wrote down',
    gives: [],
    fleet: () => backupsOf({ matomo: [run({ bytes: null }), ...matomo] }),
  },
  { title: 'the first backup', gives: ['backup.onlyOne'], fleet: () => backupsOf({ matomo: [run({})] }) },
  {
    title: 'the last run failed',
    gives: ['backup.failed'],
    fleet: () => backupsOf({ matomo: [run({ status: 'failed', ended: null, bytes: null }), ...matomo] }),
  },
  {
    title: 'a failed run before the last one',
    gives: [],
    fleet: () =>
      backupsOf({ matomo: [matomo[0]!, run({ status: 'failed', started: '1602900000' }), ...matomo.slice(1)] }),
  },
  {
    title: 'a run under way',
    gives: ['backup.running'],
    fleet: () => backupsOf({ matomo: [run({ status: 'ongoing', ended: null, bytes: null }), ...matomo] }),
  },
  {
    title: 'a run that has died',
    gives: ['backup.running'],
    fleet: () =>
      backupsOf({ matomo: [run({ status: 'ongoing', started: '1603160000', ended: null, bytes: null }), ...matomo] }),
  },
  { title: 'one question refused', gives: ['backup.unreadable'], fleet: () => backupsOf({ matomo, s1: refused }) },
  {
    title: 'the metadata server refuses us',
    gives: ['backup.unreadable'],
    fleet: () => fleetWith('backups', backupsSpec, at, { reason: 'denied', text: '1142: SELECT command denied' }),
  },
  {
    title: 'no metadata server',
    gives: ['backup.unreadable'],
    fleet: () =>
      fleetWith('backups', backupsSpec, at, { reason: 'refused', text: 'connect ECONNREFUSED 10.0.0.1:3306' }),
  },
  {
    title: 'backups, and the workspace is not trusted',
    gives: [],
    fleet: () => fleetWith('backups', backupsSpec, at, { reason: 'untrusted', text: 'not trusted' }),
  },
];

const pipelineSpec: PipelineSpec = {
  ...{ name: 'eventlogging', source: 'db1107.eqiad.wmnet:3306', replica: 'db1108.eqiad.wmnet:3306', tables: 'log.*' },
  ...{ timeColumn: 'timestamp', timeFormat: 'yyyymmddhhmmss', bucket: 'hour', maxLagSeconds: 3600, ...pace },
};
const pipelineOf = (source: Readonly<Record<string, Side>>, replica: Readonly<Record<string, Side>>): LinkedFleet =>
  fleetWith('pipeline', pipelineSpec, pipelineAt, pipelineFacts(sideOf(source), sideOf(replica)));
const edit = (source: Side, replica: Side): LinkedFleet => pipelineOf({ Edit_1: source }, { Edit_1: replica });
const ago = (hours: number, more: Side = {}): Side => ({
  newest: lastHour - hours * hourMs,
  counts: Object.fromEntries(Array.from({ length: 48 }, (_, index) => [index + hours, 20])),
  ...more,
});
const failure = { reason: 'refused', text: 'connect ECONNREFUSED' } as const;

const pipelineCases: readonly Case[] = [
  { title: 'a pipeline as it should be', gives: [], fleet: () => edit({}, {}) },
  {
    title: 'a pipeline never read',
    gives: [],
    fleet: () => fleetWith('pipeline', pipelineSpec, pipelineAt, 'pending'),
  },
  {
    title: 'half an hour behind',
    gives: [],
    fleet: () => edit({}, { newest: lastHour - 1_200_000, counts: steady({ 0: 0 }) }),
  },
  {
    title: 'three hours behind',
    gives: ['pipeline.behind'],
    fleet: () => edit({}, { newest: lastHour - 3 * hourMs, counts: steady({ 0: 0, 1: 0, 2: 0 }) }),
  },
  {
    title: 'two tables behind',
    gives: ['pipeline.behind'],
    fleet: () => pipelineOf({ a: {}, b: {} }, { a: ago(9), b: ago(5) }),
  },
  {
    title: 'an empty hour at the replica',
    gives: ['pipeline.gap'],
    fleet: () => edit({}, { counts: steady({ 30: 0 }) }),
  },
  {
    title: 'an empty hour on both sides',
    gives: [],
    fleet: () => edit({ counts: steady({ 30: 0 }) }, { counts: steady({ 30: 0 }) }),
  },
  {
    title: 'five hours short of rows',
    gives: ['pipeline.gap'],
    fleet: () => edit({}, { counts: steady({ 30: 11, 29: 3, 28: 0, 27: 0, 20: 19 }) }),
  },
  { title: 'an empty copy', gives: ['pipeline.gap'], fleet: () => edit({}, { newest: null, counts: {} }) },
  { title: 'rows that the source has purged', gives: [], fleet: () => edit({ counts: steady({ 47: 0 }) }, {}) },
  { title: 'silent for four hours', gives: ['pipeline.silent'], fleet: () => edit(ago(4), ago(4)) },
  { title: 'silent for two hours', gives: [], fleet: () => edit(ago(2), ago(2)) },
  {
    title: 'one table at rest for a month',
    gives: [],
    fleet: () => pipelineOf({ a: {}, old: ago(720) }, { a: {}, old: ago(720) }),
  },
  {
    title: 'all tables at rest for a month',
    gives: ['pipeline.silent'],
    fleet: () => pipelineOf({ a: ago(720) }, { a: ago(720) }),
  },
  {
    title: 'a table that only the source has',
    gives: ['pipeline.unreadable'],
    fleet: () => pipelineOf({ a: {}, b: {} }, { a: {} }),
  },
  {
    title: 'a table without an index',
    gives: ['pipeline.unreadable'],
    fleet: () => edit({}, { answer: { kind: 'notAsked' }, indexed: false }),
  },
  { title: 'no table at all', gives: ['pipeline.unreadable'], fleet: () => pipelineOf({}, {}) },
  {
    title: 'one side that refuses',
    gives: ['pipeline.unreadable'],
    fleet: () =>
      fleetWith('pipeline', pipelineSpec, pipelineAt, pipelineFacts(sideOf({ a: {} }), { kind: 'failed', failure })),
  },
  {
    title: 'both sides that refuse',
    gives: ['pipeline.unreadable'],
    fleet: () => fleetWith('pipeline', pipelineSpec, pipelineAt, failure),
  },
];

const burrowSpec: BurrowSpec = {
  ...{ name: 'main', url: 'http://burrow.example:8000', cluster: 'eqiad', groups: ['eventlogging-00'], maxLag: 1000 },
  ...{ tls: { mode: 'preferred' }, ...pace },
};
const burrowOf = (...bodies: readonly [body: string, status?: number][]): LinkedFleet =>
  fleetWith('burrow', burrowSpec, burrowAt, burrowFacts(...bodies.map(([body, status]) => answered(body, status))));

const burrowCases: readonly Case[] = [
  { title: 'consumers that keep up', gives: [], fleet: () => burrowOf([groupBody()]) },
  {
    title: 'a consumer that stalls',
    gives: ['consumer.stalled'],
    fleet: () => burrowOf([groupBody({ status: 'ERR', partitions: [stalled] })]),
  },
  {
    title: 'a consumer that went back',
    gives: ['consumer.stalled'],
    fleet: () => burrowOf([groupBody({ status: 'ERR', partitions: [partitionSample({ status: 'REWIND' })] })]),
  },
  {
    title: 'a consumer that stopped with a lag of zero',
    gives: ['consumer.stopped'],
    fleet: () => burrowOf([groupBody({ status: 'ERR', partitions: [stoppedAtZero] })]),
  },
  {
    title: 'two consumers that are behind',
    gives: ['consumer.lag'],
    fleet: () =>
      burrowOf(
        [groupBody({ partitions: [partitionSample({ current_lag: 2000 })] })],
        [groupBody({ partitions: [partitionSample({ current_lag: 20000 })] })],
      ),
  },
  {
    title: 'a consumer that does not catch up',
    gives: ['consumer.lag'],
    fleet: () =>
      burrowOf([groupBody({ status: 'WARN', partitions: [partitionSample({ status: 'WARN', current_lag: 40 })] })]),
  },
  {
    title: 'a window that is not full',
    gives: ['consumer.incomplete'],
    fleet: () => burrowOf([groupBody({ complete: 0.4, status: 'ERR', partitions: [stalled] })]),
  },
  { title: 'a group that nobody knows', gives: ['burrow.groupUnknown'], fleet: () => burrowOf([unknownGroup, 404]) },
  { title: 'one group not read', gives: ['burrow.unreachable'], fleet: () => burrowOf([groupBody()], ['oops', 500]) },
  {
    title: 'a login page before Burrow',
    gives: ['burrow.unreachable'],
    fleet: () => fleetWith('burrow', burrowSpec, burrowAt, { reason: 'notJson', text: 'HTTP 200: Log in' }),
  },
  {
    title: 'Burrow behind a bastion that refuses us',
    gives: ['burrow.unreachable'],
    fleet: () =>
      fleetWith('burrow', burrowSpec, burrowAt, {
        reason: 'tunnelFailed',
        text: 'root@bastion: Permission denied (publickey).',
      }),
  },
];

export const neighbourCases: readonly Case[] = [...backupCases, ...pipelineCases, ...burrowCases];
