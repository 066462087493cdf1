import { homedir } from 'node:os';
import type { EtcdMirrorSpec } from '../../core/inventory/model';
import { indexKeyOf, directoryOf, membersOf, mirrorKey } from '../../core/mirror/keys';
import type { EtcdFailure, HttpAnswer, MemberDown, MirrorReading } from '../../core/mirror/reading';
import { failed, ok, type Outcome } from '../../core/outcome';
import type { Clock, MirrorReader, MirrorSide } from '../../ports';
import { readSkippedActions, readV2Contents, readWriteRefusal } from './contentsV2';
import { prefixRange, readV3Contents } from './contentsV3';
import { readLogin, readTlsMaterial, type LoginSources } from '../http/login';
import { EtcdEndpoint, toEtcdFailure, type EndpointRequest } from './etcdEndpoint';
import { EtcdMembers } from './etcdMembers';
import { keyPath } from './keyPath';
import { readV2Events, readV3Events } from './sourceEvents';
import { t } from '../../core/l10n';

export interface EtcdReaderOptions extends Omit<LoginSources, 'homeFolder'> {
  readonly clock: Clock;
  /** For `~`; the user's own unless given. */
  readonly homeFolder?: string;
}

/** The answers to a reading are a few hundred bytes; the metrics of a Python process some twenty thousand. */
const statusBytes = 1_000_000;

/** An event that is there comes with the headers of the long poll: this is many times what that takes. */
const graceMs = 250;

interface Mirror {
  readonly fingerprint: string;
  readonly source: EtcdMembers;
  readonly destination: EtcdMembers;
  readonly metrics: EtcdMembers | undefined;
}

/** Reads mirrors over kept connections, opened with the first reading. Each call attempts: back-off is the poller's. */
export function createEtcdReader(options: EtcdReaderOptions): MirrorReader {
  const loginSources: LoginSources = { ...options, homeFolder: options.homeFolder ?? homedir() };
  const mirrors = new Map<string, Mirror>();
  const closing = new Set<Promise<void>>();
  let disposed = false;

  const close = ({ source, destination, metrics }: Mirror): void => {
    const closed = Promise.all([source.close(), destination.close(), metrics?.close()]).then(() => {
      closing.delete(closed);
    });
    closing.add(closed);
  };

  /** The connections of a mirror; others, where its addresses, its login or its certificates have changed. */
  const open = async (spec: EtcdMirrorSpec, signal: AbortSignal): Promise<Outcome<Mirror, EtcdFailure>> => {
    const login = await readLogin({ ...spec, what: t`the mirror ${spec.name}` }, loginSources, signal);
    if (login.kind === 'failed') return failed(toEtcdFailure(login.reason));
    const [sources, destinations] = [membersOf(spec, 'source'), membersOf(spec, 'destination')];
    const urls = [...sources, ...destinations, spec.metrics ?? ''];
    const tls = urls.some((url) => url.startsWith('https:'))
      ? await readTlsMaterial(spec, loginSources)
      : ok(undefined);
    if (tls.kind === 'failed') return failed(toEtcdFailure(tls.reason));
    if (disposed || signal.aborted) return failed(cancelled);
    const connectTimeoutMs = spec.timeoutSeconds * 1000;
    const fingerprint = JSON.stringify([
      ...[spec.api, sources, destinations, spec.metrics],
      ...[login.value, tls.value, connectTimeoutMs],
    ]);
    const known = mirrors.get(spec.name);
    if (known?.fingerprint === fingerprint) return ok(known);
    if (known !== undefined) close(known);
    const members = (side: readonly string[], own: typeof login.value) =>
      new EtcdMembers(
        side.map((url) => ({
          url,
          endpoint: new EtcdEndpoint({ url, api: spec.api, login: own, tls: tls.value, connectTimeoutMs }),
        })),
        options.clock,
      );
    const mirror: Mirror = {
      fingerprint,
      source: members(sources, login.value),
      destination: members(destinations, login.value),
      // The login is etcd's; the mirror process has none.
      metrics: spec.metrics === undefined ? undefined : members([spec.metrics], undefined),
    };
    mirrors.set(spec.name, mirror);
    return ok(mirror);
  };

  const now = (): string => new Date(options.clock.now()).toISOString();

  const answer = async (
    side: EtcdMembers,
    question: EndpointRequest,
    signal: AbortSignal,
  ): Promise<Extract<HttpAnswer, { kind: 'answered' | 'failed' }>> => {
    const { request, outcome } = await side.ask(question, signal);
    const base = { request, at: now() };
    if (outcome.kind === 'failed') return { kind: 'failed', ...base, failure: outcome.reason };
    const { status, headers, body, isWhole } = outcome.value;
    return { kind: 'answered', ...base, status, headers, body: body.toString('utf8'), isWhole };
  };

  return {
    async read(spec, waitIndex, signal) {
      const startedMs = options.clock.now();
      const reading = (result: MirrorReading['result']): MirrorReading => ({
        key: mirrorKey(spec.name),
        startedAt: new Date(startedMs).toISOString(),
        at: now(),
        elapsedMs: options.clock.now() - startedMs,
        result,
      });
      const mirror = await open(spec, signal);
      if (mirror.kind === 'failed') return reading({ kind: 'failed', failure: mirror.reason });
      const { source, destination, metrics } = mirror.value;
      const limits = { maxBytes: statusBytes, deadlineMs: spec.timeoutSeconds * 1000 };
      const watched = spec.api === 'v2' ? waitIndex : undefined;
      const [fromSource, fromDestination, fromMetrics] = await Promise.all([
        answer(source, { ...limits, ...sourceQuestion(spec, watched) }, signal),
        answer(destination, { ...limits, ...destinationQuestion(spec) }, signal),
        metrics === undefined
          ? ({ kind: 'notAsked' } as const)
          : answer(metrics, { ...limits, method: 'GET', path: '' }, signal),
      ]);
      if (signal.aborted) return reading({ kind: 'failed', failure: cancelled });
      return reading({
        kind: 'answered',
        source: fromSource,
        destination: fromDestination,
        metrics: fromMetrics,
        ...membersDown({ source, destination }),
        ...(watched === undefined ? {} : { waitIndex: watched }),
      });
    },

    async readContents(spec, side, limits, signal) {
      const mirror = await open(spec, signal);
      if (mirror.kind === 'failed') return mirror;
      const read = spec.api === 'v2' ? readV2Contents : readV3Contents;
      return read(mirror.value[side], prefixOf(spec, side), limits, signal);
    },

    async readSkippedActions(spec, signal) {
      const mirror = await open(spec, signal);
      if (mirror.kind === 'failed' || spec.api !== 'v2') return undefined;
      return readSkippedActions(mirror.value.source, spec.timeoutSeconds * 1000, signal);
    },

    async readWriteRefusal(spec, signal) {
      const mirror = await open(spec, signal);
      if (mirror.kind === 'failed' || spec.api !== 'v2') return undefined;
      return readWriteRefusal(mirror.value.destination, spec.timeoutSeconds * 1000, signal);
    },

    async readEvents(spec, question, signal) {
      const mirror = await open(spec, signal);
      if (mirror.kind === 'failed') return mirror;
      const read = spec.api === 'v2' ? readV2Events : readV3Events;
      return read(mirror.value.source, spec, question, signal);
    },

    retain(names) {
      for (const [name, mirror] of mirrors) {
        if (names.has(name)) continue;
        mirrors.delete(name);
        close(mirror);
      }
    },

    async dispose() {
      disposed = true;
      this.retain(new Set());
      await Promise.all(closing);
    },
  };
}

