import { parseJson, type JsonAnswer } from '../http/parseJson';
import { failed, ok, type Outcome } from '../outcome';
import type { ServiceTrouble } from '../services/model';
import { Fields, listOf } from '../services/readFields';
import type {
  OrchestratorAnalysis,
  OrchestratorAnswers,
  OrchestratorCluster,
  OrchestratorDowntime,
  OrchestratorFacts,
  OrchestratorInstance,
  OrchestratorNode,
  OrchestratorThread,
} from './model';
import type { PolledPath } from './readPaths';
import { t } from '../l10n';

/** How many aliases of a cluster are remembered: enough to see that it flaps. */
const keptAliases = 6;

/** What the answers of one poll say. The first needed one that is missing is why there is nothing to go by. */
export function toOrchestratorFacts(
  answers: OrchestratorAnswers,
  before: OrchestratorFacts | undefined,
): Outcome<OrchestratorFacts, ServiceTrouble> {
  const read = (path: PolledPath) => whole(parseJson(answers[path]));
  const clusters = rows(read('/api/clusters-info'), toCluster);
  if (clusters.kind === 'failed') return clusters;
  const instances = rows(read('/api/all-instances'), toInstance);
  if (instances.kind === 'failed') return instances;
  const problems = rows(read('/api/problems'), toInstance);
  if (problems.kind === 'failed') return problems;
  const analyses = rows(read('/api/replication-analysis'), toAnalysis);
  if (analyses.kind === 'failed') return analyses;

  const health = read('/api/health');
  const recoveries = read('/api/check-global-recoveries');
  const maintenance = rows(read('/api/maintenance'), toMaintenance);
  const audit = rows(read('/api/audit'), toAudit);
  const node = health.kind === 'ok' ? toNode(health.value.value) : undefined;
  const recovers = recoveries.kind === 'ok' ? recoveries.value.value : undefined;
  // `/problems` is later than `/all-instances` and has the leaves that the analysis omits.
  const troubled = new Map(problems.value.map((instance) => [instance.key, instance]));
  return ok({
    ...(node === undefined ? {} : { node }),
    ...(recovers === 'enabled' || recovers === 'disabled' ? { recoversGlobally: recovers === 'enabled' } : {}),
    clusters: clusters.value,
    instances: instances.value.map((instance) => ({
      ...instance,
      problems: troubled.get(instance.key)?.problems ?? instance.problems,
    })),
    analyses: analyses.value,
    maintenance: maintenance.kind === 'ok' ? maintenance.value : [],
    audit: audit.kind === 'ok' ? audit.value : [],
    aliases: Object.fromEntries(
      clusters.value.map(({ name, alias }) => [name, remember(before?.aliases[name] ?? [], alias ?? name)]),
    ),
    requests: {
      clusters: clusters.request,
      instances: instances.request,
      problems: problems.request,
      analysis: analyses.request,
    },
    unanswered: [
      ...(health.kind === 'failed' ? ['health'] : []),
      ...(maintenance.kind === 'failed' ? ['maintenance'] : []),
      ...(audit.kind === 'failed' ? ['audit'] : []),
    ],
  });
}

/** Bare lists and objects as they are; of an envelope its `Details`, or what it says went wrong. */
function whole(answer: Outcome<JsonAnswer, ServiceTrouble>): Outcome<JsonAnswer, ServiceTrouble> {
  if (answer.kind === 'failed') return answer;
  const { value, status, request } = answer.value;
  const fields = Fields.from(value);
  const code = fields?.text('Code');
  if (code === 'OK') return ok({ ...answer.value, value: fields?.raw['Details'] });
  const message = fields?.text('Message') ?? `HTTP ${status}`;
  if (code === 'ERROR' || status >= 400) {
    const reason = message === 'Unauthorized' ? 'unauthorized' : status === 404 ? 'notFound' : 'serverError';
    return failed({ failure: { reason, text: message }, request });
  }
  return answer;
}

type Rows<T> =
  | { readonly kind: 'ok'; readonly value: readonly T[]; readonly request: string }
  | { readonly kind: 'failed'; readonly reason: ServiceTrouble };

/** A list whose every entry is what it should be; `null` is how an empty one comes. */
function rows<T>(answer: Outcome<JsonAnswer, ServiceTrouble>, toRow: (fields: Fields) => T | undefined): Rows<T> {
  if (answer.kind === 'failed') return answer;
  const { value, request } = answer.value;
  const wrong = (text: string): Rows<T> => failed({ failure: { reason: 'wrongShape', text }, request });
  const items = listOf(value);
  if (items === undefined) return wrong(t`A list was expected, and something else came.`);
  const found: T[] = [];
  for (const item of items) {
    const fields = Fields.from(item);
    const row = fields && toRow(fields);
    if (row === undefined) return wrong(t`An entry of the list is not what Orchestrator says of it.`);
    found.push(row);
  }
  return { kind: 'ok', value: found, request };
}

function keyOf(fields: Fields | undefined): string | undefined {
  const host = fields?.text('Hostname');
  const port = fields?.number('Port');
  if (host === undefined || port === undefined || port === 0) return undefined;
  return `${host.includes(':') ? `[${host}]` : host}:${port}`;
}

function toCluster(fields: Fields): OrchestratorCluster | undefined {
  const name = fields.text('ClusterName');
  const alias = fields.text('ClusterAlias');
  if (name === undefined) return undefined;
  return {
    name,
    ...(alias === undefined || alias === name ? {} : { alias }),
    instances: fields.number('CountInstances') ?? 0,
    recoversPrimary: fields.flag('HasAutomatedMasterRecovery') === true,
    recoversIntermediate: fields.flag('HasAutomatedIntermediateMasterRecovery') === true,
  };
}

