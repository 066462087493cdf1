import { strict as assert } from 'node:assert';
import {
  assertRead,
  autocommitStatement,
  bounded,
  heartbeatStatement,
  isAllowed,
  killStatement,
  positionStatement,
  registeredStatement,
  registeredStatements,
  replicationStatement,
  replicationStatements,
  serverStatement,
  waitStatement,
} from '../../src/adapters/mysql/queries';
import { allColumns, columnsFor } from '../../src/adapters/mysql/serverColumns';

const versions = {
  mariadb: ['10.4.34', '10.5.29', '10.6.0', '10.6.21', '10.11.19', '11.8.9', '12.1.1'],
  mysql: ['8.0.19', '8.0.21', '8.0.36', '8.4.6', '9.7.4'],
} as const;
const flavors = ['mariadb', 'mysql'] as const;

/** A small generator with a seed, so that a failure can be run again. */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1664525 + 1013904223) % 4294967296;
    return state / 4294967296;
  };
}

function everyStatement(): readonly string[] {
  const texts = flavors.flatMap((flavor) =>
    versions[flavor].flatMap((version) => [
      serverStatement(columnsFor(flavor, version)),
      replicationStatement(flavor, version),
      registeredStatement(flavor, version),
    ]),
  );
  const heartbeat = heartbeatStatement('heartbeat.heartbeat');
  assert.ok(heartbeat !== undefined);
  return [...new Set([...texts, heartbeat])];
}

