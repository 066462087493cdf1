import type { Dispatcher } from 'undici';
import type { HttpFailure } from '../../core/http/answer';
import { failed, ok, type Outcome } from '../../core/outcome';
import type { Bastions } from '../ssh/bastions';
import { directConnector } from './connector';
import { Lane } from './lane';
import { toHttpFailure } from './toHttpFailure';
import { tunnelConnector } from './tunnelConnector';
import { t } from '../../core/l10n';

export interface TlsMaterial {
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  readonly serverName?: string;
  /** False only where the inventory says `required`: encrypted, to whoever answers. */
  readonly verifies: boolean;
  /** False where it says `verify-ca`. */
  readonly verifiesName: boolean;
}

export interface HttpRequest {
  readonly method: 'GET' | 'POST';
  /** Path and query. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly maxBytes: number;
  /** The whole answer has to be there by then. */
  readonly deadlineMs: number;
  /** How long the headers may take; undefined: up to the deadline. */
  readonly headersMs?: number;
  /** How long nothing may come in between; undefined: up to the deadline. */
  readonly silenceMs?: number;
  /** A long poll: given up when the body does not come within this time after the headers. */
  readonly graceMs?: number;
  readonly onBytes?: (bytes: number) => void;
  /** A watch: has a connection of its own, since it waits for what may never come. */
  readonly isWatch?: true;
  /** Of an answer without an end: from the first chunk for which this holds, it is over `settleMs` later. */
  readonly isEnough?: (chunk: Buffer) => boolean;
}

/** What comes in one burst is one answer. */
const settleMs = 200;

export interface HttpResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  /** False: given up after `graceMs`. */
  readonly isWhole: boolean;
}

/** One server over kept connections. Never rejects, follows no redirect, unpacks nothing, and ends by its deadline. */
export class HttpClient {
  /** Contents have a connection of their own: a reading must not wait behind megabytes, nor behind a watch. */
  readonly #lanes: { readonly status: Lane; readonly contents: Lane; readonly watch: Lane };

  /**
   * @param connectTimeoutMs so that the next reading tries anew where this one met a dead host
   * @param way through a bastion; undefined: directly
   */
  constructor(
    origin: string,
    tls: TlsMaterial | undefined,
    connectTimeoutMs: number,
    way?: { readonly bastions: Bastions; readonly via: string },
  ) {
    const options = tls === undefined ? {} : toConnectOptions(tls);
    const connector =
      way === undefined
        ? directConnector(connectTimeoutMs, options)
        : tunnelConnector(way.bastions, way.via, connectTimeoutMs, options);
    const create = (): Lane => new Lane(origin, connector);
    this.#lanes = { status: create(), contents: create(), watch: create() };
  }

  /** Every request is a read, so one that broke on a connection that the server had given up is asked once more. */
  async ask(request: HttpRequest, signal: AbortSignal): Promise<Outcome<HttpResponse, HttpFailure>> {
    const startedMs = performance.now();
    const first = await this.#send(request, signal);
    if (first.kind === 'ok' || first.reason.reason !== 'lost') return first;
    const deadlineMs = request.deadlineMs - (performance.now() - startedMs);
    return deadlineMs <= 0 ? first : this.#send({ ...request, deadlineMs }, signal);
  }

  async close(): Promise<void> {
    await Promise.all(Object.values(this.#lanes).map((lane) => lane.close()));
  }

  #send(request: HttpRequest, signal: AbortSignal): Promise<Outcome<HttpResponse, HttpFailure>> {
    return new Promise((resolve) => {
      const exchange = new Exchange(request, signal, resolve);
      if (signal.aborted) return;
      const leave = this.#lanes[laneOf(request)].dispatch(
        {
          path: request.path,
          method: request.method,
          headers: { accept: 'application/json, text/plain', ...request.headers },
          body: request.body ?? null,
        },
        exchange,
      );
      exchange.waits(leave);
    });
  }
}

type Controller = Dispatcher.DispatchController;

/** One request and its answer. Settles once; whatever comes later ends the connection and is not looked at. */
class Exchange implements Dispatcher.DispatchHandler {
  readonly #request: HttpRequest;
  readonly #resolve: (outcome: Outcome<HttpResponse, HttpFailure>) => void;
  readonly #signal: AbortSignal;
  readonly #onAbort: () => void;
  readonly #deadline: NodeJS.Timeout;
  readonly #headersLimit: NodeJS.Timeout | undefined;
  #silence: NodeJS.Timeout | undefined;
  #grace: NodeJS.Timeout | undefined;
  #controller: Controller | undefined;
  #isSettled = false;
  #hasEnough = false;
  #leave: (() => void) | undefined;
  #hasLeft = false;
  #status = 0;
  #headers: Readonly<Record<string, string>> = {};
  readonly #chunks: Buffer[] = [];
  #bytes = 0;

