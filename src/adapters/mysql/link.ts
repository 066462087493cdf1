import { checkServerIdentity, TLSSocket } from 'node:tls';
import { createConnection, type Connection, type QueryError } from 'mysql2';
import type { ReachFailure, Row } from '../../core/replication/reading';
import { failed, ok, type Outcome } from '../../core/outcome';
import { authPlugins } from './authPlugins';
import type { Login } from './credentials';
import type { Greeting } from './greeting';
import { createMeteredStream, ownError, type MeteredStream, type Transport } from './meteredStream';
import { assertRead } from './queries';
import { driverTls } from './tlsOptions';
import { toReachFailure } from './toReachFailure';
import { plainest, toRows } from './toRows';
import { t } from '../../core/l10n';

/** What became of one statement. After any but the first two the connection is closed. */
export type Asked =
  | { readonly kind: 'rows'; readonly rows: readonly Row[] }
  | { readonly kind: 'refused'; readonly errno: number; readonly sqlState?: string; readonly text: string }
  | { readonly kind: 'unanswered' }
  | { readonly kind: 'lost'; readonly failure: ReachFailure };

/** One logged-in connection. */
export interface Link {
  readonly greeting: Greeting;
  /** Undefined: plain text. */
  readonly tlsCipher: string | undefined;
  readonly isOpen: () => boolean;
  /** @param stop aborted when the time for an answer is over; the connection is then closed. */
  ask(text: string, stop: AbortSignal): Promise<Asked>;
  /** Says goodbye, and closes. Ends within `goodbyeMs`. */
  quit(): Promise<void>;
  destroy(): void;
}

export interface LinkTarget {
  readonly host: string;
  readonly port: number;
  readonly login: Login;
  readonly transport: Transport;
  /** True once the far end has accepted us, so that silence means a server that hangs. */
  readonly isConnected: () => boolean;
}

/** The answer to one of our statements is a few rows; GTID sets and process lists may make them long. */
const answerBytes = 8 * 1024 * 1024;
const keepAliveAfterMs = 30_000;
const goodbyeMs = 300;

/**
 * Logs in.
 * @param stop aborted when the time is over.
 */
export async function openLink(target: LinkTarget, stop: AbortSignal): Promise<Outcome<Link, ReachFailure>> {
  const { login } = target;
  const scrub = scrubber(login.password);
  const { mode, name } = login.tls;
  const ssl = login.socket !== undefined && mode === 'preferred' ? undefined : driverTls(login.tls);
  let connection: Connection | undefined;
  const metered = createMeteredStream(target.transport, name, ({ offersTls }) => {
    if (mode === 'preferred' && !offersTls && connection !== undefined) {
      // The driver reads its settings again with the greeting: plain text, on this same connection.
      (connection.config as { ssl?: unknown }).ssl = undefined;
    }
  });
  const phase = (): 'opening' | 'login' => (target.isConnected() ? 'login' : 'opening');

  const outcome = await new Promise<Outcome<Connection, ReachFailure>>((resolve) => {
    const fail = (failure: ReachFailure): void => {
      metered.stream.destroy();
      resolve(failed({ ...failure, text: scrub(failure.text) }));
    };
    const onStop = (): void => {
      fail(
        phase() === 'opening'
          ? { reason: 'timedOut', text: t`No connection came about before the deadline.` }
          : { reason: 'hung', text: t`The connection opened, and the login was not answered before the deadline.` },
      );
    };
    if (stop.aborted) {
      onStop();
      return;
    }
    stop.addEventListener('abort', onStop, { once: true });
    try {
      connection = createConnection({
        host: name,
        port: target.port,
        user: login.user,
        ...(login.password === undefined ? {} : { password: login.password }),
        ...(login.socket === undefined ? {} : { socketPath: login.socket }),
        ...(ssl === undefined ? {} : { ssl }),
        stream: () => metered.stream,
        charset: 'UTF8MB4_UNICODE_CI',
        // No attributes: the defaults tell the name and version of the driver to every server.
        flags: ['-LOCAL_FILES', '-CONNECT_ATTRS', '-SESSION_TRACK', '-FOUND_ROWS', '-IGNORE_SPACE'],
        multipleStatements: false,
        // None is ever prepared; by default the driver keeps room for 16,000, half a megabyte with each connection.
        maxPreparedStatements: 1,
        disableEval: true,
        trace: false,
        connectTimeout: 0,
        authPlugins,
      });
    } catch (error) {
      stop.removeEventListener('abort', onStop);
      fail(toReachFailure(error, phase()));
      return;
    }
    const opened = connection;
    opened.once('connect', () => {
      stop.removeEventListener('abort', onStop);
      const mismatch = mode === 'verify-identity' && ssl !== undefined ? nameMismatch(opened, name) : undefined;
      if (mismatch === undefined) {
        resolve(ok(opened));
      } else {
        fail(toReachFailure(mismatch, 'login'));
      }
    });
    opened.on('error', (error: Error) => {
      stop.removeEventListener('abort', onStop);
      // TLS takes the stream down with it, and the driver then hears of the loss before it hears of the reason.
      setImmediate(() => {
        fail(toReachFailure(tlsError(opened) ?? error, phase()));
      });
    });
  });
  if (outcome.kind === 'failed') {
    return outcome;
  }
  const greeting = metered.greeting();
  return greeting === undefined
    ? failed({ reason: 'notMysql', text: t`No greeting came.` })
    : ok(createLink(outcome.value, metered, greeting, scrub));
}