function membersDown(sides: Readonly<Record<MirrorSide, EtcdMembers>>): {
  readonly membersDown?: readonly MemberDown[];
} {
  const down = (['source', 'destination'] as const).flatMap((side) =>
    sides[side].down.map((member) => ({ side, ...member })),
  );
  return down.length === 0 ? {} : { membersDown: down };
}

const cancelled: EtcdFailure = { reason: 'cancelled', text: t`The reading was cancelled.` };

function prefixOf(spec: EtcdMirrorSpec, side: MirrorSide): string {
  return side === 'source' ? spec.sourcePrefix : spec.destinationPrefix;
}

/**
 * v2: a key under the prefix that cannot be there, since every answer brings the index of the whole cluster and this
 * one brings nothing else; a listing could be of any size. With `waitIndex` the long poll answers for the index, too.
 */
function sourceQuestion(
  spec: EtcdMirrorSpec,
  waitIndex: number | undefined,
): Pick<EndpointRequest, 'method' | 'path' | 'body' | 'graceMs'> {
  if (spec.api === 'v3') return countQuestion(spec.sourcePrefix);
  const directory = directoryOf(spec.sourcePrefix);
  return waitIndex === undefined
    ? { method: 'GET', path: keyPath(`${directory}/_replideck`) }
    : { method: 'GET', path: `${keyPath(directory)}?wait=true&recursive=true&waitIndex=${waitIndex}`, graceMs };
}

function destinationQuestion(spec: EtcdMirrorSpec): Pick<EndpointRequest, 'method' | 'path' | 'body'> {
  if (spec.api === 'v3') return countQuestion(spec.destinationPrefix);
  return { method: 'GET', path: keyPath(indexKeyOf(spec.destinationPrefix)) };
}

function countQuestion(prefix: string): Pick<EndpointRequest, 'method' | 'path' | 'body'> {
  return {
    method: 'POST',
    path: '/v3/kv/range',
    body: JSON.stringify({ ...prefixRange(prefix), count_only: true }),
  };
}
