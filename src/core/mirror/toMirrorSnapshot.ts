import { failed, ok, type Outcome } from '../outcome';
import type { EtcdMirrorSpec } from '../inventory/model';
import type {
  DestinationFacts,
  IndexKey,
  MirrorPart,
  MirrorSnapshot,
  ProcessFacts,
  SourceFacts,
  Waiting,
} from './model';
import { objectOf, parseIndex, parseV2Answer, textOf, type Answered } from './parseAnswer';
import { parseRange } from './parseV3';
import type { EtcdFailure, HttpAnswer, MirrorReading } from './reading';
import { t } from '../l10n';

/** A mirror of the inventory that was never read. */
export function pendingMirror(key: string): MirrorSnapshot {
  const notAsked = { kind: 'notAsked' } as const;
  return { key, reach: { kind: 'pending' }, source: notAsked, destination: notAsked, process: notAsked };
}

/** One poll in our words. Each side keeps its own fate. */
export function toMirrorSnapshot(reading: MirrorReading, { api }: Pick<EtcdMirrorSpec, 'api'>): MirrorSnapshot {
  const base = { ...pendingMirror(reading.key), at: reading.at, elapsedMs: reading.elapsedMs };
  const { result } = reading;
  if (result.kind === 'failed') return { ...base, reach: { kind: 'failed', failure: result.failure } };
  return {
    ...base,
    reach: { kind: 'answered' },
    source: toPart(result.source, (answer) =>
      api === 'v2' ? parseSource(answer, result.waitIndex !== undefined) : parseV3Source(answer),
    ),
    destination: toPart(result.destination, api === 'v2' ? parseDestination : parseV3Destination),
    process: toPart(result.metrics, parseMetrics),
    ...(result.membersDown === undefined ? {} : { membersDown: result.membersDown }),
  };
}

function toPart<T>(answer: HttpAnswer, parse: (answer: Answered) => Outcome<T, EtcdFailure>): MirrorPart<T> {
  if (answer.kind === 'notAsked') return answer;
  const { request, at } = answer;
  const outcome = answer.kind === 'failed' ? failed(answer.failure) : parse(answer);
  return outcome.kind === 'ok'
    ? { kind: 'read', value: outcome.value, request, at }
    : { kind: 'failed', failure: outcome.reason, request, at };
}

function parseSource(answer: Answered, isWatch: boolean): Outcome<SourceFacts, EtcdFailure> {
  const parsed = parseV2Answer(answer);
  if (parsed.kind === 'failed') return parsed;
  const { fields, index } = parsed.value;
  const code = fields['errorCode'];
  // 100 and 104: there is nothing at the path asked for, and the index that counts is in the header all the same.
  if (code !== undefined && code !== 100 && code !== 104 && code !== 401) return failed(etcdError(answer));
  return ok({ index, ...clusterOf(answer), waiting: isWatch ? waitingOf(answer, fields) : notAsked });
}

const notAsked: Waiting = { kind: 'notAsked' };

function waitingOf({ isWhole }: Answered, fields: Readonly<Record<string, unknown>>): Waiting {
  if (fields['errorCode'] === 401) return { kind: 'cleared', cause: textOf(fields['cause']) ?? '' };
  if (!isWhole) return { kind: 'none' };
  const node = objectOf(fields['node']);
  const [index, action, key] = [parseIndex(node?.['modifiedIndex']), textOf(fields['action']), textOf(node?.['key'])];
  if (index === undefined || action === undefined || key === undefined) return notAsked;
  return { kind: 'event', index, action, key };
}

function parseDestination(answer: Answered): Outcome<DestinationFacts, EtcdFailure> {
  const parsed = parseV2Answer(answer);
  if (parsed.kind === 'failed') return parsed;
  const { fields } = parsed.value;
  if (fields['errorCode'] !== undefined && fields['errorCode'] !== 100) return failed(etcdError(answer));
  return ok({ ...clusterOf(answer), indexKey: indexKeyOf(fields) });
}

function indexKeyOf(fields: Readonly<Record<string, unknown>>): IndexKey {
  if (fields['errorCode'] === 100) return { kind: 'missing' };
  const value = textOf(objectOf(fields['node'])?.['value']);
  const index = parseIndex(value);
  if (index !== undefined) return { kind: 'read', index };
  // A directory stands where the key should be.
  return { kind: 'notANumber', text: value ?? 'a directory' };
}

function clusterOf({ headers }: Answered): { readonly clusterId?: string } {
  const clusterId = headers['x-etcd-cluster-id'];
  return clusterId === undefined || clusterId === '' ? {} : { clusterId };
}

function etcdError({ status, body }: Answered): EtcdFailure {
  return { reason: 'serverError', text: `HTTP ${status}: ${body.slice(0, 200).trim()}` };
}

function parseV3Source(answer: Answered): Outcome<SourceFacts, EtcdFailure> {
  const range = parseRange(answer);
  if (range.kind === 'failed') return range;
  const { revision, clusterId, count } = range.value;
  return ok({ index: revision, clusterId, keyCount: count, waiting: notAsked });
}

function parseV3Destination(answer: Answered): Outcome<DestinationFacts, EtcdFailure> {
  const range = parseRange(answer);
  if (range.kind === 'failed') return range;
  const { clusterId, count } = range.value;
  return ok({ indexKey: { kind: 'none' }, clusterId, keyCount: count });
}

/** Whether it is etcd-mirror that answers, and its lag, in the text format of Prometheus. */
function parseMetrics({ status, body }: Answered): Outcome<ProcessFacts, EtcdFailure> {
  const [, text] = /^etcdmirror_lag(?:\{[^\n]*\})? ([-+.\deE]+)/m.exec(body) ?? [];
  const lag = text === undefined || !Number.isFinite(Number(text)) ? undefined : Number(text);
  if (status !== 200 || !/^# TYPE etcdmirror_|^etcdmirror_/m.test(body)) {
    return failed({ reason: 'notEtcd', text: t`HTTP ${status} without the metrics of etcd-mirror` });
  }
  return ok(lag === undefined ? {} : { lag });
}
