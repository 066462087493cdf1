import { failed, ok, type Outcome } from '../outcome';
import { objectOf, parseAnswer, parseIndex, textOf, type Answered } from './parseAnswer';
import type { EtcdFailure } from './reading';
import { t } from '../l10n';

/** Of an answer to `/v3/kv/range`. Numbers of 64 bits come as text. */
export interface Range {
  readonly revision: number;
  readonly clusterId: string;
  /** Keys in the range, those of further pages included. */
  readonly count: number;
  readonly hasMore: boolean;
  readonly pairs: readonly Pair[];
}

/** Key and value in Base64, as the gateway gives them; it leaves out what is empty or zero. */
export interface Pair {
  readonly key: string;
  readonly value?: unknown;
  readonly mod_revision?: unknown;
  readonly lease?: unknown;
}

export function parseRange(answer: Answered): Outcome<Range, EtcdFailure> {
  const parsed = parseAnswer(answer);
  if (parsed.kind === 'failed') return parsed;
  const { fields, status } = parsed.value;
  const header = objectOf(fields['header']);
  const [revision, clusterId] = [parseIndex(header?.['revision']), idOf(header?.['cluster_id'])];
  if (status !== 200 || revision === undefined || clusterId === undefined) {
    const said = textOf(fields['error']) ?? textOf(fields['message']);
    const text = `HTTP ${status}: ${(said ?? t`an answer that is not of /v3/kv/range`).slice(0, 200)}`;
    if (said !== undefined && /user name is empty|permission denied|invalid auth token|authentication/i.test(said)) {
      return failed({ reason: 'authRequired', text });
    }
    if (status === 404) return failed({ reason: 'apiDisabled', text });
    return failed({ reason: said === undefined ? 'notEtcd' : 'serverError', text });
  }
  // What is zero or empty is left out; what is there and of another kind is not etcd's.
  const { kvs: pairs = [], count: total = '0' } = fields;
  const count = parseIndex(total);
  if (count === undefined || !Array.isArray(pairs) || !pairs.every(isPair)) {
    return failed({ reason: 'notEtcd', text: t`HTTP ${status}: an answer that is not of /v3/kv/range` });
  }
  return ok({ revision, clusterId, count, hasMore: fields['more'] === true, pairs });
}

function isPair(pair: unknown): pair is Pair {
  return typeof objectOf(pair)?.['key'] === 'string';
}

/** Ids have 64 bits: more than JavaScript's numbers, so they stay text. */
function idOf(value: unknown): string | undefined {
  return typeof value === 'string' && /^\d{1,20}$/.test(value) ? value : undefined;
}
