import { createServer, type Socket } from 'node:net';

/** What a fake says to one statement. `silence` leaves the client waiting. */
export type Reply =
  | { readonly rows: readonly Readonly<Record<string, string | null>>[] }
  | { readonly errno: number; readonly text: string; readonly sqlState?: string }
  | { readonly raw: Buffer }
  | 'ok'
  | 'silence'
  | 'close';

export interface FakeServer {
  readonly port: number;
  /** Every statement that came, over all connections. */
  readonly statements: string[];
  /** What came and is no statement: contents of a file that was asked for. */
  readonly uploads: string[];
  readonly connections: () => number;
  readonly open: () => number;
  /** Ends the connections, not the server. */
  readonly dropAll: () => void;
  readonly close: () => Promise<void>;
}

export interface FakeOptions {
  readonly version?: string;
  readonly autocommit?: boolean;
  readonly plugin?: string;
  /** In place of the greeting: what is done with a connection. */
  readonly onConnect?: (socket: Socket) => void;
  /** In place of the OK to the login. */
  readonly onLogin?: (socket: Socket, payload: Buffer) => void;
  readonly reply?: (statement: string, socket: Socket) => Reply;
}

// LONG_PASSWORD (a MySQL server says it), PROTOCOL_41, TRANSACTIONS, SECURE_CONNECTION, PLUGIN_AUTH.
const mysqlCapabilities = 0x1 | 0x200 | 0x2000 | 0x8000 | 0x80000;

/** Speaks just enough of the protocol for our reader, or misbehaves as told. */
export async function startFakeServer(options: FakeOptions = {}): Promise<FakeServer> {
  const statements: string[] = [];
  const uploads: string[] = [];
  const sockets = new Set<Socket>();
  let connections = 0;
  const server = createServer((socket) => {
    connections += 1;
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
    if (options.onConnect !== undefined) {
      options.onConnect(socket);
      return;
    }
    serve(socket, connections, options, statements, uploads);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const dropAll = (): void => {
    sockets.forEach((socket) => socket.destroy());
  };
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    statements,
    uploads,
    connections: () => connections,
    open: () => sockets.size,
    dropAll,
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        dropAll();
      }),
  };
}

function serve(socket: Socket, threadId: number, options: FakeOptions, statements: string[], uploads: string[]): void {
  socket.write(packet(0, greetingPayload({ ...options, threadId })));
  let bytes = Buffer.alloc(0);
  let loggedIn = false;
  socket.on('data', (chunk) => {
    bytes = Buffer.concat([bytes, chunk]);
    while (bytes.length >= 4 && bytes.length >= 4 + bytes.readUIntLE(0, 3)) {
      const length = bytes.readUIntLE(0, 3);
      const payload = bytes.subarray(4, 4 + length);
      bytes = bytes.subarray(4 + length);
      if (!loggedIn) {
        loggedIn = true;
        if (options.onLogin === undefined) socket.write(packet(2, okPayload));
        else options.onLogin(socket, payload);
      } else if (payload[0] === 1) {
        socket.end();
      } else if (payload[0] === 3) {
        const statement = payload.toString('utf8', 1);
        statements.push(statement);
        send(socket, options.reply?.(statement, socket) ?? { rows: [] });
      } else if (payload.length > 0) {
        uploads.push(payload.toString('latin1'));
      }
    }
  });
}

function send(socket: Socket, reply: Reply): void {
  if (reply === 'close') {
    socket.destroy();
  } else if (reply === 'ok') {
    socket.write(packet(1, okPayload));
  } else if (reply === 'silence') {
    // Nothing.
  } else if ('raw' in reply) {
    socket.write(reply.raw);
  } else if ('errno' in reply) {
    socket.write(packet(1, errorPayload(reply.errno, reply.text, reply.sqlState)));
  } else {
    socket.write(resultSet(reply.rows));
  }
}

export function packet(sequence: number, payload: Buffer): Buffer {
  const head = Buffer.alloc(4);
  head.writeUIntLE(payload.length, 0, 3);
  head.writeUInt8(sequence, 3);
  return Buffer.concat([head, payload]);
}

export function greetingPayload({
  version = '8.4.6',
  autocommit = true,
  plugin = 'mysql_native_password',
  threadId = 1,
  capabilities = mysqlCapabilities,
}: Pick<FakeOptions, 'version' | 'autocommit' | 'plugin'> & { threadId?: number; capabilities?: number }): Buffer {
  const fixed = Buffer.alloc(31);
  fixed.writeUInt32LE(threadId, 0);
  fixed.fill(7, 4, 12);
  fixed.writeUInt16LE(capabilities & 0xffff, 13);
  fixed.writeUInt8(45, 15);
  fixed.writeUInt16LE(autocommit ? 2 : 0, 16);
  fixed.writeUInt16LE(capabilities >>> 16, 18);
  fixed.writeUInt8(21, 20);
  return Buffer.concat([
    Buffer.from([10]),
    text0(version),
    fixed,
    Buffer.alloc(12, 9),
    Buffer.from([0]),
    text0(plugin),
  ]);
}

export const okPayload = Buffer.from([0, 0, 0, 2, 0, 0, 0]);
const eofPayload = Buffer.from([0xfe, 0, 0, 2, 0]);

export function errorPayload(errno: number, message: string, sqlState = 'HY000'): Buffer {
  const head = Buffer.from([0xff, 0, 0]);
  head.writeUInt16LE(errno, 1);
  return Buffer.concat([head, Buffer.from(`#${sqlState}${message}`)]);
}

export function resultSet(rows: readonly Readonly<Record<string, string | null>>[]): Buffer {
  const names = Object.keys(rows[0] ?? { nothing: '' });
  const payloads = [
    Buffer.from([names.length]),
    ...names.map(columnPayload),
    eofPayload,
    ...rows.map((row) => Buffer.concat(names.map((name) => encoded(row[name] ?? null)))),
    eofPayload,
  ];
  return Buffer.concat(payloads.map((payload, index) => packet((index + 1) % 256, payload)));
}

function columnPayload(name: string): Buffer {
  const tail = Buffer.alloc(13);
  tail.writeUInt8(0x0c, 0);
  tail.writeUInt16LE(224, 1);
  tail.writeUInt32LE(1024, 3);
  tail.writeUInt8(253, 7);
  return Buffer.concat([...['def', '', '', '', name, ''].map(encoded), tail]);
}

/** A text with its length before it. */
export function encoded(value: string | null): Buffer {
  if (value === null) return Buffer.from([0xfb]);
  const bytes = Buffer.from(value);
  if (bytes.length < 251) return Buffer.concat([Buffer.from([bytes.length]), bytes]);
  const width = bytes.length < 65_536 ? 2 : 3;
  const head = Buffer.from([width === 2 ? 0xfc : 0xfd, 0, 0, 0]);
  head.writeUIntLE(bytes.length, 1, width);
  return Buffer.concat([head.subarray(0, 1 + width), bytes]);
}

function text0(text: string): Buffer {
  return Buffer.from(`${text}\0`);
}
