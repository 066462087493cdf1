import { connect, isIP, type Socket } from 'node:net';
import { connect as connectTls, type ConnectionOptions } from 'node:tls';
import { t } from '../../core/l10n';

/** What undici asks a connection to. */
export interface ConnectTarget {
  readonly hostname: string;
  readonly protocol: string;
  readonly port: string;
  readonly servername?: string | null;
}
export type Connected = (...result: [error: null, socket: Socket] | [error: Error, socket: null]) => void;

/** A connection that is on its way. */
export interface Attempt {
  /** Ends it, TLS included; `done` then gets the error, unless it got a result before. */
  destroy(error: Error): void;
}
export type Connector = (target: ConnectTarget, done: Connected) => Attempt;

/** As undici names it itself: toHttpFailure knows it. */
export function connectTimeout(): Error {
  return Object.assign(new Error(t`No connection came about before the deadline.`), {
    code: 'UND_ERR_CONNECT_TIMEOUT',
  });
}

/** The port that an address without one means. */
export const portOf = ({ protocol, port }: ConnectTarget): number => Number(port || (protocol === 'https:' ? 443 : 80));

/** Where to, and by which name: an address is none that may be asked for, and its certificate is held against `host`. */
export function namesOf(
  { hostname, servername }: ConnectTarget,
  tls: ConnectionOptions,
): { readonly host: string; readonly servername?: string } {
  const name = tls.servername ?? servername ?? (isIP(hostname) === 0 ? hostname : undefined);
  return { host: hostname, ...(name === undefined ? {} : { servername: name }) };
}

/** In place of undici's own, whose attempts nobody can end: one that stands still in TLS would outlive its request. */
export function directConnector(timeoutMs: number, tls: ConnectionOptions): Connector {
  return (target, done) => {
    const at = {
      ...namesOf(target, tls),
      port: portOf(target),
      keepAlive: true,
      keepAliveInitialDelay: 60_000,
      noDelay: true,
    };
    const isTls = target.protocol === 'https:';
    const socket = isTls ? connectTls({ ...tls, ...at, ALPNProtocols: ['http/1.1'] }) : connect(at);
    const timer = setTimeout(() => socket.destroy(connectTimeout()), timeoutMs);
    const finish = (): void => {
      clearTimeout(timer);
      socket.off('error', onError);
    };
    const onError = (error: Error): void => {
      finish();
      // A socket that was destroyed may have more to say, which nobody has to hear.
      socket.on('error', () => undefined);
      done(error, null);
    };
    socket.once('error', onError).once(isTls ? 'secureConnect' : 'connect', () => {
      finish();
      done(null, socket);
    });
    return socket;
  };
}
