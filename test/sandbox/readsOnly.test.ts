import { strict as assert } from 'node:assert';
import path from 'node:path';
import { createConnection } from 'mysql2/promise';
import { startPrivateServer, type PrivateServer } from '../adapters/privateServer';
import { createTestReader, instance } from '../adapters/harness';
import { assertReadsOnly, isReadByForm } from './readsOnly';

describe('readsOnly', function () {
  this.timeout(120_000);
  let server: PrivateServer;
  before(async () => {
    server = await startPrivateServer(['--general-log=1', '--general-log-file=general.log']);
    await server.query("CREATE USER watched@'127.0.0.1'");
  });
  after(() => server.stop());

  const log = (): string => path.join(server.folder, 'data', 'general.log');

  it('counts what a reader has sent, and finds a write that was planted', async () => {
    assert.throws(() => assertReadsOnly([log()], 'watched'), /nothing was watched/);
    const reader = createTestReader();
    try {
      const spec = instance(server.port, {
        credentials: { name: 'watched', user: 'watched' },
        heartbeatTable: 'heartbeat.heartbeat',
      });
      assert.equal((await reader.once(spec)).result.kind, 'answered');
    } finally {
      await reader.dispose();
    }
    assert.ok(assertReadsOnly([log()], 'watched') >= 3);

    await server.query('CREATE DATABASE IF NOT EXISTS of_others');
    assert.doesNotThrow(() => assertReadsOnly([log()], 'watched'), 'what others send is theirs');
    const write = await createConnection({ host: '127.0.0.1', port: server.port, user: 'watched' });
    await write.query('CREATE\nTABLE test.planted (a int)').catch(() => undefined);
    write.destroy();
    assert.throws(() => assertReadsOnly([log()], 'watched'), /no read:\nCREATE\nTABLE test\.planted/);
  });

  for (const write of [
    'SELECT 1 INTO OUTFILE "/tmp/x"',
    'select * from t for update',
    'SELECT GET_LOCK("a", 1)',
    'SET STATEMENT max_statement_time=1.000 FOR DELETE FROM t',
    'SET SESSION autocommit=1; DROP TABLE t',
    'SET GLOBAL read_only=1',
    'STOP SLAVE',
    'KILL 5',
  ])
    it(`takes for no read: ${write}`, () => {
      assert.equal(isReadByForm(write), false);
    });
});
