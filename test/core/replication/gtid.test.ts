import assert from 'node:assert/strict';
import { errantTransactions, gtidDistance } from '../../../src/core/replication/gtidDistance';
import {
  gapSize,
  mariadbErrant,
  mariadbGaps,
  parseMariadbGtid,
  renderGap,
  renderMariadbGtid,
} from '../../../src/core/replication/mariadbGtid';
import {
  containsGtid,
  countGtid,
  intersectGtid,
  type MysqlGtidSet,
  parseMysqlGtidSet,
  renderMysqlGtidSet,
  subtractGtid,
  unionGtid,
} from '../../../src/core/replication/mysqlGtid';
import type { ServerFacts } from '../../../src/core/replication/model';
import type { InstanceSnapshot } from '../../../src/core/snapshot';
import { pendingSnapshot } from '../../../src/core/toInstanceSnapshot';
import { at, connection, facts } from '../buildFleet';
import { readRecording } from './recording';

const A = '6c77b098-e623-11f1-bffb-02fc00000001';
const B = 'd5ab0ba0-e623-11f1-9139-02fc00000001';

/** Same sequence on every run, so that a failure can be had again. */
function dice(seed: number): (sides: number) => number {
  let state = seed;
  return (sides) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return Math.floor((state / 2 ** 32) * sides);
  };
}

function randomSet(roll: (sides: number) => number): MysqlGtidSet {
  const words = Array.from({ length: roll(6) }, () => {
    const key = [A, B, `${A}:tag_1`, `${B}:x`][roll(4)] ?? A;
    const first = roll(30) + 1;
    return `${key}:${first}-${first + roll(8)}`;
  });
  return parsed(words.join(',\n'));
}

function parsed(text: string): MysqlGtidSet {
  const set = parseMysqlGtidSet(text);
  assert.ok(set !== undefined, text);
  return set;
}

/** The slow and obvious way: each transaction by itself. */
function members(set: MysqlGtidSet): ReadonlySet<string> {
  const all = new Set<string>();
  for (const [key, list] of set) {
    for (const { first, last } of list) {
      for (let number = first; number <= last; number++) {
        all.add(`${key}:${number}`);
      }
    }
  }
  return all;
}

describe('MySQL GTID sets', () => {
  const texts: readonly (readonly [text: string, rendered: string | undefined])[] = [
    ['', ''],
    [`${A}:1-16,\n${B}:1`, `${A}:1-16,${B}:1`],
    [`${A.toUpperCase()}:3-4:1-2:7`, `${A}:1-4:7`],
    [`${A}:1-3:tag:5:1-2`, `${A}:1-3:tag:1-2:5`],
    [`${A}:1:tag:5, ${A}:2`, `${A}:1-2:tag:5`],
    [`${A}:9223372036854775806`, `${A}:9223372036854775806`],
    [A, undefined],
    [`${A}:5-3`, undefined],
    [`${A}:0`, undefined],
    ['0-101-136', undefined],
    ['<b>', undefined],
  ];
  for (const [text, rendered] of texts) {
    it(`reads ${JSON.stringify(text)}`, () => {
      const set = parseMysqlGtidSet(text);
      assert.equal(set === undefined ? undefined : renderMysqlGtidSet(set), rendered);
    });
  }

  it('obeys the laws of sets, against counting one by one', () => {
    for (let seed = 1; seed <= 500; seed++) {
      const roll = dice(seed);
      const [a, b] = [randomSet(roll), randomSet(roll)];
      const [inA, inB] = [members(a), members(b)];
      const rest = subtractGtid(a, b);
      const both = intersectGtid(a, b);
      assert.deepEqual(members(rest), new Set([...inA].filter((gtid) => !inB.has(gtid))), `seed ${seed}`);
      assert.deepEqual(members(unionGtid(a, b)), new Set([...inA, ...inB]), `seed ${seed}`);
      assert.equal(countGtid(a), BigInt(inA.size), `seed ${seed}`);
      assert.equal(renderMysqlGtidSet(unionGtid(rest, both)), renderMysqlGtidSet(a), `seed ${seed}`);
      assert.equal(renderMysqlGtidSet(parsed(renderMysqlGtidSet(a))), renderMysqlGtidSet(a), `seed ${seed}`);
      assert.equal(containsGtid(unionGtid(a, b), b), true, `seed ${seed}`);
      assert.equal(
        containsGtid(a, b),
        [...inB].every((gtid) => inA.has(gtid)),
        `seed ${seed}`,
      );
    }
  });

  it('agrees with GTID_SUBTRACT of a real server', () => {
    const recorded = readRecording('mysql-9.7/gtid-errant.json') as unknown as {
      replica: readonly { rows: readonly Record<string, string>[] }[];
      source: readonly { rows: readonly Record<string, string>[] }[];
      check: { rows: readonly { errant: string }[] };
    };
    const own = recorded.replica[0]?.rows[0] ?? {};
    const theirs = recorded.source[0]?.rows[0] ?? {};
    const toFacts = (row: Record<string, string>): ServerFacts =>
      facts({ flavor: 'mysql', uuid: row['@@server_uuid'] ?? '', gtidExecuted: row['@@gtid_executed'] ?? '' });
    assert.deepEqual(errantTransactions(toFacts(own), toFacts(theirs)), {
      count: 1n,
      text: recorded.check.rows[0]?.errant,
    });
  });
});

