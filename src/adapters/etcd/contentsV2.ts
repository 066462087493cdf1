import { parseV2Contents } from '../../core/mirror/contents';
import { directoryOf } from '../../core/mirror/keys';
import { objectOf, parseAnswer, parseIndex } from '../../core/mirror/parseAnswer';
import type { WriteRefusal } from '../../core/mirror/model';
import type { EtcdFailure } from '../../core/mirror/reading';
import { failed, ok, type Outcome } from '../../core/outcome';
import type { ContentsLimits, MirrorContents, SkippedActions } from '../../ports';
import type { EtcdMembers } from './etcdMembers';
import { keyPath } from './keyPath';

/** etcd collects a whole tree before it sends the first byte of it. */
export const contentsSilence = { silenceMs: 30_000, headersMs: 30_000 };

/** One listing of everything below the prefix: v2 has no pages. */
export async function readV2Contents(
  side: EtcdMembers,
  prefix: string,
  limits: ContentsLimits,
  signal: AbortSignal,
): Promise<Outcome<MirrorContents, EtcdFailure>> {
  const path = `${keyPath(directoryOf(prefix))}?recursive=true`;
  const { request, outcome } = await side.ask({ method: 'GET', path, ...limits, ...contentsSilence }, signal);
  if (outcome.kind === 'failed') return outcome;
  const { status, headers, body } = outcome.value;
  const index = parseIndex(headers['x-etcd-index']);
  const text = body.toString('utf8');
  if (status === 200 && index !== undefined) {
    try {
      return ok({ contents: parseV2Contents(text), request, index });
    } catch {
      // Said below, as of any answer that is not etcd's.
    }
  }
  const parsed = parseAnswer({ kind: 'answered', request, at: '', status, headers, body: text, isWhole: true });
  if (parsed.kind === 'failed') return parsed;
  // Nothing was ever written there: as good as an empty directory.
  if (parsed.value.fields['errorCode'] === 100 && index !== undefined) {
    return ok({ contents: new Map(), request, index });
  }
  return failed({ reason: 'notEtcd', text: `HTTP ${status}: ${text.slice(0, 200)}` });
}

/** Counts of `/v2/stats/store`, or undefined where they cannot be had: they only explain. */
export async function readSkippedActions(
  side: EtcdMembers,
  deadlineMs: number,
  signal: AbortSignal,
): Promise<SkippedActions | undefined> {
  const path = '/v2/stats/store';
  const { request, outcome } = await side.ask({ method: 'GET', path, maxBytes: 100_000, deadlineMs }, signal);
  if (outcome.kind === 'failed' || outcome.value.status !== 200) return undefined;
  try {
    const fields = objectOf(JSON.parse(outcome.value.body.toString('utf8')));
    const update = parseIndex(fields?.['updateSuccess']);
    const compareAndDelete = parseIndex(fields?.['compareAndDeleteSuccess']);
    return update === undefined || compareAndDelete === undefined ? undefined : { update, compareAndDelete, request };
  } catch {
    return undefined;
  }
}

/**
 * etcd has no write under `/version` and answers 405 to a POST there; a proxy that lets nothing but reads through
 * refuses it like any other. Undefined: it does not, or nobody answered.
 */
export async function readWriteRefusal(
  side: EtcdMembers,
  deadlineMs: number,
  signal: AbortSignal,
): Promise<WriteRefusal | undefined> {
  const { request, outcome } = await side.ask(
    { method: 'POST', path: '/version', body: '{}', maxBytes: 100_000, deadlineMs },
    signal,
  );
  if (outcome.kind === 'failed') return undefined;
  const { status, headers, body } = outcome.value;
  const answer = { kind: 'answered', request, at: '', status, headers, isWhole: true } as const;
  const parsed = parseAnswer({ ...answer, body: body.toString('utf8') });
  return parsed.kind === 'failed' && parsed.reason.reason === 'readOnly'
    ? { said: parsed.reason.text, request }
    : undefined;
}