describe('the allow-list of statements', () => {
  it('lets through every statement that we make, with and without its limit', () => {
    for (const text of everyStatement()) {
      assert.ok(isAllowed(text), text);
      for (const flavor of flavors) {
        assertRead(bounded(text, flavor, 2450.7));
      }
    }
    assertRead(autocommitStatement);
    assertRead(killStatement(4294967295));
  });

  it('lets through any selection of the known columns, in order', () => {
    const random = randomNumbers(7);
    for (const flavor of flavors) {
      for (let round = 0; round < 200; round += 1) {
        const some = allColumns[flavor].filter(() => random() < 0.5);
        assert.equal(isAllowed(serverStatement(some)), some.length > 0);
      }
    }
  });

  it('is this list and no other', () => {
    assert.deepEqual(replicationStatements, ['SHOW ALL SLAVES STATUS', 'SHOW REPLICA STATUS', 'SHOW SLAVE STATUS']);
    assert.deepEqual(registeredStatements, ['SHOW SLAVE HOSTS', 'SHOW REPLICAS']);
    const kinds = [...everyStatement(), autocommitStatement, killStatement(1)].map((text) => text.split(' ')[0]);
    assert.deepEqual([...new Set(kinds)].sort(), ['KILL', 'SELECT', 'SET', 'SHOW']);
  });

  it('has no word in it that writes', () => {
    const writing =
      /\b(INSERT|UPDATE|DELETE|REPLACE(?! *\()|CREATE|ALTER|DROP|TRUNCATE|GRANT|REVOKE|RENAME|LOAD|CALL|DO|HANDLER|LOCK|FLUSH|RESET|PURGE|START|STOP|CHANGE|INSTALL|SHUTDOWN|OUTFILE|DUMPFILE|FOR UPDATE|INTO|SLEEP|BENCHMARK|GET_LOCK|LOAD_FILE|GLOBAL +[a-z_]+ *:?= )\b/i;
    for (const text of everyStatement()) {
      assert.doesNotMatch(text.replace(/REGEXP_REPLACE\(/g, ''), writing);
    }
  });

  const refused = [
    '',
    'SELECT 1',
    'SELECT ',
    'SHOW ALL SLAVES STATUS; STOP SLAVE',
    'show all slaves status',
    ' SHOW REPLICA STATUS',
    'SHOW REPLICA STATUS ',
    'SHOW REPLICA STATUS\n',
    'SHOW REPLICA STATUS FOR CHANNEL x',
    'SHOW SLAVE HOSTS; STOP SLAVE',
    'SHOW REPLICA HOSTS',
    'SHOW REPLICAS ',
    'STOP SLAVE',
    'STOP ALL SLAVES',
    'START REPLICA',
    'RESET MASTER',
    'SET GLOBAL read_only=1',
    'SET SESSION autocommit=0',
    'SET SESSION sql_log_bin=0',
    'SET STATEMENT max_statement_time=1.000 FOR STOP SLAVE',
    'SET STATEMENT max_statement_time=1.000 FOR DELETE FROM heartbeat.heartbeat',
    'SET STATEMENT max_statement_time=1.000 FOR SET STATEMENT max_statement_time=1.000 FOR SHOW ALL SLAVES STATUS',
    'SET STATEMENT max_statement_time=1,sql_log_bin=0 FOR SHOW ALL SLAVES STATUS',
    'SET STATEMENT max_statement_time=1.000 FOR KILL QUERY 1',
    'KILL 1',
    "SELECT MASTER_GTID_WAIT('0-1-5', 0) AS waited",
    "SELECT MASTER_GTID_WAIT('0-1-5', 60) AS waited",
    "SELECT MASTER_GTID_WAIT('0-1-5', -1) AS waited",
    "SELECT MASTER_GTID_WAIT('0-1-5') AS waited",
    "SELECT MASTER_GTID_WAIT('', 1) AS waited",
    "SELECT MASTER_GTID_WAIT('0-1-5,', 1) AS waited",
    "SELECT MASTER_GTID_WAIT('0-1-5', 1) AS waited, SLEEP(1)",
    "SELECT MASTER_GTID_WAIT('0-1-5', 1) AS waited FROM t",
    "SELECT WAIT_FOR_EXECUTED_GTID_SET('', 1) AS waited",
    "SELECT WAIT_FOR_EXECUTED_GTID_SET('a:1', 0) AS waited",
    "SELECT WAIT_FOR_EXECUTED_GTID_SET('a:1' OR '1', 1) AS waited",
    "SELECT MASTER_POS_WAIT('binlog.000001', 4, 1) AS waited",
    'KILL CONNECTION 1',
    'KILL QUERY 1 OR 1=1',
    'KILL QUERY ID 1',
    'SELECT @@global.server_id AS server_id, SLEEP(100)',
    'SELECT @@global.server_id AS server_id INTO OUTFILE "/tmp/x"',
    'SELECT @@global.server_id AS server_id,',
    'SELECT @@global.hostname AS hostname, @@global.server_id AS server_id',
  ];
  for (const text of refused) {
    it(`refuses ${JSON.stringify(text)}`, () => {
      assert.throws(() => {
        assertRead(text);
      }, /allow-list/);
    });
  }

  it('refuses every statement of the list with anything put into it', () => {
    const random = randomNumbers(42);
    const pieces = [';', '--', '/*', '*/', '#', "'", '"', '`', ' ', 'x', ', SLEEP(1)', ' UNION SELECT 1', '\n', '\0'];
    const texts = [...everyStatement(), autocommitStatement];
    for (let round = 0; round < 4000; round += 1) {
      const text = texts[Math.floor(random() * texts.length)] ?? '';
      const at = Math.floor(random() * (text.length + 1));
      const piece = pieces[Math.floor(random() * pieces.length)] ?? ';';
      const spoilt = text.slice(0, at) + piece + text.slice(at);
      // A letter more in a quoted table name is another table name, and that is all it is.
      const harmless = /^[\w$-]+$/.test(piece) && text.includes('`') && isInsideQuotes(text, at);
      assert.equal(isAllowed(spoilt), harmless, spoilt);
    }
  });

  it('refuses random strings', () => {
    const random = randomNumbers(3);
    const words =
      'SELECT SHOW SET STATEMENT FOR REPLICA REPLICAS SLAVE HOSTS STATUS ALL SLAVES STOP ; @@ , * FROM ` . KILL QUERY 1 AS port'.split(
        ' ',
      );
    const real = new Set<string>([...replicationStatements, ...registeredStatements, killStatement(1)]);
    for (let round = 0; round < 20000; round += 1) {
      const length = 1 + Math.floor(random() * 8);
      const text = Array.from({ length }, () => words[Math.floor(random() * words.length)]).join(' ');
      assert.equal(isAllowed(text), real.has(text), text);
    }
  });
});

function isInsideQuotes(text: string, at: number): boolean {
  return (text.slice(0, at).match(/`/g) ?? []).length % 2 === 1;
}

describe('registeredStatement', () => {
  const table = [
    ['mariadb', '10.4.34', 'SHOW SLAVE HOSTS'],
    ['mariadb', '11.8.9', 'SHOW SLAVE HOSTS'],
    ['mysql', '8.0.21', 'SHOW SLAVE HOSTS'],
    ['mysql', '8.0.22', 'SHOW REPLICAS'],
    ['mysql', '9.7.4', 'SHOW REPLICAS'],
  ] as const;
  for (const [flavor, version, want] of table) {
    it(`${flavor} ${version}: ${want}`, () => {
      assert.equal(registeredStatement(flavor, version), want);
    });
  }
});

describe('waitStatement and positionStatement', () => {
  const set = '3e11fa47-71ca-11e1-9e33-c80aa9429562:1-5:7,4e11fa47-71ca-11e1-9e33-c80aa9429562:tag_1:1';
  const table = [
    ['mariadb', '0-1-5', "SELECT MASTER_GTID_WAIT('0-1-5', 2) AS waited"],
    ['mariadb', '0-1-5,171-171970572-12', "SELECT MASTER_GTID_WAIT('0-1-5,171-171970572-12', 2) AS waited"],
    ['mysql', set, `SELECT WAIT_FOR_EXECUTED_GTID_SET('${set}', 2) AS waited`],
  ] as const;
  for (const [flavor, position, want] of table) {
    it(`${flavor}: ${position.slice(0, 30)}`, () => {
      assert.equal(waitStatement(flavor, position, 2), want);
      assertRead(want);
      assertRead(bounded(want, flavor, 3000));
    });
  }

  it('never waits without a bound, nor for a part of a second that some servers round to none', () => {
    for (const seconds of [0, -1, 0.5, 6, Number.NaN, Number.POSITIVE_INFINITY]) {
      assert.throws(() => waitStatement('mariadb', '0-1-5', seconds), /not allowed/);
    }
  });

  it('lets nothing out of the literal', () => {
    for (const position of ["0-1-5', 1), SLEEP(9", "0-1-5'", '0-1-5\\', '0-1-5;', '']) {
      for (const flavor of flavors) assert.equal(isAllowed(waitStatement(flavor, position, 2)), false, position);
    }
  });

  it('reads a position by columns that the list has', () => {
    assert.equal(positionStatement('mariadb'), 'SELECT @@global.gtid_binlog_pos AS gtid_binlog_pos');
    assert.equal(
      positionStatement('mysql'),
      'SELECT @@global.gtid_mode AS gtid_mode, @@global.gtid_executed AS gtid_executed',
    );
    for (const flavor of flavors) assertRead(bounded(positionStatement(flavor), flavor, 1000));
  });
});

describe('heartbeatStatement', () => {
  const tables: Readonly<Record<string, boolean>> = {
    'heartbeat.heartbeat': true,
    'percona.heart-beat_2': true,
    'schöma.täble': true,
    heartbeat: false,
    '': false,
    'a.b.c': false,
    'a.`b`': false,
    'a.b; DROP TABLE x': false,
    'a.b h, mysql.user u': false,
    "a.b'": false,
    'a.b\\': false,
    'a.\u0000b': false,
  };
  for (const [table, usable] of Object.entries(tables)) {
    it(`${usable ? 'quotes' : 'refuses'} ${JSON.stringify(table)}`, () => {
      const text = heartbeatStatement(table);
      assert.equal(text !== undefined, usable);
      if (text !== undefined) assertRead(text);
    });
  }

  it('measures age by whole microseconds', () => {
    const text = heartbeatStatement('a.b') ?? '';
    assert.match(text, /TIMESTAMPDIFF\(MICROSECOND, h\.ts, UTC_TIMESTAMP\(6\)\) \/ 1000000 AS age_seconds/);
    assert.doesNotMatch(text, /UTC_TIMESTAMP\(6\) *-/);
  });
});

describe('bounded', () => {
  const show = 'SHOW REPLICA STATUS';
  const table: readonly (readonly [string, 'mariadb' | 'mysql', string])[] = [
    ['SELECT 1', 'mariadb', 'SET STATEMENT max_statement_time=1.234 FOR SELECT 1'],
    ['SELECT 1', 'mysql', 'SELECT /*+ MAX_EXECUTION_TIME(1234) */ 1'],
    [show, 'mariadb', `SET STATEMENT max_statement_time=1.234 FOR ${show}`],
    [show, 'mysql', show],
    [killStatement(9), 'mysql', killStatement(9)],
    [autocommitStatement, 'mariadb', autocommitStatement],
  ];
  for (const [text, flavor, want] of table) {
    it(`${flavor}: ${text}`, () => {
      assert.equal(bounded(text, flavor, 1234.9), want);
    });
  }

  it('is never 0, which means without a limit', () => {
    assert.match(bounded('SELECT 1', 'mariadb', 0), /=0\.001 /);
    assert.match(bounded('SELECT 1', 'mysql', -5), /\(1\)/);
  });
});
