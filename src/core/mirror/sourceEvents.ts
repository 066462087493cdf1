import { failed, ok, type Outcome } from '../outcome';
import { objectOf, parseAnswer, parseIndex, parseV2Answer, textOf, type Answered } from './parseAnswer';
import type { EtcdFailure } from './reading';
import { t } from '../l10n';

/** One change at the source, in the server's own word for what it was. */
export interface SourceEvent {
  readonly index: number;
  readonly action: string;
  readonly key: string;
  /** v3: it ends with a lease. */
  readonly hasLease?: true;
}

/** What was heard of the source from an index on. */
export interface SourceEvents {
  /** Oldest first; empty: nothing came in time. */
  readonly events: readonly SourceEvent[];
  /** Where to go on. */
  readonly next: number;
  /** Of the source when it answered: events between `next` and this one are there to be asked for. */
  readonly index: number;
  /** v3: the source was asked for what it does not remember any more; its history begins with this revision. */
  readonly compacted?: { readonly revision: number; readonly request: string };
}

/** How many of the events that are there already are shown at first. */
export const firstEvents = 20;

/** Where to begin so that the last few events are seen. */
export function recentIndex(index: number): number {
  return Math.max(1, index - firstEvents + 1);
}

/** The answer to a v2 long poll for the first event from `from` on. */
export function parseV2Events(answer: Answered, from: number): Outcome<SourceEvents, EtcdFailure> {
  const parsed = parseV2Answer(answer);
  if (parsed.kind === 'failed') return parsed;
  const { fields, status, index } = parsed.value;
  // The event asked for has left the window: go on with those that are there.
  if (fields['errorCode'] === 401) return ok({ events: [], next: recentIndex(index), index });
  const code = fields['errorCode'];
  // 100 and 104: nothing is at the path, and the index stands in the header all the same.
  if (code !== undefined && code !== 100 && code !== 104) {
    return failed({ reason: 'serverError', text: `HTTP ${status}: ${answer.body.slice(0, 200).trim()}` });
  }
  const node = objectOf(fields['node']);
  const [at, action, key] = [parseIndex(node?.['modifiedIndex']), textOf(fields['action']), textOf(node?.['key'])];
  if (at === undefined || action === undefined || key === undefined) return ok({ events: [], next: from, index });
  return ok({ events: [{ index: at, action, key }], next: at + 1, index: Math.max(index, at) });
}

/**
 * What came of a v3 watch through the gateway: one JSON object per line, the last one possibly cut off.
 * @param decode of a key in Base64
 */
export function parseV3Events(
  answer: Answered,
  from: number,
  decode: (base64: string) => string,
): Outcome<SourceEvents, EtcdFailure> {
  const messages = answer.body.split('\n').flatMap(parseLine);
  const first = messages[0];
  if (first === undefined || (first['result'] === undefined && first['error'] === undefined)) {
    const parsed = parseAnswer({ ...answer, isWhole: true });
    return parsed.kind === 'failed' ? parsed : failed({ reason: 'notEtcd', text: t`HTTP ${answer.status}: no watch` });
  }
  const events: SourceEvent[] = [];
  let index = from - 1;
  for (const message of messages) {
    const result = objectOf(message['result']);
    const error = textOf(objectOf(message['error'])?.['message']) ?? textOf(message['error']);
    const cancelled = result?.['canceled'] === true;
    const compacted = parseIndex(result?.['compact_revision']);
    index = Math.max(index, parseIndex(objectOf(result?.['header'])?.['revision']) ?? 0);
    if (cancelled && compacted !== undefined && compacted > 0) {
      return ok({ events, next: compacted, index, compacted: { revision: compacted, request: answer.request } });
    }
    if (result === undefined || cancelled) {
      const said = error ?? textOf(result?.['cancel_reason']) ?? t`The watch was cancelled.`;
      const isDenied = /user name is empty|permission denied|invalid auth token|authentication/i.test(said);
      return failed({ reason: isDenied ? 'authRequired' : 'serverError', text: said.slice(0, 200) });
    }
    const list: unknown = result['events'];
    for (const each of Array.isArray(list) ? (list as readonly unknown[]) : [])
      events.push(...parseV3Event(each, decode));
  }
  const last = events.at(-1);
  return ok({ events, next: last === undefined ? from : last.index + 1, index });
}

function parseV3Event(event: unknown, decode: (base64: string) => string): readonly SourceEvent[] {
  const pair = objectOf(objectOf(event)?.['kv']);
  const index = parseIndex(pair?.['mod_revision']);
  const key = textOf(pair?.['key']);
  if (pair === undefined || index === undefined || key === undefined) return [];
  const isDelete = textOf(objectOf(event)?.['type']) === 'DELETE';
  const lease = textOf(pair['lease']);
  const hasLease = lease !== undefined && lease !== '0';
  const action = isDelete ? 'delete' : pair['create_revision'] === pair['mod_revision'] ? 'create' : 'put';
  return [{ index, action, key: decode(key), ...(hasLease ? { hasLease } : {}) }];
}

function parseLine(line: string): readonly Readonly<Record<string, unknown>>[] {
  if (line.trim() === '') return [];
  try {
    const parsed = objectOf(JSON.parse(line));
    return parsed === undefined ? [] : [parsed];
  } catch {
    return [];
  }
}
