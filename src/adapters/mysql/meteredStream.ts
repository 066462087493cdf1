import { Duplex, type Readable, type Writable } from 'node:stream';
import { parseFirstPacket, type Greeting } from './greeting';
import { t } from '../../core/l10n';

/** A way to a server: a socket, or the pipes of an ssh that forwards. */
export interface Transport {
  readonly readable: Readable;
  readonly writable: Writable;
  readonly destroy: () => void;
}

/** Marks of our own on errors that the driver passes on; see toReachFailure. */
export type OwnErrorCode = 'REPLIDECK_NOT_MYSQL' | 'REPLIDECK_TOO_MUCH' | 'REPLIDECK_CLEAR_PASSWORD' | 'REPLIDECK_NAME';

export function ownError(code: OwnErrorCode, message: string): Error {
  return Object.assign(new Error(message), { code });
}

export interface MeteredStream {
  readonly stream: Duplex;
  readonly greeting: () => Greeting | undefined;
  /** Bytes that may still arrive before the stream is cut. */
  allow(bytes: number): void;
}

/** Enough for a greeting, a chain of certificates and the answers of the login. */
const handshakeBytes = 256 * 1024;

/**
 * Stands between the driver and the wire. It looks at the first packet before the driver does, so that another
 * protocol is told apart and the server's offer of TLS is known in time, and it cuts a server that sends without end
 * (the driver would keep all of it).
 * @param name the host whose certificate is expected; node reads it from `_host` where the host is an IP address.
 */
export function createMeteredStream(
  transport: Transport,
  name: string,
  onGreeting: (greeting: Greeting) => void,
): MeteredStream {
  const { readable, writable } = transport;
  let allowance = handshakeBytes;
  let held: Buffer | undefined = Buffer.alloc(0);
  let greeting: Greeting | undefined;

  const stream = new Duplex({
    // When the far end closes, so do we.
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
      transport.destroy();
      done(error);
    },
  });
  Object.assign(stream, { _host: name });

  const forward = (chunk: Buffer): void => {
    if (!stream.push(chunk)) {
      readable.pause();
    }
  };
  readable.on('data', (chunk: Buffer) => {
    allowance -= chunk.length;
    if (allowance < 0) {
      stream.destroy(ownError('REPLIDECK_TOO_MUCH', t`The server sent more than any answer to us can be.`));
    } else if (held === undefined) {
      forward(chunk);
    } else {
      held = Buffer.concat([held, chunk]);
      const first = parseFirstPacket(held);
      if (first.kind === 'foreign') {
        stream.destroy(ownError('REPLIDECK_NOT_MYSQL', t`Something else answers there: ${quote(held)}`));
      } else if (first.kind !== 'partial') {
        if (first.kind === 'greeting') {
          greeting = first.greeting;
          onGreeting(greeting);
        }
        const whole = held;
        held = undefined;
        forward(whole);
      }
    }
  });
  readable.on('end', () => {
    stream.push(null);
  });
  readable.on('close', () => {
    // What came before a proper end is still to be read: an error packet often stands there.
    if (readable.readableEnded) {
      setImmediate(() => stream.destroy());
    } else {
      stream.destroy();
    }
  });
  const fail = (error: Error): void => {
    stream.destroy(error);
  };
  readable.on('error', fail);
  if (!Object.is(readable, writable)) {
    writable.on('error', fail);
  }
  return {
    stream,
    greeting: () => greeting,
    allow: (bytes) => {
      allowance = bytes;
    },
  };
}

/** The start of what came, printable. */
function quote(bytes: Buffer): string {
  return JSON.stringify(bytes.toString('latin1', 0, 40).replace(/[^\x20-\x7e]/g, '.'));
}
