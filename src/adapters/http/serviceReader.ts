import { homedir } from 'node:os';
import type { HttpAnswer, HttpFailure } from '../../core/http/answer';
import { failed, ok, type Outcome } from '../../core/outcome';
import type { ServiceAnswers, ServiceReading, ServiceTarget } from '../../core/services/model';
import type { Clock, ServiceReader } from '../../ports';
import { createBastions, type Bastions } from '../ssh/bastions';
import { HttpClient } from './httpClient';
import { readLoginHeaders, readTlsMaterial, type LoginSources } from './login';
import { t } from '../../core/l10n';

export interface ServiceReaderOptions extends Omit<LoginSources, 'homeFolder'> {
  readonly clock: Clock;
  /** For `~`; the user's own unless given. */
  readonly homeFolder?: string;
  /** Of one answer, where it is not what the kind of neighbour says. */
  readonly maxBytes?: number;
  /** For `via: ssh://…`, shared with what else goes through bastions; of its own unless given. */
  readonly bastions?: Bastions;
}

/** The neighbours that are read over HTTP. */
export type HttpServiceKind = 'orchestrator' | 'prometheus' | 'burrow';

/** GET of a path and query below the address, by the deadline of the neighbour. Never rejects. */
export type Get = (path: string) => Promise<Exclude<HttpAnswer, { kind: 'notAsked' }>>;

export interface HttpServiceOptions<K extends HttpServiceKind> extends ServiceReaderOptions {
  readonly kind: K;
  /** Of one answer. */
  readonly maxBytes: number;
  /** All questions of one poll. */
  readonly ask: (get: Get, target: ServiceTarget<K>, signal: AbortSignal) => Promise<ServiceAnswers[K]>;
}

/** One question between the polls, over the same connection. */
export interface SingleQuestion<K extends HttpServiceKind> {
  ask(target: ServiceTarget<K>, path: string, signal: AbortSignal): Promise<HttpAnswer>;
}

interface Connection {
  readonly fingerprint: string;
  readonly client: HttpClient;
  readonly headers: Readonly<Record<string, string>>;
}

/** Named, so that the people of the neighbour know who asks. */
const userAgent = 'replideck';

/**
 * Reads neighbours of one kind over kept connections, opened with the first reading. It can GET and nothing else, follows
 * no redirect, and each call attempts: back-off is the poller's.
 */
export function createHttpServiceReader<K extends HttpServiceKind>(
  options: HttpServiceOptions<K>,
): ServiceReader<K> & SingleQuestion<K> {
  const { kind, clock, maxBytes, ask } = options;
  const sources: LoginSources = { ...options, homeFolder: options.homeFolder ?? homedir() };
  const bastions = options.bastions ?? createBastions({ command: ['ssh'], environment: options.environment });
  const connections = new Map<string, Connection>();
  const closing = new Set<Promise<void>>();
  let disposed = false;
  const now = (): string => new Date(clock.now()).toISOString();

  const close = ({ client }: Connection): void => {
    const closed = client.close().then(() => {
      closing.delete(closed);
    });
    closing.add(closed);
  };

  /** The kept connection; another one, where its address, its login or its certificates have changed. */
  const open = async (
    { key, name, spec }: ServiceTarget<K>,
    signal: AbortSignal,
  ): Promise<Outcome<Connection, HttpFailure>> => {
    const owner = { what: `${kind} ${name}`, ...(spec.credentials && { credentials: spec.credentials }) };
    const headers = await readLoginHeaders(owner, sources, signal);
    if (headers.kind === 'failed') return headers;
    const url = new URL(spec.url);
    const tls = url.protocol === 'https:' ? await readTlsMaterial(spec, sources) : ok(undefined);
    if (tls.kind === 'failed') return tls;
    if (disposed || signal.aborted) return failed(cancelled);
    const connectTimeoutMs = spec.timeoutSeconds * 1000;
    const fingerprint = JSON.stringify([url.origin, headers.value, tls.value, connectTimeoutMs, spec.via]);
    const known = connections.get(key);
    if (known?.fingerprint === fingerprint) return ok(known);
    if (known !== undefined) close(known);
    const way = spec.via === undefined ? undefined : { bastions, via: spec.via };
    const client = new HttpClient(url.origin, tls.value, connectTimeoutMs, way);
    const connection = { fingerprint, client, headers: { 'user-agent': userAgent, ...headers.value } };
    connections.set(key, connection);
    return ok(connection);
  };

  const getter =
    ({ client, headers }: Connection, { spec }: ServiceTarget<K>, signal: AbortSignal): Get =>
    async (path) => {
      const { origin, pathname } = new URL(spec.url);
      const whole = pathname.replace(/\/+$/, '') + path;
      const deadlineMs = spec.timeoutSeconds * 1000;
      const outcome = await client.ask({ method: 'GET', path: whole, headers, maxBytes, deadlineMs }, signal);
      const asked = { request: `GET ${origin}${whole}`, at: now() };
      if (outcome.kind === 'failed') return { kind: 'failed', ...asked, failure: outcome.reason };
      const { status, headers: answered, body, isWhole } = outcome.value;
      return { kind: 'answered', ...asked, status, headers: answered, body: body.toString('utf8'), isWhole };
    };

  return {
    async ask(target, path, signal) {
      const connection = await open(target, signal);
      if (connection.kind === 'ok') return getter(connection.value, target, signal)(path);
      return { kind: 'failed', request: `GET ${path}`, at: now(), failure: connection.reason };
    },

    async read(target, signal) {
      const startedMs = clock.now();
      const reading = (result: ServiceReading<K>['result']): ServiceReading<K> => ({
        ...{ kind, key: target.key, startedAt: new Date(startedMs).toISOString(), at: now() },
        ...{ elapsedMs: clock.now() - startedMs, result },
      });
      const connection = await open(target, signal);
      if (connection.kind === 'failed') return reading({ kind: 'failed', failure: connection.reason });
      const answers = await ask(getter(connection.value, target, signal), target, signal);
      return reading(signal.aborted ? { kind: 'failed', failure: cancelled } : { kind: 'answered', answers });
    },

    retain(keys) {
      for (const [key, connection] of connections) {
        if (keys.has(key)) continue;
        connections.delete(key);
        close(connection);
      }
    },

    async dispose() {
      disposed = true;
      this.retain(new Set());
      await Promise.all(closing);
      if (options.bastions === undefined) await bastions.dispose();
    },
  };
}

const cancelled: HttpFailure = { reason: 'cancelled', text: t`The reading was cancelled.` };
