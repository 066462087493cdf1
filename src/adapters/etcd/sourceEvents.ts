import type { EtcdMirrorSpec } from '../../core/inventory/model';
import { directoryOf } from '../../core/mirror/keys';
import type { Answered } from '../../core/mirror/parseAnswer';
import { parseRange } from '../../core/mirror/parseV3';
import type { EtcdFailure } from '../../core/mirror/reading';
import { parseV2Events, parseV3Events, recentIndex, type SourceEvents } from '../../core/mirror/sourceEvents';
import { ok, type Outcome } from '../../core/outcome';
import type { EventsQuestion } from '../../ports';
import { decodeKey, prefixRange } from './contentsV3';
import type { EndpointRequest } from './etcdEndpoint';
import type { EtcdMembers } from './etcdMembers';
import { keyPath } from './keyPath';

/** One event with its value (etcd takes 1.5 MB at most), and the value before. */
const eventBytes = 8_000_000;

type Asked = Outcome<Answered, EtcdFailure>;

/** A long poll: etcd v2 answers with one event, the first from the index on. Headers come at once. */
export async function readV2Events(
  source: EtcdMembers,
  spec: EtcdMirrorSpec,
  question: EventsQuestion,
  signal: AbortSignal,
): Promise<Outcome<SourceEvents, EtcdFailure>> {
  const directory = question.scope === 'keyspace' ? '' : directoryOf(spec.sourcePrefix);
  let { from } = question;
  if (from === undefined) {
    // What the source has by now stands in the headers of every answer.
    const path = keyPath(`${directoryOf(spec.sourcePrefix)}/_replideck`);
    const present = await ask(source, { method: 'GET', path, ...limits(spec) }, signal);
    if (present.kind === 'failed') return present;
    const parsed = parseV2Events(present.value, 1);
    if (parsed.kind === 'failed') return parsed;
    from = recentIndex(parsed.value.index);
  }
  const path = `${keyPath(directory)}?wait=true&recursive=true&waitIndex=${from}`;
  const answer = await ask(source, { method: 'GET', path, ...watchLimits(spec, question) }, signal);
  return answer.kind === 'failed' ? answer : parseV2Events(answer.value, from);
}

/** A watch through the gateway, given up once events have come. */
export async function readV3Events(
  source: EtcdMembers,
  spec: EtcdMirrorSpec,
  question: EventsQuestion,
  signal: AbortSignal,
): Promise<Outcome<SourceEvents, EtcdFailure>> {
  const range = prefixRange(spec.sourcePrefix);
  let { from } = question;
  if (from === undefined) {
    const count = JSON.stringify({ ...range, count_only: true });
    const present = await ask(source, { method: 'POST', path: '/v3/kv/range', body: count, ...limits(spec) }, signal);
    if (present.kind === 'failed') return present;
    const parsed = parseRange(present.value);
    if (parsed.kind === 'failed') return parsed;
    from = recentIndex(parsed.value.revision);
  }
  const body = JSON.stringify({ create_request: { ...range, start_revision: String(from) } });
  const answer = await ask(
    source,
    {
      ...{ method: 'POST', path: '/v3/watch', body, ...watchLimits(spec, question) },
      isEnough: (chunk) => chunk.includes('"events"') || chunk.includes('"canceled"') || chunk.includes('"error"'),
    },
    signal,
  );
  return answer.kind === 'failed' ? answer : parseV3Events(answer.value, from, decodeKey);
}

function limits({ timeoutSeconds }: EtcdMirrorSpec): Pick<EndpointRequest, 'maxBytes' | 'deadlineMs' | 'isWatch'> {
  return { maxBytes: eventBytes, deadlineMs: timeoutSeconds * 1000, isWatch: true };
}

function watchLimits(spec: EtcdMirrorSpec, { waitMs }: EventsQuestion): Omit<EndpointRequest, 'method' | 'path'> {
  const { deadlineMs, ...rest } = limits(spec);
  // The headers come at once by either API.
  return { ...rest, deadlineMs: waitMs + deadlineMs, headersMs: deadlineMs, graceMs: waitMs };
}

async function ask(source: EtcdMembers, question: EndpointRequest, signal: AbortSignal): Promise<Asked> {
  const { request, outcome } = await source.ask(question, signal);
  if (outcome.kind === 'failed') return outcome;
  const { status, headers, body, isWhole } = outcome.value;
  return ok({ ...{ kind: 'answered', request, at: '', status, headers, isWhole }, body: body.toString('utf8') });
}