  constructor(
    request: HttpRequest,
    signal: AbortSignal,
    resolve: (outcome: Outcome<HttpResponse, HttpFailure>) => void,
  ) {
    this.#request = request;
    this.#resolve = resolve;
    this.#signal = signal;
    this.#onAbort = () => {
      this.#fail({ reason: 'cancelled', text: t`The reading was cancelled.` });
    };
    this.#deadline = setTimeout(() => {
      this.#late(request.deadlineMs);
    }, request.deadlineMs);
    const { headersMs } = request;
    if (headersMs !== undefined) {
      this.#headersLimit = setTimeout(() => {
        this.#late(headersMs);
      }, headersMs);
    }
    signal.addEventListener('abort', this.#onAbort, { once: true });
    if (signal.aborted) this.#onAbort();
  }

  /** @param leave to be called when it waits for a connection no more */
  waits(leave: () => void): void {
    if (this.#hasLeft) leave();
    else this.#leave = leave;
  }

  #stopWaiting(): void {
    if (this.#hasLeft) return;
    this.#hasLeft = true;
    this.#leave?.();
  }

  onRequestStart(controller: Controller): void {
    this.#controller = controller;
    this.#stopWaiting();
    if (this.#isSettled) controller.abort(new Error(t`given up`));
    else this.#watchSilence();
  }

  onResponseStart(_controller: Controller, status: number, headers: Readonly<Record<string, unknown>>): void {
    // An interim answer (1xx) comes before the real one.
    if (this.#isSettled || status < 200) return;
    clearTimeout(this.#headersLimit);
    this.#status = status;
    this.#headers = Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [
        name.toLowerCase(),
        Array.isArray(value) ? value.join(', ') : String(value),
      ]),
    );
    this.#watchSilence();
    const { graceMs } = this.#request;
    if (graceMs !== undefined) this.#giveUpAfter(graceMs);
  }

  onResponseData(_controller: Controller, chunk: Buffer): void {
    if (this.#isSettled) return;
    this.#bytes += chunk.length;
    if (this.#bytes > this.#request.maxBytes) {
      this.#fail({ reason: 'tooLarge', text: t`The answer is larger than ${this.#request.maxBytes} bytes.` });
      return;
    }
    this.#chunks.push(chunk);
    this.#watchSilence();
    if (!this.#hasEnough && this.#request.isEnough?.(chunk) === true) {
      this.#hasEnough = true;
      this.#giveUpAfter(settleMs);
    }
    this.#request.onBytes?.(this.#bytes);
  }

  onResponseEnd(): void {
    this.#succeed(true);
  }

  onResponseError(_controller: Controller, error: Error): void {
    this.#fail(toHttpFailure(error));
  }

  #late(limitMs: number): void {
    const seconds = `${Number((limitMs / 1000).toFixed(1))} s`;
    this.#fail(
      this.#controller === undefined
        ? { reason: 'timedOut', text: t`No connection within ${seconds}.` }
        : { reason: 'hung', text: t`No whole answer within ${seconds}.` },
    );
  }

  #giveUpAfter(delayMs: number): void {
    clearTimeout(this.#grace);
    this.#grace = setTimeout(() => {
      this.#succeed(false);
    }, delayMs);
  }

  #watchSilence(): void {
    const { silenceMs } = this.#request;
    if (silenceMs === undefined) return;
    clearTimeout(this.#silence);
    this.#silence = setTimeout(() => {
      this.#late(silenceMs);
    }, silenceMs);
  }

  #succeed(isWhole: boolean): void {
    this.#settle(
      ok({ status: this.#status, headers: this.#headers, body: Buffer.concat(this.#chunks), isWhole }),
      !isWhole,
    );
  }

  #fail(failure: HttpFailure): void {
    this.#settle(failed(failure), true);
  }

  #settle(outcome: Outcome<HttpResponse, HttpFailure>, breaksConnection: boolean): void {
    if (this.#isSettled) return;
    this.#isSettled = true;
    clearTimeout(this.#deadline);
    clearTimeout(this.#headersLimit);
    clearTimeout(this.#silence);
    clearTimeout(this.#grace);
    this.#signal.removeEventListener('abort', this.#onAbort);
    this.#stopWaiting();
    this.#resolve(outcome);
    // The rest of an answer that nobody waits for must not stand before the next one.
    if (breaksConnection) this.#controller?.abort(new Error(t`given up`));
  }
}

function laneOf({ isWatch, silenceMs }: HttpRequest): 'status' | 'contents' | 'watch' {
  if (isWatch === true) return 'watch';
  return silenceMs === undefined ? 'status' : 'contents';
}

function toConnectOptions({ ca, cert, key, serverName, verifies, verifiesName }: TlsMaterial) {
  return {
    rejectUnauthorized: verifies,
    ...(verifiesName ? {} : { checkServerIdentity: () => undefined }),
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
    ...(serverName === undefined ? {} : { servername: serverName }),
    minVersion: 'TLSv1.2' as const,
  };
}
