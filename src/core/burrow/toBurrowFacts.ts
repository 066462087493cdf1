import type { HttpAnswer } from '../http/answer';
import { parseJson, type JsonAnswer } from '../http/parseJson';
import { failed, ok, type Outcome } from '../outcome';
import { Fields } from '../services/readFields';
import type { ServiceTrouble } from '../services/model';
import type {
  BurrowAnswers,
  BurrowFacts,
  CommittedOffset,
  ConsumerGroup,
  ConsumerPartition,
  ConsumerStatus,
} from './model';
import { t } from '../l10n';

const statuses: readonly ConsumerStatus[] = ['NOTFOUND', 'OK', 'WARN', 'ERR', 'STOP', 'STALL', 'REWIND'];
/** Worst first; groups of a thousand partitions are shown by what is wrong with them. */
const order: readonly ConsumerStatus[] = ['STALL', 'STOP', 'REWIND', 'ERR', 'WARN', 'UNKNOWN', 'NOTFOUND', 'OK'];

/** Whether this answer is that of another version: the path is unknown, which says nothing about the group. */
export function isUnknownPath(answer: HttpAnswer): boolean {
  if (answer.kind !== 'answered' || answer.status !== 404) return false;
  const parsed = parseJson(answer);
  if (parsed.kind === 'failed') return parsed.reason.failure.reason === 'notFound';
  const fields = Fields.from(parsed.value.value);
  return fields?.object('status') === undefined && !/not found/i.test(fields?.text('message') ?? '');
}

/** Each group keeps its own fate; where none of them could be read, the neighbour is what the first failure is. */
export function toBurrowFacts({ groups }: BurrowAnswers): Outcome<BurrowFacts, ServiceTrouble> {
  const read = groups.map(({ group, answer }) => ({ group, answer, parsed: parseGroup(group, answer) }));
  const troubles = read.flatMap(({ parsed }) => (parsed.kind === 'failed' ? [parsed.reason] : []));
  const [first] = troubles;
  if (first !== undefined && troubles.length === read.length) return failed(first);
  return ok({
    api: groups.some(({ answer }) => answer.kind === 'answered' && answer.request.includes('/v2/')) ? 'v2' : 'v3',
    groups: read.map(({ group, answer, parsed }): ConsumerGroup => {
      if (parsed.kind === 'ok') return parsed.value;
      const { request, at } = answer.kind === 'notAsked' ? { request: t`not asked`, at: '' } : answer;
      return { kind: 'failed', group, text: parsed.reason.failure.text, request, at };
    }),
  });
}

function parseGroup(group: string, answer: HttpAnswer): Outcome<ConsumerGroup, ServiceTrouble> {
  const parsed = parseJson(answer);
  if (parsed.kind === 'failed') return parsed;
  const { status, request, at } = parsed.value;
  const own = Fields.from(parsed.value.value);
  const said = own?.object('status');
  const word = said && statusOf(said.raw['status']);
  if (word === 'NOTFOUND' || (status === 404 && said === undefined && /not found/i.test(own?.text('message') ?? ''))) {
    return ok({ kind: 'unknown', group, request, at });
  }
  if (said === undefined || word === undefined || status !== 200) return failed(strange(parsed.value, own));
  const partitions = said.list('partitions');
  if (partitions === undefined) return failed(strange(parsed.value, own));
  const read = partitions.flatMap((each) => toPartition(each) ?? []);
  const complete = completeOf(said.raw['complete']);
  const maxLag = lagOf(said.object('maxlag'));
  const [totalLag, partitionCount] = [count(said.number('totallag')), count(said.number('partition_count'))];
  return ok({
    ...{ kind: 'read', group, status: word, request, at },
    ...(complete === undefined ? {} : { complete }),
    ...(maxLag === undefined ? {} : { maxLag }),
    ...(totalLag === undefined ? {} : { totalLag }),
    ...(partitionCount === undefined ? {} : { partitionCount }),
    partitions: [...read].sort(
      (a, b) => order.indexOf(a.status) - order.indexOf(b.status) || (b.currentLag ?? 0) - (a.currentLag ?? 0),
    ),
  });
}

function strange({ status, request }: JsonAnswer, fields: Fields | undefined): ServiceTrouble {
  const message = fields?.text('message');
  const text = `HTTP ${status}${message === undefined ? t` without the status of a group` : `: ${message.slice(0, 200)}`}`;
  const reason = status >= 500 ? 'serverError' : status === 404 ? 'notFound' : 'wrongShape';
  return { failure: { reason, text }, request };
}

function toPartition(value: unknown): ConsumerPartition | undefined {
  const fields = Fields.from(value);
  const [topic, partition] = [fields?.text('topic'), fields?.number('partition')];
  if (fields === undefined || topic === undefined || partition === undefined) return undefined;
  const [start, end] = [toOffset(fields.object('start')), toOffset(fields.object('end'))];
  const currentLag = count(fields.number('current_lag')) ?? end?.lag;
  const owner = fields.text('owner');
  return {
    ...{ topic, partition, status: statusOf(fields.raw['status']) ?? 'UNKNOWN' },
    ...(owner === undefined ? {} : { owner }),
    ...(start === undefined ? {} : { start }),
    ...(end === undefined ? {} : { end }),
    ...(currentLag === undefined ? {} : { currentLag }),
    // What v2 does not tell of a partition it tells of the group.
    isComplete: (completeOf(fields.raw['complete']) ?? 1) >= 1,
  };
}

function toOffset(fields: Fields | undefined): CommittedOffset | undefined {
  if (fields === undefined) return undefined;
  const [offset, lag, stamp] = [fields.number('offset'), count(fields.number('lag')), fields.number('timestamp')];
  const at = stamp === undefined || stamp <= 0 || stamp > 8e15 ? undefined : new Date(stamp).toISOString();
  return {
    ...(offset === undefined ? {} : { offset }),
    ...(at === undefined ? {} : { at }),
    ...(lag === undefined ? {} : { lag }),
  };
}

/** Of the partition that is furthest behind: as it is now, or where that is not told, at its last commit. */
function lagOf(fields: Fields | undefined): number | undefined {
  return count(fields?.number('current_lag')) ?? count(fields?.object('end')?.number('lag'));
}

/** Lags below nothing come up where the broker's offset is older than the consumer's. */
function count(value: number | undefined): number | undefined {
  return value === undefined ? undefined : Math.max(0, value);
}

/** A share of the window; true or false with the older versions. */
function completeOf(value: unknown): number | undefined {
  if (typeof value === 'boolean') return value ? 1 : 0;
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

function statusOf(value: unknown): ConsumerStatus | undefined {
  if (typeof value !== 'string') return undefined;
  return statuses.find((status) => status === value) ?? 'UNKNOWN';
}
