import { strict as assert } from 'node:assert';
import type { ConnectionStatus, ServerFacts } from '../../../src/core/replication/model';
import {
  choosePosition,
  describeWaitEnd,
  planWait,
  readSlice,
  stoppedThreads,
  transactionsLeft,
  type SourcePosition,
  type WaitEnd,
  type WaitPlan,
} from '../../../src/core/replication/waitPosition';
import { toFleetView } from '../../../src/core/toFleetView';
import { buildInventory, buildSnapshot, connection, from, type ClusterSketch, type Sketch } from '../buildFleet';

const uuid = '3e11fa47-71ca-11e1-9e33-c80aa9429562';
const mysql: Partial<ServerFacts> = { flavor: 'mysql', version: '9.7.4', versionNumber: [9, 7, 4] };

function viewOf(now: Sketch, cluster: Partial<ClusterSketch> = {}) {
  const inventory = buildInventory({ s1: { instances: Object.keys(now), ...cluster } });
  return toFleetView(buildSnapshot(inventory, now));
}

describe('planWait', () => {
  const check = (
    name: string,
    now: Sketch,
    wanted: string | RegExp,
    more: Partial<ClusterSketch> = {},
    of?: string,
  ) => {
    it(name, () => {
      const plan = planWait(viewOf(now, more), 'r:3306', of);
      if (typeof wanted === 'string') assert.equal(plan.kind === 'wait' ? plan.sourceKey : plan.why, wanted);
      else assert.match(plan.kind === 'cannot' ? plan.why : `waits for ${plan.sourceKey}`, wanted);
    });
  };
  const p: Sketch = { 'p:3306': {} };
  const chain: Sketch = {
    'm:3306': { connections: [from('p:3306')] },
    'r:3306': { connections: [from('m:3306')] },
  };

  check('waits for its source', { ...p, 'r:3306': { connections: [from('p:3306')] } }, 'p:3306');
  check('below an intermediate source, waits for the top', { ...p, ...chain }, 'p:3306');
  check('stops at an expected primary', { ...p, ...chain }, 'm:3306', { primary: 'm:3306' });
  check(
    'in a ring, does not wait for itself',
    { 'p:3306': { connections: [from('r:3306')] }, 'r:3306': { connections: [from('p:3306')] } },
    'p:3306',
  );
  check(
    'above several sources, waits for the one that gathers them',
    {
      'a:3306': {},
      'b:3306': {},
      'm:3306': { connections: [from('a:3306', { name: 'a' }), from('b:3306', { name: 'b' })] },
      'r:3306': { connections: [from('m:3306')] },
    },
    'm:3306',
  );
  const several: Sketch = {
    'a:3306': {},
    'b:3306': {},
    'r:3306': { connections: [from('a:3306', { name: 'a' }), from('b:3306', { name: 'b' })] },
  };
  check('of several connections, takes the chosen one', several, 'b:3306', {}, 'b');
  check('says that the chosen one is gone', several, /no replication connection named c/, {}, 'c');
  check('a primary replicates from nobody', { 'r:3306': {} }, /replicates from nobody/);
  check('not read', { 'r:3306': { failure: 'refused' } }, /could not be read/);
  check('status denied', { 'r:3306': { replicationDenied: true } }, /replication status of r:3306 could not be read/);
  check('source unknown', { 'r:3306': { connections: [from('x:3306')] } }, /not in the inventory/);
  check(
    'GTID off: what to do instead',
    { ...p, 'r:3306': { connections: [from('p:3306', { gtid: 'no' })] } },
    /does not replicate by GTID\. Instead, compare SHOW MASTER STATUS .*Exec_Master_Log_Pos/,
  );
  check(
    'another flavor',
    { 'p:3306': { facts: mysql }, 'r:3306': { connections: [from('p:3306')] } },
    /p:3306 is MySQL and r:3306 is MariaDB/,
  );
});