const threads: Readonly<Record<number, OrchestratorThread>> = { 0: 'stopped', 1: 'running', 2: 'connecting' };

function toInstance(fields: Fields): OrchestratorInstance | undefined {
  const own = fields.object('Key');
  const [key, host, port] = [keyOf(own), own?.text('Hostname'), own?.number('Port')];
  const cluster = fields.text('ClusterName');
  if (key === undefined || host === undefined || port === undefined || cluster === undefined) return undefined;
  const since = nullable(fields.object('SecondsSinceLastSeen'));
  return withoutUnknown({
    ...{ key, host, port, cluster },
    version: fields.text('Version'),
    serverId: fields.number('ServerID'),
    readOnly: fields.flag('ReadOnly'),
    logBin: fields.flag('LogBinEnabled'),
    binlogFormat: fields.text('Binlog_format'),
    source: keyOf(fields.object('MasterKey')),
    ioThread: threads[fields.number('ReplicationIOThreadState') ?? -1],
    sqlThread: threads[fields.number('ReplicationSQLThreadState') ?? -1],
    ioError: unquote(fields.text('LastIOError')),
    sqlError: unquote(fields.text('LastSQLError')),
    lagSeconds: nullable(fields.object('ReplicationLagSeconds') ?? fields.object('SlaveLagSeconds')),
    secondsBehind: nullable(fields.object('SecondsBehindMaster')),
    delaySeconds: fields.number('SQLDelay') ?? 0,
    usesGtid: fields.flag('UsingMariaDBGTID') === true || fields.flag('UsingOracleGTID') === true,
    errantGtid: fields.text('GtidErrant'),
    datacenter: fields.text('DataCenter'),
    depth: fields.number('ReplicationDepth'),
    promotionRule: fields.text('PromotionRule'),
    isCoPrimary: fields.flag('IsCoMaster') === true,
    uptimeSeconds: fields.number('Uptime'),
    lastSeen: fields.text('LastSeenTimestamp'),
    secondsSinceSeen: since,
    isCheckValid: fields.flag('IsLastCheckValid'),
    isRecentlyChecked: fields.flag('IsRecentlyChecked'),
    downtime: fields.flag('IsDowntimed') === true ? toDowntime(fields) : undefined,
    problems: fields.texts('Problems'),
  });
}

function toDowntime(fields: Fields): OrchestratorDowntime {
  const until = fields.text('DowntimeEndTimestamp');
  const elapsed = fields.number('ElapsedDowntime');
  return withoutUnknown({
    owner: fields.text('DowntimeOwner'),
    reason: fields.text('DowntimeReason'),
    until: until === undefined ? undefined : until.replace(' ', 'T').replace(/Z?$/, 'Z'),
    // A Go duration: nanoseconds.
    elapsedSeconds: elapsed === undefined ? undefined : elapsed / 1e9,
  });
}

function toAnalysis(fields: Fields): OrchestratorAnalysis | undefined {
  const instance = keyOf(fields.object('AnalyzedInstanceKey'));
  const code = fields.text('Analysis');
  const cluster = fields.object('ClusterDetails')?.text('ClusterName');
  if (instance === undefined || code === undefined || cluster === undefined) return undefined;
  return withoutUnknown({
    ...{ instance, code, cluster },
    description: fields.text('Description'),
    structure: fields.texts('StructureAnalysis'),
    replicas: fields.number('CountReplicas'),
    replicatingReplicas: fields.number('CountValidReplicatingReplicas'),
    isDowntimed: fields.flag('IsDowntimed') === true,
    isActionable: fields.flag('IsActionableRecovery') === true,
  });
}

function toMaintenance(fields: Fields): OrchestratorFacts['maintenance'][number] | undefined {
  const instance = keyOf(fields.object('Key'));
  if (instance === undefined) return undefined;
  return withoutUnknown({
    ...{ instance, owner: fields.text('Owner'), reason: fields.text('Reason') },
    begun: fields.text('BeginTimestamp'),
  });
}

function toAudit(fields: Fields): OrchestratorFacts['audit'][number] | undefined {
  const type = fields.text('AuditType');
  if (type === undefined) return undefined;
  return withoutUnknown({
    ...{ type, at: fields.text('AuditTimestamp'), message: fields.text('Message') },
    instance: keyOf(fields.object('AuditInstanceKey')),
  });
}

function toNode(value: unknown): OrchestratorNode | undefined {
  const fields = Fields.from(value);
  if (fields === undefined) return undefined;
  return withoutUnknown({
    host: fields.text('Hostname'),
    isHealthy: fields.flag('Healthy'),
    activeHost: fields.object('ActiveNode')?.text('Hostname'),
    isActive: fields.flag('IsActiveNode'),
    raftLeader: fields.text('RaftLeader'),
    isRaftLeader: fields.text('RaftLeader') === undefined ? undefined : fields.flag('IsRaftLeader'),
  });
}

/** Go's `{ Int64, Valid }`. */
function nullable(fields: Fields | undefined): number | undefined {
  return fields?.flag('Valid') === true ? fields.number('Int64') : undefined;
}

/** Orchestrator wraps the server's errors in quotes, as Go prints text. */
function unquote(text: string | undefined): string | undefined {
  if (text === undefined || !/^".*"$/s.test(text)) return text;
  const inner = text.slice(1, -1).replaceAll('\\"', '"');
  return inner === '' ? undefined : inner;
}

function remember(known: readonly string[], alias: string): readonly string[] {
  return known.at(-1) === alias ? known : [...known, alias].slice(-keptAliases);
}

type Known<T> = { [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined> } & {
  [K in keyof T as undefined extends T[K] ? never : K]: T[K];
};

/** Keys without a value are left out. */
function withoutUnknown<T extends object>(values: T): Known<T> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Known<T>;
}
