import { strict as assert } from 'node:assert';
import { setTimeout as sleep } from 'node:timers/promises';
import { instance } from './harness';
import { facts, isFacts, useFakes } from './useFakes';

const never = (): AbortSignal => new AbortController().signal;

describe('the trial of a server', () => {
  const { fake, reader } = useFakes();

  it('asks once more than a poll, on a connection that it closes', async () => {
    const server = await fake({ reply: (statement) => (isFacts(statement) ? facts : { rows: [] }) });
    const { reading, replicas } = await reader().tryServer(instance(server.port), never());
    assert.equal(reading.result.kind, 'answered');
    assert.equal(replicas.kind, 'rows');
    assert.deepEqual(server.statements.slice(1), ['SHOW REPLICA STATUS', 'SHOW REPLICAS']);
    while (server.open() > 0) await sleep(5);
    assert.equal(server.connections(), 1);
  });

  it('keeps the reading where the list of replicas hangs or breaks', async () => {
    for (const [reply, kind] of [
      ['silence', 'timedOut'],
      ['close', 'notAsked'],
    ] as const) {
      const server = await fake({
        reply: (statement) => (isFacts(statement) ? facts : statement === 'SHOW REPLICAS' ? reply : { rows: [] }),
      });
      const spec = instance(server.port, { timeoutSeconds: 0.3 });
      const { reading, replicas } = await reader().tryServer(spec, never());
      assert.equal(reading.result.kind, 'answered');
      assert.equal(replicas.kind, kind);
      while (server.open() > 0) await sleep(5);
    }
  });

  it('ends at once when it is called off, and does not begin when it is called off before', async () => {
    const server = await fake({ reply: () => 'silence' });
    const ours = reader();
    const abort = new AbortController();
    const trial = ours.tryServer(instance(server.port, { timeoutSeconds: 30 }), abort.signal);
    while (server.statements.length === 0) await sleep(5);
    abort.abort();
    const { reading } = await trial;
    assert.ok(reading.result.kind === 'failed' && reading.result.failure.reason === 'cancelled');
    while (server.open() > 0) await sleep(5);
    const connections = server.connections();
    await ours.tryServer(instance(server.port), AbortSignal.abort());
    assert.equal(server.connections(), connections);
  });
});
