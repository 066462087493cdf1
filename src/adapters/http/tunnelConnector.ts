import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { connect as connectTls, type ConnectionOptions } from 'node:tls';
import type { Bastions } from '../ssh/bastions';
import type { SshTunnel } from '../ssh/sshTunnel';
import { namesOf, portOf, type Connected, type Connector } from './connector';
import { t } from '../../core/l10n';

/** The mark of our own on errors that undici passes on; see toHttpFailure. */
export const tunnelErrorCode = 'REPLIDECK_TUNNEL';

/** How undici connects through a bastion: the pipes of an `ssh -W` in place of a socket, with TLS on top for https. */
export function tunnelConnector(bastions: Bastions, via: string, timeoutMs: number, tls: ConnectionOptions): Connector {
  return (target, done) => {
    const { hostname, protocol } = target;
    const ending = new AbortController();
    const stop = AbortSignal.any([AbortSignal.timeout(timeoutMs), ending.signal]);
    let stream: Duplex | undefined;
    let isDone = false;
    const finish: Connected = (...result) => {
      if (isDone) return;
      isDone = true;
      done(...result);
    };
    const destroy = (error: Error): void => {
      ending.abort();
      stream?.destroy(error);
      finish(error, null);
    };
    const request = { via, host: hostname, port: portOf(target), connectTimeoutSeconds: timeoutMs / 1000 };
    void bastions.open(request, stop).then((opened) => {
      if (opened.kind === 'failed') {
        finish(tunnelError(opened.reason), null);
        return;
      }
      if (isDone) {
        opened.value.destroy();
        return;
      }
      // What undici asks of a socket beyond a stream is left out or does nothing here.
      const socket = toStream(opened.value) as unknown as Socket;
      if (protocol !== 'https:') {
        finish(null, socket);
        return;
      }
      const secure = connectTls({ ...tls, ...namesOf(target, tls), socket, ALPNProtocols: ['http/1.1'] });
      stream = secure;
      const onError = (error: Error): void => {
        secure.on('error', () => undefined);
        finish(error, null);
      };
      secure.once('error', onError).once('secureConnect', () => {
        secure.off('error', onError);
        finish(null, secure);
      });
    });
    return { destroy };
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
    else void ended.then(() => stream.destroy(tunnelError(failure() ?? t`The tunnel was closed at once.`)));
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
