import { connect, createServer, type Socket } from 'node:net';
import { encoded, errorPayload, packet } from './fakeServer';

/** Where in a conversation the server begins to misbehave. */
export const stages = ['greeting', 'login', 'facts', 'facts rows', 'replication', 'replication end'] as const;
export type Stage = (typeof stages)[number];

/** What is done with the first packet of a stage; what is not said to go on is silent from then on. */
export const faults = [
  'silence',
  'one byte a second',
  'half a packet, then the end',
  'half a packet, then a reset',
  'garbage',
  'a length that is too great',
  'a length that is too small',
  'a wrong number',
  'an empty packet',
  'an error packet',
  'a row without end',
] as const;
export type Fault = (typeof faults)[number];

/** Of the way to TLS, which begins right after the greeting. */
export const tlsFaults = [
  'silence',
  'one byte a second',
  'half a packet, then the end',
  'half a packet, then a reset',
  'garbage',
  'an error packet',
] as const satisfies readonly Fault[];

export type Cells = Readonly<Record<string, string | null>>;
export type AlterRow = (row: Cells) => Cells;

export interface Misbehaviour {
  readonly stage: Stage | 'tls';
  readonly fault: Fault;
}

/** Stands between a reader and a real server, passes on what both say, and misbehaves as told. */
export class FaultyProxy {
  misbehaviour: Misbehaviour | undefined;
  /** What the row of an answer says instead, by the names of its columns; without TLS only. */
  alterRow: AlterRow | undefined;
  /** What an error packet says. */
  errorText = 'Something has gone wrong here';
  /** Where new connections lead; those that are open stay where they are. */
  targetPort: number;
  readonly #server = createServer((client) => {
    this.#relay(client);
  });
  readonly #clients = new Set<Socket>();
  readonly #all = new Set<Socket>();
  /** Connections that stood at the same time, counted a moment after each new one: an old one may be just closing. */
  mostAtOnce = 0;

  constructor(targetPort: number, misbehaviour?: Misbehaviour) {
    this.targetPort = targetPort;
    this.misbehaviour = misbehaviour;
  }

  async listen(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
  }

  get port(): number {
    const address = this.#server.address();
    return typeof address === 'object' && address !== null ? address.port : 0;
  }

  /** Connections that the reader has not closed. */
  get open(): number {
    return this.#clients.size;
  }

  dropAll(): void {
    for (const socket of this.#all) socket.destroy();
  }

  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.dropAll();
    await closed;
  }

  #relay(client: Socket): void {
    const server = connect(this.targetPort, '127.0.0.1');
    for (const socket of [client, server]) {
      this.#all.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => this.#all.delete(socket));
    }
    this.#clients.add(client);
    for (const end of ['end', 'close'] as const) client.on(end, () => this.#clients.delete(client));
    setTimeout(() => (this.mostAtOnce = Math.max(this.mostAtOnce, this.#clients.size)), 100);
    const { misbehaviour, alterRow, errorText } = this;
    const conversation = new Conversation(client, misbehaviour, alterRow, errorText);
    client.on('data', (chunk) => {
      conversation.hear(chunk);
      server.write(chunk);
    });
    server.on('data', (chunk) => {
      conversation.say(chunk);
    });
    client.on('close', () => server.destroy());
    server.on('close', () => {
      // A server that is silent does not hang up either.
      if (!conversation.misbehaves) client.end();
    });
  }
}

/** What one connection has come to, and what its client is given. */
class Conversation {
  misbehaves = false;
  readonly #client: Socket;
  readonly #misbehaviour: Misbehaviour | undefined;
  readonly #alterRow: AlterRow | undefined;
  readonly #errorText: string;
  /** Of the answer that is being given. */
  #columns: string[] = [];
  #said = Buffer.alloc(0);
  #queries = 0;
  /** Packets of the server since the client spoke last. */
  #packets = 0;
  #isEncrypted = false;
  #isGreeted = false;

  constructor(client: Socket, misbehaviour: Misbehaviour | undefined, alterRow?: AlterRow, errorText = '') {
    this.#client = client;
    this.#misbehaviour = misbehaviour;
    this.#alterRow = alterRow;
    this.#errorText = errorText;
  }

  hear(chunk: Buffer): void {
    this.#packets = 0;
    this.#columns = [];
    // After an error packet the server waits for the next statement.
    if (this.#misbehaviour?.fault === 'an error packet' && !this.#isEncrypted) this.misbehaves = false;
    if (this.#isEncrypted) return;
    // A request for TLS is the login's first 32 bytes and no more; TLS itself may come in the same chunk.
    if (this.#queries === 0 && chunk.length >= 36 && chunk.readUIntLE(0, 3) === 32 && chunk[3] === 1)
      this.#isEncrypted = true;
    else if (chunk.length > 4 && chunk[3] === 0 && chunk[4] === 3) this.#queries += 1;
  }

  say(chunk: Buffer): void {
    if (this.#isEncrypted) {
      if (this.#misbehaviour?.stage === 'tls') this.#misbehave(chunk, this.#misbehaviour.fault);
      else this.#client.write(chunk);
      return;
    }
    this.#said = Buffer.concat([this.#said, chunk]);
    while (this.#said.length >= 4 && this.#said.length >= 4 + this.#said.readUIntLE(0, 3)) {
      const length = 4 + this.#said.readUIntLE(0, 3);
      const whole = this.#said.subarray(0, length);
      this.#said = this.#said.subarray(length);
      this.#packets += 1;
      if (this.#misbehaviour !== undefined && this.#isAt(this.#misbehaviour.stage, whole))
        this.#misbehave(whole, this.#misbehaviour.fault);
      else if (!this.misbehaves) this.#client.write(this.#altered(whole));
      this.#isGreeted = true;
    }
  }

  /** The packet as the client gets it: columns are noted, and each row says what it is told to. */
  #altered(whole: Buffer): Buffer {
    if (this.#alterRow === undefined || this.#queries === 0 || this.#packets === 1) return whole;
    if (whole.toString('latin1', 5, 8) === 'def') {
      this.#columns.push(cellsOf(whole.subarray(4), 6)[4] ?? '');
      return whole;
    }
    if (whole[4] === 0xfe || whole[4] === 0xff) return whole;
    const cells = cellsOf(whole.subarray(4), this.#columns.length);
    const row = this.#alterRow(Object.fromEntries(this.#columns.map((name, index) => [name, cells[index] ?? null])));
    return packet(whole[3] ?? 0, Buffer.concat(this.#columns.map((name) => encoded(row[name] ?? null))));
  }

  #isAt(stage: Misbehaviour['stage'], whole: Buffer): boolean {
    if (this.misbehaves) return true;
    const first = this.#packets === 1;
    switch (stage) {
      case 'greeting':
        return !this.#isGreeted;
      case 'tls':
        return false;
      case 'login':
        return this.#isGreeted && this.#queries === 0;
      case 'facts':
        return this.#queries === 1 && first;
      case 'facts rows':
        // Of columns, each has one packet, that begins with the catalog "def"; the end of them comes before a row.
        return this.#queries === 1 && !first && whole.toString('latin1', 5, 8) !== 'def' && whole[4] !== 0xfe;
      case 'replication':
        return this.#queries === 2 && first;
      case 'replication end':
        return this.#queries === 2 && !first && whole[4] === 0xfe;
    }
  }

  #misbehave(whole: Buffer, fault: Fault): void {
    const again = this.misbehaves;
    this.misbehaves = true;
    const half = whole.subarray(0, Math.ceil(whole.length / 2));
    const altered = (change: (bytes: Buffer) => void): Buffer => {
      const bytes = Buffer.from(whole);
      change(bytes);
      return bytes;
    };
    const client = this.#client;
    switch (fault) {
      case 'silence':
        return;
      case 'one byte a second':
        if (!again) drip(client, whole);
        return;
      case 'half a packet, then the end':
        if (!again) client.end(half);
        return;
      case 'half a packet, then a reset':
        if (!again) client.write(half, () => client.resetAndDestroy());
        return;
      case 'garbage':
        if (!again) client.write(Buffer.from(Array.from({ length: 96 }, (_, index) => (index * 73 + 41) % 256)));
        return;
      // What comes after these goes on as it is.
      case 'a length that is too great':
        client.write(again ? whole : altered((bytes) => bytes.writeUIntLE(whole.length - 4 + 1000, 0, 3)));
        return;
      case 'a length that is too small':
        client.write(again ? whole : altered((bytes) => bytes.writeUIntLE(Math.max(1, whole.length - 9), 0, 3)));
        return;
      case 'a wrong number':
        client.write(again ? whole : altered((bytes) => bytes.writeUInt8((bytes.readUInt8(3) + 3) % 256, 3)));
        return;
      case 'an empty packet':
        client.write(again ? whole : packet(whole[3] ?? 0, Buffer.alloc(0)));
        return;
      case 'an error packet':
        if (!again) client.write(packet(whole[3] ?? 0, errorPayload(1105, this.#errorText)));
        return;
      case 'a row without end':
        if (!again) flood(client, whole[3] ?? 0);
        return;
    }
  }
}

/** The first so many texts of a payload, each with its length before it. */
function cellsOf(payload: Buffer, count: number): (string | null)[] {
  const cells: (string | null)[] = [];
  for (let at = 0; cells.length < count && at < payload.length;) {
    const first = payload[at] ?? 0;
    const width = { 0xfc: 2, 0xfd: 3 }[first] ?? 0;
    if (first === 0xfb) cells.push(null);
    const length = width === 0 ? first : payload.readUIntLE(at + 1, width);
    const begin = at + 1 + width;
    at = first === 0xfb ? begin : begin + length;
    if (first !== 0xfb) cells.push(payload.toString('utf8', begin, at));
  }
  return cells;
}

function drip(client: Socket, bytes: Buffer): void {
  let at = 0;
  const timer = setInterval(() => {
    if (client.destroyed || at >= bytes.length) clearInterval(timer);
    else client.write(bytes.subarray(at, (at += 1)));
  }, 1000);
  client.on('close', () => {
    clearInterval(timer);
  });
}

/** One row of packets of the greatest length, as fast as it is taken. */
function flood(client: Socket, sequence: number): void {
  const chunk = Buffer.alloc(65_536, 0x41);
  const push = (): void => {
    while (!client.destroyed && client.write(chunk));
    if (!client.destroyed) client.once('drain', () => setImmediate(push));
  };
  client.write(Buffer.from([0xff, 0xff, 0xff, sequence, 0xfd, 0xff, 0xff, 0xff]));
  push();
}
