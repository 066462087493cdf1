import { strict as assert } from 'node:assert';
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createBurrowReader } from '../../src/adapters/burrow/burrowReader';
import { createBastions } from '../../src/adapters/ssh/bastions';
import { systemClock } from '../../src/adapters/systemClock';
import { toBurrowFacts } from '../../src/core/burrow/toBurrowFacts';
import { tunnelTroubleOf } from '../../src/core/ssh/tunnelTrouble';
import { startFakeServer, type FakeServer } from '../adapters/fakeServer';
import { FaultyHttpServer } from '../adapters/faultyHttpServer';
import { answeredOf, createTestReader, failureOf, instance, type TestReader } from '../adapters/harness';
import { startPrivateSshd, type PrivateSshd } from '../adapters/privateSshd';
import { facts, isFacts } from '../adapters/useFakes';
import { groupBody } from '../core/burrow/samples';
import { makeCertificates } from '../sandbox/certificates';
import { freePorts } from '../sandbox/freePorts';
import { waitFor } from '../sandbox/waitFor';

const until = async (what: string, isSo: () => boolean): Promise<void> => {
  assert.ok(await waitFor(() => Promise.resolve(isSo() ? true : undefined), 10_000), what);
};

describe('the MySQL reader through a real sshd', function () {
  this.timeout(60_000);
  let sshd: PrivateSshd;
  let reader: TestReader | undefined;
  const servers: FakeServer[] = [];

  before(async () => {
    sshd = await startPrivateSshd();
  });
  after(() => {
    sshd.stop();
  });
  afterEach(async () => {
    await reader?.dispose();
    await Promise.all(servers.splice(0).map((server) => server.close()));
  });

  const open = (configuration: Parameters<PrivateSshd['command']>[0], of = sshd): TestReader =>
    (reader = createTestReader({}, { sshCommand: of.command(configuration) }));
  const start = async (): Promise<FakeServer> => {
    const server = await startFakeServer({ reply: (statement) => (isFacts(statement) ? facts : { rows: [] }) });
    servers.push(server);
    return server;
  };
  const behind = (port: number, via = sshd.via) => instance(port, { via, timeoutSeconds: 10 });

  it('reads what lies behind it, and keeps the tunnel', async () => {
    const server = await start();
    const own = open('user');
    for (let round = 0; round < 3; round += 1) answeredOf(await own.once(behind(server.port)));
    assert.equal(server.connections(), 1);
    await own.dispose();
    await until('the tunnel ended with the reader', () => server.open() === 0);
  });

  it('logs in at the bastion once, for all that stands behind it', async () => {
    const before = sshd.logins();
    const all = await Promise.all([start(), start(), start(), start()]);
    const own = open('user');
    const readings = await Promise.all(all.map((server) => own.once(behind(server.port))));
    readings.forEach(answeredOf);
    assert.equal(sshd.logins() - before, 1);
  });

  it('tells a server that refuses from a bastion that does, also beside one that answers', async () => {
    const [closed = 0] = await freePorts(1);
    const server = await start();
    const own = open('user');
    const [refused, fine] = await Promise.all([own.once(behind(closed)), own.once(behind(server.port))]);
    const failure = failureOf(refused);
    assert.equal(failure.reason, 'tunnelFailed');
    assert.match(failure.text, /^open failed: connect failed: Connection refused$/);
    assert.equal(tunnelTroubleOf(failure.text), 'behind');
    answeredOf(fine);
  });

  it('says that the name is not known there', async () => {
    const failure = failureOf(await open('user').once({ ...behind(3306), host: 'nowhere.invalid' }));
    assert.equal(tunnelTroubleOf(failure.text), 'behind');
    assert.match(failure.text, /not known|resolve|temporary failure/i);
  });

  it('says that our key is not accepted', async () => {
    const failure = failureOf(await open('stranger').once(behind(3306)));
    assert.equal(failure.reason, 'tunnelFailed');
    assert.equal(tunnelTroubleOf(failure.text), 'authentication');
  });

  it('says that the host key is not known', async () => {
    writeFileSync(path.join(sshd.folder, 'known_strict'), '');
    const failure = failureOf(await open('strict').once(behind(3306)));
    assert.equal(tunnelTroubleOf(failure.text), 'hostKeyUnknown');
  });

  it('says that the host key has changed', async () => {
    const [kind = '', other = ''] = readFileSync(path.join(sshd.folder, 'stranger.pub'), 'utf8').split(' ');
    writeFileSync(path.join(sshd.folder, 'known_strict'), `[127.0.0.1]:${sshd.port} ${kind} ${other}\n`);
    const failure = failureOf(await open('strict').once(behind(3306)));
    assert.equal(tunnelTroubleOf(failure.text), 'hostKeyChanged');
  });

  it('says that nothing answers at the bastion', async () => {
    const [closed = 0] = await freePorts(1);
    const failure = failureOf(await open('user').once(behind(3306, `ssh://127.0.0.1:${closed}`)));
    assert.equal(tunnelTroubleOf(failure.text), 'bastion');
  });

  it('says that the bastion forwards to nowhere', async () => {
    const strict = await startPrivateSshd('no');
    try {
      const failure = failureOf(await open('user', strict).once(behind(3306, strict.via)));
      assert.equal(tunnelTroubleOf(failure.text), 'prohibited');
    } finally {
      strict.stop();
    }
  });

  it('waits no longer than the deadline for a bastion that is silent, and is well when it answers again', async () => {
    const silent = createServer();
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const address = silent.address();
    assert.ok(typeof address === 'object' && address !== null);
    const own = open('user');
    const reading = await own.once({ ...behind(3306, `ssh://127.0.0.1:${address.port}`), timeoutSeconds: 1 });
    assert.equal(failureOf(reading).reason, 'timedOut');
    assert.ok(reading.elapsedMs < 3000, `${reading.elapsedMs} ms`);
    const server = await start();
    answeredOf(await own.once(behind(server.port)));
    silent.close();
  });

  it('opens a new connection when the bastion has dropped the old one', async () => {
    const server = await start();
    const own = open('user');
    answeredOf(await own.once(behind(server.port)));
    const before = sshd.logins();
    for (const pid of sshd.sessions()) process.kill(pid);
    await until('the tunnel has ended', () => server.open() === 0);
    answeredOf(await own.once(behind(server.port)));
    assert.equal(sshd.logins() - before, 1);
  });

  it('leaves no ssh behind when the extension is killed', async () => {
    const script = `
      const loaded = await import('./src/adapters/ssh/bastions.ts');
      const { createBastions } = loaded.default ?? loaded;
      const bastions = createBastions({ command: JSON.parse(process.argv[1]), environment: process.env });
      const request = { via: process.argv[2], host: '127.0.0.1', port: Number(process.argv[3]), connectTimeoutSeconds: 10 };
      const opened = await bastions.open(request, new AbortController().signal);
      process.stdout.write(opened.kind + '\\n');
      setInterval(() => undefined, 1000);`;
    const server = await start();
    const args = [JSON.stringify(sshd.command('user')), sshd.via, String(server.port)];
    const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script, ...args], {
      cwd: path.join(import.meta.dirname, '../..'),
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let said = '';
    child.stdout.on('data', (text: Buffer) => (said += text.toString()));
    await until('the tunnel is open', () => said.includes('ok') && server.open() === 1);
    child.kill('SIGKILL');
    await until('the tunnel has ended', () => server.open() === 0);
    await until('the shared connection has ended', () => sshd.sessions().length === 0);
  });
});