function createLink(
  connection: Connection,
  metered: MeteredStream,
  greeting: Greeting,
  scrub: (text: string) => string,
): Link {
  let open = true;
  let trouble: Error | undefined;
  const destroy = (): void => {
    open = false;
    metered.stream.destroy();
  };
  // Between statements nobody waits for an answer; what breaks then shows in the next poll, which opens anew.
  connection.on('error', (error: Error) => {
    trouble ??= error;
    destroy();
  });
  metered.stream.once('close', () => {
    open = false;
  });
  const { stream } = connection as unknown as { stream: unknown };
  return {
    greeting,
    tlsCipher: stream instanceof TLSSocket ? stream.getCipher().name : undefined,
    isOpen: () => open,
    ask: (text, stop) =>
      new Promise<Asked>((resolve) => {
        assertRead(text);
        const finish = (asked: Asked): void => {
          stop.removeEventListener('abort', onStop);
          metered.stream.removeListener('close', onClose);
          resolve(asked);
        };
        const lose = (error: unknown): void => {
          destroy();
          const failure = toReachFailure(error, 'open');
          finish({ kind: 'lost', failure: { ...failure, text: scrub(failure.text) } });
        };
        const onStop = (): void => {
          destroy();
          finish({ kind: 'unanswered' });
        };
        const onClose = (): void => {
          lose(trouble ?? new Error(`The connection is in closed state.`));
        };
        if (stop.aborted || !open) {
          (open ? onStop : onClose)();
          return;
        }
        stop.addEventListener('abort', onStop, { once: true });
        metered.stream.once('close', onClose);
        metered.allow(answerBytes);
        connection.query({ sql: text, ...plainest }, (error: QueryError | null, rows: unknown, columns: unknown) => {
          if (error === null) {
            finish({ kind: 'rows', rows: toRows(rows, columns) });
          } else if (typeof error.errno === 'number' && error.errno > 0 && !error.fatal) {
            const { errno, sqlState, message } = error;
            finish({ kind: 'refused', errno, ...(sqlState ? { sqlState } : {}), text: scrub(message) });
          } else {
            lose(error);
          }
        });
      }),
    quit: () =>
      new Promise<void>((resolve) => {
        if (!open) {
          resolve();
          return;
        }
        open = false;
        const timer = setTimeout(() => metered.stream.destroy(), goodbyeMs);
        metered.stream.once('close', () => {
          clearTimeout(timer);
          resolve();
        });
        connection.end(() => {
          metered.stream.end(() => metered.stream.destroy());
        });
      }),
    destroy,
  };
}

/** What went wrong in TLS itself, before it came about. */
function tlsError(connection: Connection): Error | undefined {
  const { stream } = connection as unknown as { stream: unknown };
  return stream instanceof TLSSocket && stream.errored !== null && !isHarmless(stream.errored)
    ? Object.assign(new Error(stream.errored.message), { code: 'HANDSHAKE_SSL_ERROR' })
    : undefined;
}

/** A peer that hung up in the middle is lost, with TLS or without. */
function isHarmless(error: Error & { readonly code?: string }): boolean {
  return ['ECONNRESET', 'EPIPE', 'ERR_STREAM_PREMATURE_CLOSE'].includes(error.code ?? '');
}

/** Node has checked the name by now. This holds even if it stops reading it from where createMeteredStream puts it. */
function nameMismatch(connection: Connection, name: string): Error | undefined {
  const { stream } = connection as unknown as { stream: unknown };
  if (!(stream instanceof TLSSocket)) {
    return ownError('REPLIDECK_NAME', t`The connection is not encrypted.`);
  }
  const error = checkServerIdentity(name, stream.getPeerCertificate());
  return error === undefined ? undefined : ownError('REPLIDECK_NAME', error.message);
}

/** A server may echo what it was sent. Very short passwords are left: they occur in any text. */
function scrubber(password: string | undefined): (text: string) => string {
  return password === undefined || password.length < 4 ? (text) => text : (text) => text.replaceAll(password, '•••');
}

export const keepAlive = { keepAlive: true, keepAliveInitialDelay: keepAliveAfterMs, noDelay: true } as const;
