import { strict as assert } from 'node:assert';
import type { Socket } from 'node:net';
import { errorPayload, greetingPayload, packet, type FakeOptions } from './fakeServer';
import { failureOf, instance } from './harness';
import { useFakes } from './useFakes';

/** Sends as fast as the other side takes it, until that side hangs up. */
function flood(socket: Socket, chunk: Buffer): void {
  const push = (): void => {
    while (!socket.destroyed && socket.write(chunk));
    if (!socket.destroyed) socket.once('drain', () => setImmediate(push));
  };
  push();
}

describe('the MySQL reader, against servers that misbehave', () => {
  const { fake, reader } = useFakes();

  const check = (title: string, options: FakeOptions, reason: string, text: RegExp, withinMs = 700): void => {
    it(title, async () => {
      const { port } = await fake(options);
      const reading = await reader().once(instance(port, { timeoutSeconds: 0.5 }));
      const failure = failureOf(reading);
      assert.equal(failure.reason, reason, failure.text);
      assert.match(failure.text, text);
      assert.ok(reading.elapsedMs <= withinMs, `${reading.elapsedMs} ms`);
    });
  };

  check('a server that accepts and says nothing', { onConnect: () => undefined }, 'hung', /not answered before/);
  check(
    'half a greeting',
    { onConnect: (socket) => socket.write(packet(0, greetingPayload({})).subarray(0, 20)) },
    'hung',
    /./,
  );
  check('a login that is never answered', { onLogin: () => undefined }, 'hung', /./);
  check('a web server', { onConnect: (socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n') }, 'notMysql', /HTTP/);
  check('an ssh server', { onConnect: (socket) => socket.write('SSH-2.0-OpenSSH_9.2\r\n') }, 'notMysql', /SSH-2/);
  check('a server that hangs up at once', { onConnect: (socket) => socket.end() }, 'lost', /./);
  check(
    'zeros without end',
    {
      onConnect: (socket) => {
        flood(socket, Buffer.alloc(65536));
      },
    },
    'notMysql',
    /./,
  );
  check(
    'a login answered without end',
    {
      onLogin: (socket) => {
        flood(socket, packet(2, Buffer.alloc(60000, 0x31)));
      },
    },
    'notMysql',
    /./,
  );
  check(
    'a login answered by half a packet without end',
    {
      onLogin: (socket) => {
        flood(socket, Buffer.from([0xff, 0xff, 0xff, 2, ...Buffer.alloc(60000, 1)]));
      },
    },
    'other',
    /more than any answer/,
  );
  check(
    'a protocol version that nobody speaks',
    { onConnect: (socket) => socket.write(packet(0, Buffer.from('\x09old\0'))) },
    'notMysql',
    /./,
  );
  check(
    'a greeting that is cut',
    { onConnect: (socket) => socket.write(packet(0, Buffer.from('\x0a8.0.1\0abc'))) },
    'notMysql',
    /./,
  );
  check(
    'too many connections',
    { onConnect: (socket) => socket.end(packet(0, errorPayload(1040, 'Too many connections', '08004'))) },
    'tooManyConnections',
    /^Too many connections$/,
  );
  check(
    'a host that is blocked',
    {
      onConnect: (socket) =>
        socket.end(packet(0, errorPayload(1129, 'Host is blocked because of many connection errors'))),
    },
    'hostNotAllowed',
    /blocked/,
  );
  check(
    'a plugin that nobody knows',
    { onLogin: (socket) => socket.write(packet(2, Buffer.from('\xfedialog\0abc\0', 'latin1'))) },
    'authPlugin',
    /dialog/,
  );
  check(
    'a password wanted in clear text on a plain connection',
    { onLogin: (socket) => socket.write(packet(2, Buffer.from('\xfemysql_clear_password\0', 'latin1'))) },
    'authPlugin',
    /clear text/,
  );
  check(
    'a statement that is never answered',
    { version: '11.8.9-MariaDB', reply: () => 'silence' },
    'hung',
    /no statement was answered/,
  );
  check('an answer that breaks off, twice', { reply: () => 'close' }, 'lost', /./);
  check(
    'an answer without end',
    {
      reply: (_, socket) => {
        flood(socket, Buffer.concat([Buffer.from([0xff, 0xff, 0xff, 1]), Buffer.alloc(65536, 1)]));
        return 'silence';
      },
    },
    'other',
    /more than any answer/,
  );
  it('survives whatever bytes a server may send', async () => {
    let seed = 5;
    const random = (): number => (seed = (seed * 1103515245 + 12345) % 2147483648);
    const bytes = (): Buffer => Buffer.from(Array.from({ length: 1 + (random() % 80) }, () => random() % 256));
    const whole = packet(0, greetingPayload({}));
    const servers = await Promise.all([
      fake({ onConnect: (socket) => socket.end(packet(0, bytes())) }),
      fake({ onConnect: (socket) => socket.end(Buffer.concat([whole.subarray(0, 30), bytes()])) }),
      fake({ onLogin: (socket) => socket.end(packet(2, bytes())) }),
      fake({ onLogin: (socket) => socket.end(packet(2, Buffer.concat([Buffer.from([0xfe]), bytes()]))) }),
      fake({ reply: () => ({ raw: Buffer.concat([packet(1, bytes()), packet(2, bytes()), packet(3, bytes())]) }) }),
    ]);
    // The driver tells the console when numbers of packets do not match, which they never do here.
    const { error } = console;
    console.error = () => undefined;
    try {
      for (let round = 0; round < 40; round += 1) {
        const readings = await Promise.all(
          servers.map(({ port }) => reader().once(instance(port, { timeoutSeconds: 0.2 }))),
        );
        for (const { result } of readings)
          assert.notEqual(result.kind === 'failed' ? result.failure.reason : '', 'cancelled');
      }
    } finally {
      console.error = error;
    }
  }).timeout(30_000);

  it('nothing that listens', async () => {
    const { port, close } = await fake();
    await close();
    assert.equal(failureOf(await reader().once(instance(port))).reason, 'refused');
  });

  it('a name that does not resolve', async () => {
    const failure = failureOf(await reader().once(instance(3306, { host: 'no-such-host.invalid' })));
    assert.equal(failure.reason, 'unknownHost');
  });

  it('a host that swallows packets', async () => {
    // TEST-NET-1 is routed nowhere; where a network answers for it at once, the answer is another one.
    const reading = await reader().once(instance(3306, { host: '192.0.2.1', timeoutSeconds: 0.4 }));
    assert.match(failureOf(reading).reason, /^(timedOut|noRoute|refused)$/);
    assert.ok(reading.elapsedMs < 700);
  });
});
