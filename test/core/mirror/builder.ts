import type { EtcdMirrorSpec } from '../../../src/core/inventory/model';
import { addReading } from '../../../src/core/mirror/linkMirror';
import type { MirrorComparison, MirrorState } from '../../../src/core/mirror/model';
import type { EtcdFailure, HttpAnswer, MemberDown, MirrorReading } from '../../../src/core/mirror/reading';
import { toMirrorSnapshot } from '../../../src/core/mirror/toMirrorSnapshot';

/** Mirrors by construction: each test writes only what it is about. */

export const spec: EtcdMirrorSpec = {
  name: 'conf-codfw',
  api: 'v2',
  source: 'https://conf1007.eqiad.wmnet:4001',
  destination: 'https://conf2005.codfw.wmnet:4001',
  sourcePrefix: '/conftool',
  destinationPrefix: '/conftool',
  metrics: 'http://conf2005.codfw.wmnet:8000/metrics',
  tls: { mode: 'verify-identity' },
  pollSeconds: 10,
  timeoutSeconds: 5,
};

const startMs = Date.UTC(2026, 10, 24, 10, 0, 0);
export const atSecond = (seconds: number): string => new Date(startMs + seconds * 1000).toISOString();

/** What one reading saw; what is left out is as on a healthy mirror. */
export interface Look {
  readonly second: number;
  readonly source?: number | Partial<Extract<HttpAnswer, { kind: 'answered' }>> | EtcdFailure['reason'];
  /** The value of the index key, or why it was not read; null: the key is missing. */
  readonly replicated?: number | string | null;
  readonly metrics?: EtcdFailure['reason'] | 'none';
  readonly sourceCluster?: string;
  readonly waiting?: { readonly index: number; readonly action?: string } | 'none' | 'cleared';
  readonly failure?: EtcdFailure;
  readonly membersDown?: readonly MemberDown[];
}

const request = {
  source: 'GET https://conf1007.eqiad.wmnet:4001/v2/keys/conftool/_replideck',
  destination: 'GET https://conf2005.codfw.wmnet:4001/v2/keys/__replication/conftool',
  metrics: 'GET http://conf2005.codfw.wmnet:8000/metrics',
};

export function answered(
  asked: string,
  at: string,
  more: Partial<Extract<HttpAnswer, { kind: 'answered' }>>,
): Extract<HttpAnswer, { kind: 'answered' }> {
  return { kind: 'answered', request: asked, at, status: 200, headers: {}, body: '{}', isWhole: true, ...more };
}

function failed(asked: string, at: string, reason: EtcdFailure['reason']): HttpAnswer {
  return { kind: 'failed', request: asked, at, failure: { reason, text: `the system says ${reason}` } };
}

const isReason = (value: unknown): value is EtcdFailure['reason'] =>
  typeof value === 'string' && /^[a-z][A-Za-z]+$/.test(value) && !/^\d/.test(value) && value !== 'abc';

function sourceAnswer({ source = 100, sourceCluster = 'a1', waiting }: Look, at: string): HttpAnswer {
  if (isReason(source)) return failed(request.source, at, source);
  if (typeof source === 'object') return answered(request.source, at, source);
  const headers = { 'x-etcd-index': String(source), 'x-etcd-cluster-id': sourceCluster };
  if (waiting === undefined || waiting === 'none' || waiting === 'cleared') {
    if (waiting === 'none') return answered(request.source, at, { headers, body: '', isWhole: false });
    const errorCode = waiting === 'cleared' ? 401 : 100;
    const cause = waiting === 'cleared' ? 'the requested history has been cleared [105/5]' : '/conftool';
    return answered(request.source, at, { status: 404, headers, body: JSON.stringify({ errorCode, cause }) });
  }
  const { index, action = 'set' } = waiting;
  const node = { key: '/conftool/v1/a', value: '1', modifiedIndex: index };
  return answered(request.source, at, { headers, body: JSON.stringify({ action, node }) });
}

function destinationAnswer({ replicated = 100 }: Look, at: string): HttpAnswer {
  if (isReason(replicated)) return failed(request.destination, at, replicated);
  const headers = { 'x-etcd-index': '5000', 'x-etcd-cluster-id': 'b2' };
  const body =
    replicated === null ? { errorCode: 100, message: 'Key not found' } : { node: { value: String(replicated) } };
  return answered(request.destination, at, { headers, body: JSON.stringify(body) });
}

export function readingOf(look: Look): MirrorReading {
  const at = atSecond(look.second);
  const base = { key: 'mirror:conf-codfw', startedAt: at, at, elapsedMs: 4 };
  if (look.failure !== undefined) return { ...base, result: { kind: 'failed', failure: look.failure } };
  const metrics =
    look.metrics === 'none'
      ? ({ kind: 'notAsked' } as const)
      : look.metrics === undefined
        ? answered(request.metrics, at, { body: 'etcdmirror_lag{prefix="/conftool"} -1.0\n' })
        : failed(request.metrics, at, look.metrics);
  return {
    ...base,
    result: {
      kind: 'answered',
      source: sourceAnswer(look, at),
      destination: destinationAnswer(look, at),
      metrics,
      ...(look.waiting === undefined ? {} : { waitIndex: 1 }),
      ...(look.membersDown === undefined ? {} : { membersDown: look.membersDown }),
    },
  };
}

/** The state after these readings, in their order. */
export function stateOf(
  looks: readonly Look[],
  comparison?: Partial<MirrorComparison>,
  of: Pick<EtcdMirrorSpec, 'api'> = spec,
): MirrorState {
  let state: MirrorState | undefined;
  for (const look of looks) state = addReading(state, toMirrorSnapshot(readingOf(look), of));
  if (state === undefined) throw new Error('no reading');
  return comparison === undefined ? state : { ...state, comparison: { ...equalContents, ...comparison } };
}

export const equalContents: MirrorComparison = {
  at: atSecond(60),
  requests: [`GET ${spec.source}/v2/keys/conftool?recursive=true`],
  compared: 120,
  ignored: 0,
  pending: 0,
  missing: 0,
  extra: 0,
  different: 0,
  items: [],
  leasesLost: 0,
};