describe('a neighbour that speaks HTTP through a real sshd', function () {
  this.timeout(60_000);
  let sshd: PrivateSshd;
  before(async () => {
    sshd = await startPrivateSshd();
  });
  after(() => {
    sshd.stop();
  });

  /** Two readings; `between` is called after the first. */
  const read = async (
    url: string,
    configuration: 'user' | 'stranger',
    { ca, timeoutSeconds = 10, between }: { ca?: string; timeoutSeconds?: number; between?: () => void } = {},
  ) => {
    const bastions = createBastions({ command: sshd.command(configuration), environment: process.env });
    const reader = createBurrowReader({
      ...{ secrets: { get: () => Promise.resolve(undefined) }, clock: systemClock, bastions },
      ...{ inventoryFolder: () => '/', environment: {} },
    });
    const spec = {
      ...{ name: 'main', url, cluster: 'eqiad', groups: ['g'], via: sshd.via },
      ...{ tls: { mode: 'preferred' as const, ...(ca !== undefined && { ca }) }, pollSeconds: 10, timeoutSeconds },
    } as const;
    const target = { kind: 'burrow', key: 'burrow:main', name: 'main', spec, pollSeconds: 10, instances: {} } as const;
    try {
      const readings = [];
      for (let round = 0; round < 2; round += 1) {
        const { result } = await reader.read(target, new AbortController().signal);
        assert.ok(result.kind === 'answered');
        readings.push(toBurrowFacts(result.answers));
        if (round === 0) between?.();
      }
      return readings;
    } finally {
      await reader.dispose();
      await bastions.dispose();
    }
  };

  it('is read through one tunnel, over one login', async () => {
    let connections = 0;
    const server = createHttpServer((_, response) => {
      response.writeHead(200, { 'content-type': 'application/json' }).end(groupBody());
    });
    server.on('connection', () => (connections += 1));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const before = sshd.logins();
    const readings = await read(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, 'user');
    assert.deepEqual(
      readings.map(({ kind }) => kind),
      ['ok', 'ok'],
    );
    assert.deepEqual([connections, sshd.logins() - before], [1, 1]);
    server.close();
  });

  it('is given up where it stands still in TLS, and is read once it goes on', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'rd-tls-'));
    const certificates = await makeCertificates(folder);
    const server = new FaultyHttpServer(() => ({ body: groupBody() }), 'silence in TLS', certificates.server);
    await server.listen();
    try {
      const readings = await read(server.url, 'user', {
        ca: certificates.ca,
        timeoutSeconds: 3,
        between: () => (server.fault = undefined),
      });
      assert.deepEqual(
        readings.map((facts) => (facts.kind === 'failed' ? facts.reason.failure.reason : 'read')),
        ['timedOut', 'read'],
      );
    } finally {
      await server.close();
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it('says which part of the way failed', async () => {
    const [closed = 0] = await freePorts(1);
    const wordsOf = async (configuration: 'user' | 'stranger') => {
      const [facts] = await read(`http://127.0.0.1:${closed}`, configuration);
      assert.ok(facts?.kind === 'failed');
      const { reason, text } = facts.reason.failure;
      return [reason, tunnelTroubleOf(text)];
    };
    assert.deepEqual(await wordsOf('user'), ['tunnelFailed', 'behind']);
    assert.deepEqual(await wordsOf('stranger'), ['tunnelFailed', 'authentication']);
  });
});