describe('choosePosition', () => {
  const plan = (flavor: 'mariadb' | 'mysql'): WaitPlan => ({
    kind: 'wait',
    flavor,
    connection: '',
    sourceKey: 'p:3306',
  });
  const check = (
    name: string,
    flavor: 'mariadb' | 'mysql',
    source: SourcePosition,
    wanted: string | RegExp,
    more: Partial<ConnectionStatus> = {},
  ) => {
    it(`${flavor}: ${name}`, () => {
      const choice = choosePosition(plan(flavor), source, connection(more));
      if (typeof wanted === 'string') assert.deepEqual(choice, { kind: 'position', position: wanted });
      else assert.match(choice.kind === 'cannot' ? choice.why : choice.position, wanted);
    });
  };
  const filter = (kind: string, value: string): Partial<ConnectionStatus> => ({ filters: [{ kind, value }] });

  check('the position', 'mariadb', { gtidBinlogPos: '0-1-5,171-1-9' }, '0-1-5,171-1-9');
  check('64 bits', 'mariadb', { gtidBinlogPos: '0-1-18446744073709551615' }, '0-1-18446744073709551615');
  check(
    'without ignored domains',
    'mariadb',
    { gtidBinlogPos: '0-1-5,171-1-9' },
    '0-1-5',
    filter('replicate_ignore_domain_ids', '171'),
  );
  check(
    'only asked domains',
    'mariadb',
    { gtidBinlogPos: '0-1-5,171-1-9' },
    '171-1-9',
    filter('replicate_do_domain_ids', '171'),
  );
  check(
    'all filtered away',
    'mariadb',
    { gtidBinlogPos: '0-1-5' },
    /leave out every GTID domain/,
    filter('replicate_do_domain_ids', '9'),
  );
  check('empty never counts as reached', 'mariadb', { gtidBinlogPos: '' }, /has no GTID position/);
  check('not read', 'mariadb', {}, /could not be read/);
  check('not a position', 'mariadb', { gtidBinlogPos: "0-1-5'" }, /could not be read/);
  check('the set, on one line', 'mysql', { gtidMode: 'ON', gtidExecuted: `${uuid}:1-5,\n${uuid}:7` }, `${uuid}:1-5:7`);
  check(
    'gtid_mode off',
    'mysql',
    { gtidMode: 'OFF', gtidExecuted: `${uuid}:1-5` },
    /gtid_mode of p:3306 is OFF.*Instead/,
  );
  check('on its way to ON', 'mysql', { gtidMode: 'ON_PERMISSIVE', gtidExecuted: `${uuid}:1` }, /is ON_PERMISSIVE/);
  check('mode unknown', 'mysql', { gtidExecuted: `${uuid}:1-5` }, /gtid_mode of p:3306 could not be read/);
  check('an empty set', 'mysql', { gtidMode: 'ON', gtidExecuted: '' }, /has no GTID position/);
});

describe('readSlice', () => {
  const table = [
    ['mariadb', '0', 'reached'],
    ['mariadb', '-1', 'notYet'],
    ['mariadb', '1', 'unknown'],
    ['mariadb', null, 'unknown'],
    ['mysql', '0', 'reached'],
    ['mysql', '1', 'notYet'],
    ['mysql', '-1', 'unknown'],
    ['mysql', undefined, 'unknown'],
  ] as const;
  for (const [flavor, value, wanted] of table) {
    it(`${flavor}: ${String(value)} is ${wanted}`, () => {
      assert.equal(readSlice(flavor, value), wanted);
    });
  }
});

describe('transactionsLeft', () => {
  const check = (facts: Partial<ServerFacts>, position: string, wanted: bigint | undefined) => {
    const replica = viewOf({ 'r:3306': { facts } }).instances['r:3306'];
    assert.ok(replica !== undefined);
    assert.equal(transactionsLeft(facts.flavor ?? 'mariadb', position, replica), wanted);
  };
  it('counts what is missing', () => {
    check({ gtidSlavePos: '0-1-3' }, '0-1-5', 2n);
    check({ gtidSlavePos: '0-1-9' }, '0-1-5', 0n);
    check({ ...mysql, gtidExecuted: `${uuid}:1-3` }, `${uuid}:1-5:7`, 3n);
  });
  it('does not know without a position', () => {
    check({}, '0-1-5', undefined);
    check(mysql, `${uuid}:1`, undefined);
  });
});

describe('stoppedThreads', () => {
  const table = [
    ['running', 'running', undefined],
    ['stopped', 'running', 'the IO thread is stopped'],
    ['running', 'stopped', 'the SQL thread is stopped'],
    ['stopped', 'stopped', 'the IO and SQL threads are stopped'],
    ['connecting', 'running', undefined],
    ['unknown', 'unknown', undefined],
  ] as const;
  for (const [ioThread, sqlThread, wanted] of table) {
    it(`${ioThread}, ${sqlThread}`, () => {
      assert.equal(stoppedThreads(connection({ ioThread, sqlThread })), wanted);
    });
  }
});

describe('describeWaitEnd', () => {
  const check = (end: WaitEnd, ok: boolean, text: string) => {
    it(end.kind, () => {
      assert.deepEqual(describeWaitEnd('r:3306', end), { ok, text });
    });
  };
  check(
    { kind: 'caughtUp', afterSeconds: 3.2, position: '0-1-5' },
    true,
    'r:3306 caught up after 3.2 s, at position 0-1-5.',
  );
  check(
    { kind: 'tooLate', limitSeconds: 60, transactionsLeft: 1n },
    false,
    'r:3306 did not catch up within 1 min: still 1 transaction behind.',
  );
  check(
    { kind: 'stopped', afterSeconds: 2, threads: 'the SQL thread is stopped' },
    false,
    'r:3306 will not catch up: the SQL thread is stopped; how far it is behind could not be read. Waiting was given up after 2 s.',
  );
  check({ kind: 'cannot', why: 'Why.' }, false, 'Why.');
  check({ kind: 'failed', key: 'p:3306', text: 'Refused.' }, false, 'p:3306 could not be asked: Refused.');
  check({ kind: 'cancelled', afterSeconds: 12 }, false, 'Waiting for r:3306 was cancelled after 12 s.');
});
