import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import type { ServiceFailure } from '../../src/core/services/model';

export type Answer = (request: IncomingMessage, response: ServerResponse) => void;

/** Servers of a test, ended with it whatever still hangs on them. */
export class Servers {
  readonly #servers: Server[] = [];
  readonly #sockets = new Set<Socket>();

  /** @returns its address, without a slash at the end */
  async serve(answer: Answer): Promise<string> {
    const server = createServer(answer);
    this.#servers.push(server);
    server.on('connection', (socket: Socket) => {
      this.#sockets.add(socket);
      socket.on('error', () => undefined);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.#sockets.clear();
    await Promise.all(this.#servers.splice(0).map((server) => new Promise((resolve) => server.close(resolve))));
  }
}

const html = { 'content-type': 'text/html; charset=utf-8' };
const json = { 'content-type': 'application/json' };

/** What can stand behind an address, and the one state that each reader of HTTP has to end in. */
export const hostileServers: readonly (readonly [title: string, reason: ServiceFailure['reason'], answer: Answer])[] = [
  ['a login page', 'notJson', (_, response) => response.writeHead(200, html).end('<title>Sign in</title>')],
  ['a page that is JSON by chance', 'notJson', (_, response) => response.writeHead(200, html).end('null')],
  ['text of the wrong type', 'notJson', (_, response) => response.writeHead(200, json).end('OK, all is well')],
  ['nothing at all', 'notJson', (_, response) => response.writeHead(200, json).end()],
  [
    'a packed body',
    'notJson',
    (_, response) => response.writeHead(200, { ...json, 'content-encoding': 'gzip' }).end(gzipSync('[]')),
  ],
  [
    'brackets a hundred thousand deep',
    'notJson',
    (_, response) => response.writeHead(200, json).end('['.repeat(100_000)),
  ],
  [
    'a redirect to a login page',
    'redirected',
    (_, response) => response.writeHead(302, { location: 'https://idp.example/' }).end(),
  ],
  ['a redirect to itself', 'redirected', ({ url }, response) => response.writeHead(308, { location: url }).end()],
  [
    'a 401',
    'unauthorized',
    (_, response) => response.writeHead(401, { 'www-authenticate': 'Basic' }).end('Not Authorized\n'),
  ],
  [
    'a 403 of a proxy',
    'unauthorized',
    (_, response) => response.writeHead(403, html).end('<title>403 Forbidden</title>'),
  ],
  [
    'a 404 in words',
    'notFound',
    (_, response) => response.writeHead(404, { 'content-type': 'text/plain' }).end('404 page not found\n'),
  ],
  ['a 500 with a page', 'serverError', (_, response) => response.writeHead(500, html).end('<title>Oops</title>')],
  [
    'a 502 of a proxy',
    'serverError',
    (_, response) => response.writeHead(502, html).end('<title>502 Bad Gateway</title>'),
  ],
  ['a number', 'wrongShape', (_, response) => response.writeHead(200, json).end('7')],
  ['a list of the wrong things', 'wrongShape', (_, response) => response.writeHead(200, json).end('[1, null, "x"]')],
  [
    'an object of another service',
    'wrongShape',
    (_, response) => response.writeHead(200, json).end('{"hello":"world"}'),
  ],
  ['no answer', 'hung', () => undefined],
  [
    'a body that drips',
    'hung',
    (_, response) => {
      response.writeHead(200, json);
      const timer = setInterval(() => response.write(' '), 50);
      response.on('close', () => {
        clearInterval(timer);
      });
    },
  ],
  [
    'an endless body',
    'tooLarge',
    (_, response) => {
      response.writeHead(200, json);
      const more = (): void => {
        while (!response.destroyed && response.write('x'.repeat(65_536)));
      };
      response.on('drain', more);
      more();
    },
  ],
  [
    'less than it said',
    'lost',
    (_, response) => {
      response.writeHead(200, { ...json, 'content-length': '1000' });
      response.write('[');
      setTimeout(() => response.destroy(), 20);
    },
  ],
  ['what is not HTTP', 'notJson', ({ socket }) => socket.end('SSH-2.0-OpenSSH_9.2\r\n')],
];
