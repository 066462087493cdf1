import { connect } from 'node:net';
import { failed, ok, type Outcome } from '../../core/outcome';
import type { InstanceSpec } from '../../core/inventory/model';
import type { ReachFailure } from '../../core/replication/reading';
import type { Bastions } from '../ssh/bastions';
import { keepAlive, type LinkTarget } from './link';
import type { Login } from './credentials';

export interface TransportSettings {
  readonly bastions: Bastions;
}

export interface OpenTransport extends Pick<LinkTarget, 'transport' | 'isConnected'> {
  /** What the way itself says about a connection that failed; it knows better than the driver. */
  readonly explain: (failure: ReachFailure) => Promise<ReachFailure>;
}

/** ssh tells why it failed a moment after its pipe has closed. */
const sshLastWordsMs = 500;

/** Starts a connection to the instance: by its socket, through ssh, or by TCP. Nothing has been said on it yet. */
export async function openTransport(
  spec: InstanceSpec,
  login: Login,
  timeoutMs: number,
  { bastions }: TransportSettings,
  stop: AbortSignal,
): Promise<Outcome<OpenTransport, ReachFailure>> {
  if (spec.via !== undefined) {
    return openTunnel(spec, spec.via, timeoutMs, bastions, stop);
  }
  const socket =
    login.socket === undefined
      ? connect({ host: spec.host, port: spec.port, ...keepAlive })
      : connect({ path: login.socket });
  let connected = false;
  socket.once('connect', () => {
    connected = true;
  });
  return ok({
    transport: { readable: socket, writable: socket, destroy: () => void socket.destroy() },
    isConnected: () => connected,
    explain: (failure) => Promise.resolve(failure),
  });
}

async function openTunnel(
  { host, port }: InstanceSpec,
  via: string,
  timeoutMs: number,
  bastions: Bastions,
  stop: AbortSignal,
): Promise<Outcome<OpenTransport, ReachFailure>> {
  const tunnel = await bastions.open({ via, host, port, connectTimeoutSeconds: timeoutMs / 1000 }, stop);
  if (tunnel.kind === 'failed') {
    return failed({ reason: stop.aborted ? 'timedOut' : 'tunnelFailed', text: tunnel.reason });
  }
  const { readable, writable, destroy, failure, ended } = tunnel.value;
  let heard = false;
  readable.once('data', () => {
    heard = true;
  });
  return ok({
    transport: { readable, writable, destroy },
    isConnected: () => heard,
    explain: async (seen) => {
      if (heard || seen.reason === 'timedOut') {
        return seen;
      }
      await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, sshLastWordsMs).unref())]);
      const words = failure();
      return words === undefined ? seen : { reason: 'tunnelFailed', text: words };
    },
  });
}
