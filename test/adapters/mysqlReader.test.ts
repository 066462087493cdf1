import { strict as assert } from 'node:assert';
import { setTimeout as sleep } from 'node:timers/promises';
import { packet, type FakeServer } from './fakeServer';
import { answeredOf, failureOf, instance } from './harness';
import { facts, isFacts, useFakes } from './useFakes';

describe('the MySQL reader', () => {
  const { fake, reader } = useFakes();

  it('asks three statements and keeps the connection', async () => {
    const server = await fake({ reply: (statement) => (isFacts(statement) ? facts : { rows: [] }) });
    const ours = reader();
    const spec = instance(server.port, { heartbeatTable: 'heartbeat.heartbeat' });
    for (let round = 1; round <= 4; round += 1) {
      const result = answeredOf(await ours.once(spec));
      assert.equal(result.version, '8.4.6');
      assert.equal(server.statements.length, 3 * round);
    }
    assert.equal(server.connections(), 1);
    assert.match(server.statements[0] ?? '', /^SELECT \/\*\+ MAX_EXECUTION_TIME\(\d+\) \*\/ @@global\.server_id/);
    assert.equal(server.statements[1], 'SHOW REPLICA STATUS');
  });

  it('shares one read between those who ask at the same time', async () => {
    const server = await fake({ reply: (statement) => (isFacts(statement) ? facts : { rows: [] }) });
    const ours = reader();
    const spec = instance(server.port);
    const readings = await Promise.all([ours.once(spec), ours.once(spec), ours.once({ ...spec })]);
    assert.equal(server.statements.length, 2);
    assert.ok(readings.every((reading) => reading === readings[0]));
  });

  it('cancels for the one who asked, and for all when the last has gone', async () => {
    const server = await fake({ version: '11.8.9-MariaDB', reply: () => 'silence' });
    const ours = reader();
    const first = new AbortController();
    const second = new AbortController();
    const spec = instance(server.port, { timeoutSeconds: 5 });
    const readings = [ours.read(spec, first.signal), ours.read(spec, second.signal)];
    while (server.statements.length === 0) await sleep(5);
    first.abort();
    assert.equal(failureOf(await readings[0]!).reason, 'cancelled');
    await sleep(30);
    assert.equal(server.open(), 1, 'one still waits');
    second.abort();
    assert.equal(failureOf(await readings[1]!).reason, 'cancelled');
    while (server.open() > 0) await sleep(5);
  });

  it('answers a signal that is aborted already, without connecting', async () => {
    const server = await fake();
    assert.equal(failureOf(await reader().read(instance(server.port), AbortSignal.abort())).reason, 'cancelled');
    assert.equal(server.connections(), 0);
  });

  it('leaves out what this server does not have, and remembers', async () => {
    const server = await fake({
      version: '5.5.5-10.4.34-MariaDB-log',
      reply: (statement) => {
        if (!isFacts(statement)) return { rows: [] };
        if (statement.includes('have_ssl')) return { errno: 1193, text: "Unknown system variable 'have_ssl'" };
        if (statement.includes('INNODB_CMP'))
          return {
            errno: 1227,
            text: 'Access denied; you need (at least one of) the PROCESS privilege(s) for this operation',
          };
        return facts;
      },
    });
    const ours = reader();
    const first = answeredOf(await ours.once(instance(server.port)));
    assert.equal(first.version, '10.4.34-MariaDB-log');
    assert.equal(first.flavor, 'mariadb');
    assert.ok(first.server.kind === 'rows');
    assert.equal(first.server.rows[0]?.['dump_threads'], null);
    assert.equal(first.server.rows[0]['tls_offered'], '0');
    assert.equal(server.statements.length, 4);
    await ours.once(instance(server.port));
    assert.equal(server.statements.length, 6);
  });

  it('passes a refusal on that nothing can be left out for', async () => {
    const server = await fake({ reply: () => ({ errno: 3032, text: 'The server is currently in offline mode' }) });
    const result = answeredOf(await reader().once(instance(server.port)));
    assert.ok(result.server.kind === 'error' && result.server.errno === 3032);
    assert.ok(result.replication.kind === 'error');
  });

  it('takes the expired password of the first statement for what it is', async () => {
    const server = await fake({
      version: '10.11.19-MariaDB',
      reply: () => ({ errno: 1820, text: 'You must SET PASSWORD' }),
    });
    assert.equal(failureOf(await reader().once(instance(server.port))).reason, 'passwordExpired');
  });

  it('ends a MySQL SHOW that hangs by KILL QUERY, over one connection more and no third', async () => {
    let most = 0;
    const server: FakeServer = await fake({
      reply: (statement) => {
        most = Math.max(most, server.open());
        return isFacts(statement) ? facts : statement.startsWith('KILL') ? 'ok' : 'silence';
      },
    });
    const reading = await reader().once(instance(server.port, { timeoutSeconds: 0.4, heartbeatTable: 'a.b' }));
    const result = answeredOf(reading);
    assert.equal(result.replication.kind, 'timedOut');
    assert.equal(result.heartbeat.kind, 'notAsked');
    assert.ok(reading.elapsedMs < 550, `${reading.elapsedMs} ms`);
    while (!server.statements.includes('KILL QUERY 1')) await sleep(5);
    while (server.open() > 0) await sleep(5);
    assert.equal(server.connections(), 2);
    assert.ok(most <= 2);
  });

  it('says that the server stopped a statement, and asks the others', async () => {
    const server = await fake({
      version: '11.8.9-MariaDB',
      reply: (statement) =>
        isFacts(statement) ? { errno: 1969, text: 'max_statement_time exceeded' } : { rows: [{ a: 'b' }] },
    });
    const result = answeredOf(await reader().once(instance(server.port)));
    assert.equal(result.server.kind, 'timedOut');
    assert.ok(result.replication.kind === 'rows');
    assert.match(server.statements[1] ?? '', /^SET STATEMENT max_statement_time=[0-9.]+ FOR SHOW ALL SLAVES STATUS$/);
  });

  it('turns autocommit on where the server has it off', async () => {
    const server = await fake({
      autocommit: false,
      reply: (statement) => (statement.startsWith('SET') ? 'ok' : facts),
    });
    answeredOf(await reader().once(instance(server.port)));
    assert.equal(server.statements[0], 'SET SESSION autocommit=1');
  });

  it('does not take a kept connection that died for a server that is down', async () => {
    const server = await fake({ reply: (statement) => (isFacts(statement) ? facts : { rows: [] }) });
    const ours = reader();
    answeredOf(await ours.once(instance(server.port)));
    server.dropAll();
    answeredOf(await ours.once(instance(server.port)));
    assert.equal(server.connections(), 2);
  });

  it('heals with the first read after the cause has gone', async () => {
    let broken = true;
    const server = await fake({
      reply: (statement) => (broken ? 'silence' : isFacts(statement) ? facts : { rows: [] }),
    });
    const ours = reader();
    for (let round = 0; round < 3; round += 1) {
      assert.equal(failureOf(await ours.once(instance(server.port, { timeoutSeconds: 0.2 }))).reason, 'hung');
    }
    broken = false;
    answeredOf(await ours.once(instance(server.port, { timeoutSeconds: 0.2 })));
  });

  it('opens anew when the inventory changes what the connection depends on, and only then', async () => {
    const server = await fake({ reply: (statement) => (isFacts(statement) ? facts : { rows: [] }) });
    const ours = reader();
    await ours.once(instance(server.port));
    await ours.once(instance(server.port, { heartbeatTable: 'a.b', timeoutSeconds: 3 }));
    assert.equal(server.connections(), 1);
    await ours.once(instance(server.port, { credentials: { name: 'other', user: 'v' } }));
    assert.equal(server.connections(), 2);
    while (server.open() > 1) await sleep(5);
  });

  it('gives no file to a server that asks for one', async () => {
    const server = await fake({
      reply: (statement) =>
        isFacts(statement) ? { raw: packet(1, Buffer.from('\xfb/etc/passwd', 'latin1')) } : { rows: [] },
    });
    const reading = await reader().once(instance(server.port, { timeoutSeconds: 0.3 }));
    assert.doesNotMatch(JSON.stringify(reading), /root:/);
    assert.equal(failureOf(reading).reason, 'hung');
    assert.deepEqual(server.uploads, []);
  });

  it('speaks plain text to a server without TLS only where that is allowed', async () => {
    const server = await fake({ reply: (statement) => (isFacts(statement) ? facts : { rows: [] }) });
    for (const mode of ['disabled', 'preferred'] as const) {
      const result = answeredOf(await reader().once(instance(server.port, { tls: { mode } })));
      assert.equal(result.tlsCipher, undefined);
    }
    assert.equal(server.connections(), 2, 'falling back takes no second connection');
    for (const mode of ['required', 'verify-ca', 'verify-identity'] as const) {
      const failure = failureOf(await reader().once(instance(server.port, { tls: { mode } })));
      assert.deepEqual(failure, {
        reason: 'tlsFailed',
        offersNoTls: true,
        text: 'The server offers no TLS, and the inventory demands it.',
      });
    }
  });

  it('closes what is no longer looked at, and everything in the end', async () => {
    const handles = (): number =>
      process.getActiveResourcesInfo().filter((name) => name === 'TCPSocketWrap' || name === 'Timeout').length;
    const kept = await fake({ reply: () => facts });
    const left = await fake({ reply: () => facts });
    const before = handles();
    const ours = reader();
    const spec = instance(kept.port);
    await Promise.all([ours.once(spec), ours.once(instance(left.port))]);
    ours.retain(new Set([spec.key]));
    while (left.open() > 0) await sleep(5);
    assert.equal(kept.open(), 1);
    await ours.dispose();
    while (kept.open() > 0) await sleep(5);
    await sleep(20);
    assert.ok(handles() <= before, `${handles()} handles, ${before} before`);
    assert.equal(failureOf(await ours.once(spec)).reason, 'cancelled');
  });

  it('ends a read that is under way when it is disposed', async () => {
    const server = await fake({ reply: () => 'silence' });
    const ours = reader();
    const reading = ours.once(instance(server.port, { timeoutSeconds: 30 }));
    while (server.statements.length === 0) await sleep(5);
    await ours.dispose();
    assert.equal(failureOf(await reading).reason, 'cancelled');
  });

  it('never shows a defect as anything but a failure of that instance', async () => {
    const ours = reader(
      {},
      {
        inventoryFolder: () => {
          throw new Error('a defect');
        },
      },
    );
    const spec = instance(1, { credentials: { name: 'x', user: 'u', optionFile: 'my.cnf' } });
    assert.equal(failureOf(await ours.once(spec)).reason, 'other');
    assert.match(ours.logged.join(), /a defect/);
  });
});