describe('MariaDB GTID lists', () => {
  const list = (text: string) => {
    const gtids = parseMariadbGtid(text);
    assert.ok(gtids !== undefined, text);
    return gtids;
  };
  const gaps = (source: string, position: string): string =>
    mariadbGaps(list(source), list(position)).map(renderGap).join(', ');

  it('reads what it renders, 64 bits wide, and nothing else', () => {
    for (const text of ['', '0-101-136', '1-102-2,0-101-77', '4294967295-4294967295-18446744073709551615']) {
      assert.equal(renderMariadbGtid(list(text)), text);
    }
    for (const text of ['0-101', 'x', `${A}:1`, '0-1-2-3', '-1-1-1']) {
      assert.equal(parseMariadbGtid(text), undefined, text);
    }
  });

  it('compares per domain, whatever the order and whoever wrote', () => {
    assert.equal(gaps('0-171-1047', '0-171-1044'), '0-171-1045…1047');
    assert.equal(gaps('0-171-1047', '0-99-1046'), '0-171-1047');
    assert.equal(gaps('1-102-2,0-101-77', '0-101-77,1-102-2'), '');
    assert.equal(gaps('0-101-77', '0-101-80'), '');
    assert.equal(gaps('0-101-77,5-1-2', '0-101-70'), '0-101-71…77, 5-1-1…2');
    assert.equal(
      gaps('0-1-18446744073709551615', '0-1-18446744073709551613'),
      '0-1-18446744073709551614…18446744073709551615',
    );
  });

  it('finds the hidden write: in the own binlog state, in no position', () => {
    // As measured: 0-104-137 was written on the replica with id 104 while every position stood at 0-101-136.
    const errant = (own: string, source: string): string =>
      mariadbErrant(list(own), list(source), 104).map(renderGap).join(', ');
    assert.equal(errant('0-104-137,0-101-136', '0-101-136'), '0-104-137');
    // The source has gone on: of the own ones only the last can be told.
    assert.equal(errant('0-104-137,0-101-140', '0-101-150'), '0-104-137');
    // A domain of its own.
    assert.equal(errant('7-104-3,0-101-140', '0-101-150'), '7-104-1…3');
    // From a time when it was the source, and what it wrote since.
    assert.equal(errant('0-104-137,0-101-136', '0-104-137,0-101-150'), '');
    assert.equal(errant('0-104-137', '0-104-130'), '0-104-131…137');
    assert.equal(errant('0-101-200', '0-101-136'), '');
    assert.equal(gapSize(mariadbErrant(list('0-104-137'), list('0-104-130'), 104)[0]!), 7n);
  });
});

describe('distance by GTID', () => {
  function check(replica: Partial<ServerFacts>, source: Partial<ServerFacts> | undefined, expected: string): void {
    const distance = gtidDistance(
      connection(),
      withFacts('r:1', replica),
      source === undefined ? undefined : withFacts('p:1', source),
    );
    assert.equal(distance === undefined ? 'none' : (distance.text ?? `unknown: ${distance.lag.why ?? ''}`), expected);
  }

  it('is written out', () => {
    check({ gtidSlavePos: '0-171-1044' }, { gtidBinlogPos: '0-171-1047' }, '3 transactions behind: 0-171-1045…1047');
    check({ gtidSlavePos: '0-171-1046' }, { gtidBinlogPos: '0-171-1047' }, '1 transaction behind: 0-171-1047');
    check({ gtidSlavePos: '0-171-1047' }, { gtidBinlogPos: '0-171-1047' }, '0 transactions behind, at 0-171-1047');
    // The replica was read later than its source.
    check({ gtidSlavePos: '0-171-1050' }, { gtidBinlogPos: '0-171-1047' }, '0 transactions behind, at 0-171-1050');
    check(
      { flavor: 'mysql', gtidExecuted: `${A}:1-10` },
      { flavor: 'mysql', gtidExecuted: `${A}:1-16,${B}:1` },
      `7 transactions behind: ${A}:11-16, ${B}:1`,
    );
  });

  it('counts the ranges that it does not write', () => {
    check(
      { flavor: 'mysql', gtidExecuted: '' },
      { flavor: 'mysql', gtidExecuted: `${A}:1:3:5:7:9:11` },
      `6 transactions behind: ${A}:1, ${A}:3, ${A}:5, ${A}:7 and 2 more ranges`,
    );
  });

  it('is unknown or does not apply rather than 0', () => {
    check(
      { gtidSlavePos: '0-1-1' },
      undefined,
      'unknown: The source is not in the inventory, so its position is not known.',
    );
    check({ gtidSlavePos: '' }, { gtidBinlogPos: '0-1-1' }, "unknown: The replica's GTID position is empty.");
    check({ gtidSlavePos: '0-1-1' }, { flavor: 'mysql', gtidExecuted: '' }, 'none');
    check({ flavor: 'mysql', gtidExecuted: '' }, { flavor: 'mysql', gtidExecuted: `${A}:1`, gtidMode: 'OFF' }, 'none');
  });

  it('leaves out the domains that a filter leaves out', () => {
    const distance = gtidDistance(
      connection({ filters: [{ kind: 'replicate_ignore_domain_ids', value: '5, 6' }] }),
      withFacts('r:1', { gtidSlavePos: '0-1-1' }),
      withFacts('p:1', { gtidBinlogPos: '0-1-2,5-1-9' }),
    );
    assert.equal(distance?.text, '1 transaction behind: 0-1-2');
  });
});

function withFacts(key: string, more: Partial<ServerFacts>): InstanceSnapshot {
  return { ...pendingSnapshot(key), server: { kind: 'read', value: facts(more), statement: 'SELECT …', at } };
}
