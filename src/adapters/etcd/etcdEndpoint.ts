import type { HttpFailure } from '../../core/http/answer';
import { parseAnswer, textOf } from '../../core/mirror/parseAnswer';
import type { EtcdFailure } from '../../core/mirror/reading';
import { failed, ok, type Outcome } from '../../core/outcome';
import { HttpClient, type HttpRequest, type HttpResponse, type TlsMaterial } from '../http/httpClient';
import type { Login } from '../http/login';

export type EndpointRequest = Omit<HttpRequest, 'headers'>;

export interface EndpointOptions {
  readonly url: string;
  readonly api: 'v2' | 'v3';
  readonly login: Login | undefined;
  readonly tls: TlsMaterial | undefined;
  readonly connectTimeoutMs: number;
}

/** One address with its login: Basic for v2, a token for v3, which is fetched once and again when it has run out. */
export class EtcdEndpoint {
  readonly #options: EndpointOptions;
  readonly #client: HttpClient;
  readonly #origin: string;
  readonly #basePath: string;
  #token: string | undefined;

  constructor(options: EndpointOptions) {
    const url = new URL(options.url);
    this.#options = options;
    this.#origin = url.origin;
    this.#basePath = url.pathname.replace(/\/+$/, '') + url.search;
    this.#client = new HttpClient(
      url.origin,
      url.protocol === 'https:' ? options.tls : undefined,
      options.connectTimeoutMs,
    );
  }

  /** `GET https://conf1:4001/v2/keys/…`, without the login and without a body. */
  describe({ method, path }: Pick<EndpointRequest, 'method' | 'path'>): string {
    return `${method} ${this.#origin}${this.#basePath}${path}`;
  }

  async ask(request: EndpointRequest, signal: AbortSignal): Promise<Outcome<HttpResponse, EtcdFailure>> {
    const { login, api } = this.#options;
    if (login === undefined || api === 'v2') return this.#send(request, signal, this.#basicHeaders());
    const startedMs = performance.now();
    const left = (): number => Math.max(1, request.deadlineMs - (performance.now() - startedMs));
    for (let attempt = 0; ; attempt += 1) {
      if (this.#token === undefined) {
        const token = await this.#fetchToken(login, Math.min(left(), request.headersMs ?? Infinity), signal);
        if (token.kind === 'failed') return token;
        this.#token = token.value;
      }
      const headers: Readonly<Record<string, string>> = this.#token === undefined ? {} : { authorization: this.#token };
      const response = await this.#send({ ...request, deadlineMs: left() }, signal, headers);
      // A token ends after five minutes without use, and with a restart of etcd.
      if (response.kind === 'failed' || response.value.status !== 401 || attempt > 0) return response;
      this.#token = undefined;
    }
  }

  close(): Promise<void> {
    return this.#client.close();
  }

  #basicHeaders(): Readonly<Record<string, string>> {
    const { login } = this.#options;
    if (login === undefined) return {};
    return { authorization: `Basic ${Buffer.from(`${login.user}:${login.password}`).toString('base64')}` };
  }

  async #send(
    request: EndpointRequest,
    signal: AbortSignal,
    headers: Readonly<Record<string, string>>,
  ): Promise<Outcome<HttpResponse, EtcdFailure>> {
    const type: Readonly<Record<string, string>> =
      request.body === undefined ? {} : { 'content-type': 'application/json' };
    const outcome = await this.#client.ask(
      { ...request, path: this.#basePath + request.path || '/', headers: { ...type, ...headers } },
      signal,
    );
    return outcome.kind === 'ok' ? outcome : failed(toEtcdFailure(outcome.reason));
  }

  /** @returns undefined: this side asks for no login */
  async #fetchToken(
    { user, password }: Login,
    deadlineMs: number,
    signal: AbortSignal,
  ): Promise<Outcome<string | undefined, EtcdFailure>> {
    const response = await this.#send(
      {
        method: 'POST',
        path: '/v3/auth/authenticate',
        body: JSON.stringify({ name: user, password }),
        maxBytes: 100_000,
        deadlineMs,
      },
      signal,
      {},
    );
    if (response.kind === 'failed') return response;
    const { status, headers, body } = response.value;
    const text = body.toString('utf8');
    const answered = { kind: 'answered', request: '', at: '', status, headers, body: text, isWhole: true } as const;
    const parsed = parseAnswer(answered);
    if (parsed.kind === 'failed') return parsed;
    const { token, error, message } = parsed.value.fields;
    // It goes into a header: nothing that could end one.
    if (typeof token === 'string' && /^[\u0021-\u007e]{1,4096}$/.test(token)) return ok(token);
    const said = textOf(error) ?? textOf(message);
    // The credentials are of the mirror; one side may have its authentication on and the other off.
    if (said?.includes('authentication is not enabled') === true) return ok(undefined);
    const reason = status === 404 ? 'apiDisabled' : said === undefined ? 'notEtcd' : 'authRequired';
    return failed({ reason, text: `HTTP ${status}: ${text.slice(0, 200).trim()}` });
  }
}

/** What is not HTTP is no etcd. */
export function toEtcdFailure({ reason, text }: HttpFailure): EtcdFailure {
  return { reason: reason === 'notHttp' ? 'notEtcd' : reason, text };
}
