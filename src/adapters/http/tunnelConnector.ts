import { Duplex } from 'node:stream';
import { connect as connectTls, type ConnectionOptions } from 'node:tls';
import type { Socket } from 'node:net';
import type { Bastions } from '../ssh/bastions';
import type { SshTunnel } from '../ssh/sshTunnel';

/** The mark of our own on errors that undici passes on; see toHttpFailure. */
export const tunnelErrorCode = 'REPLIDECK_TUNNEL';

interface Target {
  readonly hostname: string;
  readonly protocol: string;
  readonly port: string;
  readonly servername?: string | null;
}
type Done = (...result: [error: null, socket: Socket] | [error: Error, socket: null]) => void;

/** How undici connects through a bastion: the pipes of an `ssh -W` in place of a socket, with TLS on top for https. */
export function tunnelConnector(
  bastions: Bastions,
  via: string,
  timeoutMs: number,
  tls: ConnectionOptions,
): (target: Target, done: Done) => void {
  return ({ hostname, protocol, port, servername }, done) => {
    const isTls = protocol === 'https:';
    const request = { via, host: hostname, port: Number(port || (isTls ? 443 : 80)) };
    const stop = AbortSignal.timeout(timeoutMs);
    void bastions.open({ ...request, connectTimeoutSeconds: timeoutMs / 1000 }, stop).then((opened) => {
      if (opened.kind === 'failed') {
        done(tunnelError(opened.reason), null);
        return;
      }
      // What undici asks of a socket beyond a stream is left out or does nothing here.
      const stream = toStream(opened.value) as unknown as Socket;
      if (!isTls) {
        done(null, stream);
        return;
      }
      const name = tls.servername ?? servername ?? hostname;
      const secure = connectTls({ ...tls, socket: stream, servername: name, ALPNProtocols: ['http/1.1'] });
      const onError = (error: Error): void => {
        done(error, null);
      };
      secure.once('error', onError).once('secureConnect', () => {
        secure.off('error', onError);
        done(null, secure);
      });
    });
  };
}

function tunnelError(text: string): Error {
  return Object.assign(new Error(text), { code: tunnelErrorCode });
}

function toStream({ readable, writable, destroy, failure, ended }: SshTunnel): Duplex {
  let heard = false;
  const stream = new Duplex({
    allowHalfOpen: false,
    read: () => {
      readable.resume();
    },
    write: (chunk: Buffer, encoding, done) => {
      writable.write(chunk, encoding, done);
    },
    final: (done) => {
      writable.end();
      done();
    },
    destroy: (error, done) => {
      destroy();
      done(error);
    },
  });
  readable.on('data', (chunk: Buffer) => {
    heard = true;
    if (!stream.push(chunk)) readable.pause();
  });
  readable.on('end', () => {
    if (heard) stream.push(null);
    // ssh says a moment later why nothing came.
    else void ended.then(() => stream.destroy(tunnelError(failure() ?? 'The tunnel was closed at once.')));
  });
  const fail = (error: Error): void => {
    // A pipe that breaks under the first words means that ssh has ended: it says why.
    if (heard) stream.destroy(error);
    else void ended.then(() => stream.destroy(tunnelError(failure() ?? error.message)));
  };
  readable.on('error', fail);
  writable.on('error', fail);
  return stream;
}
