import { readFileSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import type { CertificateFiles } from '../sandbox/certificates';

/** What is done with an answer, by its bytes, for a server of HTTP would not let itself be made to. */
export const httpFaults = [
  'silence',
  'a head of one byte a second',
  'a body of one byte a second',
  'half a head, then the end',
  'half a body, then a reset',
  'garbage',
  'a length that is too great',
  'a length that is too small',
  'a chunk that is longer than it says',
  'a head without end',
  'an error page',
] as const;
/** Before there is HTTP at all; the server speaks TLS then. */
export const httpTlsFaults = [
  'silence in TLS',
  'half of what TLS begins with',
  'garbage in TLS',
  'an end in TLS',
] as const;
export type HttpFault = (typeof httpFaults)[number] | (typeof httpTlsFaults)[number];

/** Answers GET and POST with JSON, and misbehaves as long as it is told to. */
export class FaultyHttpServer {
  fault: HttpFault | undefined;
  readonly #answer: (path: string) => { readonly body: string; readonly headers?: string };
  readonly #certificate: CertificateFiles | undefined;
  readonly #server = createServer((socket) => {
    this.#accept(socket);
  });
  readonly #sockets = new Set<Socket>();

  /** @param certificate given: it speaks TLS */
  constructor(
    answer: (path: string) => { readonly body: string; readonly headers?: string },
    fault?: HttpFault,
    certificate?: CertificateFiles,
  ) {
    this.#answer = answer;
    this.fault = fault;
    this.#certificate = certificate;
  }

  async listen(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
  }

  get url(): string {
    const address = this.#server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    return `${this.#certificate === undefined ? 'http' : 'https'}://127.0.0.1:${port}`;
  }

  /** Connections that nobody has closed. */
  get open(): number {
    return this.#sockets.size;
  }

  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  #accept(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => this.#sockets.delete(socket));
    socket.on('end', () => this.#sockets.delete(socket));
    if (this.#certificate === undefined) {
      this.#serve(socket);
      return;
    }
    switch (this.fault) {
      case 'silence in TLS':
        socket.resume();
        return;
      case 'half of what TLS begins with':
        // A handshake record of 122 bytes, and the first ten of them.
        socket.write(Buffer.from([0x16, 3, 3, 0, 0x7a, 2, 0, 0, 0x76, 3, 3, 1, 2, 3, 4]));
        socket.resume();
        return;
      case 'garbage in TLS':
        socket.write(Buffer.from(Array.from({ length: 96 }, (_, index) => (index * 73 + 41) % 256)));
        socket.resume();
        return;
      case 'an end in TLS':
        socket.once('data', () => socket.end());
        return;
      default: {
        const { key, cert } = this.#certificate;
        const secure = new TLSSocket(socket, { isServer: true, key: readFileSync(key), cert: readFileSync(cert) });
        // An end in the middle of the handshake would leave it open on this side.
        for (const event of ['end', 'error', 'close']) secure.on(event, () => socket.destroy());
        this.#serve(secure);
      }
    }
  }

  #serve(socket: Socket): void {
    let asked = '';
    socket.on('data', (chunk: Buffer) => {
      asked += chunk.toString('latin1');
      for (;;) {
        const end = asked.indexOf('\r\n\r\n');
        if (end < 0) return;
        const [, path = '/'] = /^\S+ (\S+)/.exec(asked) ?? [];
        const [, length = '0'] = /^content-length: *(\d+)/im.exec(asked.slice(0, end)) ?? [];
        if (asked.length < end + 4 + Number(length)) return;
        asked = asked.slice(end + 4 + Number(length));
        this.#reply(socket, path);
      }
    });
  }

  #reply(socket: Socket, path: string): void {
    const { body, headers = '' } = this.#answer(path);
    const head = (length: number, status = '200 OK'): string =>
      `HTTP/1.1 ${status}\r\ncontent-type: application/json\r\n${headers}content-length: ${length}\r\n\r\n`;
    const size = Buffer.byteLength(body);
    const whole = head(size) + body;
    switch (this.fault) {
      case 'silence':
        return;
      case 'a head of one byte a second':
        drip(socket, whole);
        return;
      case 'a body of one byte a second':
        socket.write(head(size));
        drip(socket, body);
        return;
      case 'half a head, then the end':
        socket.end(whole.slice(0, 30));
        return;
      case 'half a body, then a reset':
        socket.write(head(size) + body.slice(0, Math.ceil(body.length / 2)), () => socket.resetAndDestroy());
        return;
      case 'garbage':
        socket.write(Buffer.from(Array.from({ length: 96 }, (_, index) => (index * 73 + 41) % 256)));
        return;
      case 'a length that is too great':
        socket.write(head(size + 1000) + body);
        return;
      case 'a length that is too small':
        socket.write(head(Math.max(0, size - 5)) + body);
        return;
      case 'a chunk that is longer than it says':
        socket.write(head(0).replace(/content-length: 0/, 'transfer-encoding: chunked') + `3\r\n${body}\r\n0\r\n\r\n`);
        return;
      case 'a head without end':
        endlessHead(socket);
        return;
      case 'an error page':
        socket.write(`${head(9, '503 Service Unavailable')}<p>no</p>`);
        return;
      default:
        socket.write(whole);
    }
  }
}

function drip(socket: Socket, text: string): void {
  let at = 0;
  const timer = setInterval(() => {
    if (socket.destroyed || at >= text.length) clearInterval(timer);
    else socket.write(text.slice(at, (at += 1)));
  }, 1000);
  socket.on('close', () => {
    clearInterval(timer);
  });
}

function endlessHead(socket: Socket): void {
  const push = (): void => {
    while (!socket.destroyed && socket.write(`x-${'y'.repeat(4000)}: z\r\n`));
    if (!socket.destroyed) socket.once('drain', () => setImmediate(push));
  };
  socket.write('HTTP/1.1 200 OK\r\n');
  push();
}
