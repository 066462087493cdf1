import { strict as assert } from 'node:assert';
import * as fc from 'fast-check';
import { fleetLogic } from '../../src/core/fleetLogic';
import { parseV2Contents } from '../../src/core/mirror/contents';
import { parseAnswer, type Answered } from '../../src/core/mirror/parseAnswer';
import { parseRange } from '../../src/core/mirror/parseV3';
import { parseV2Events } from '../../src/core/mirror/sourceEvents';
import { parseMariadbGtid, renderMariadbGtid } from '../../src/core/replication/mariadbGtid';
import {
  containsGtid,
  countGtid,
  intersectGtid,
  parseMysqlGtidSet,
  renderMysqlGtidSet,
  subtractGtid,
  unionGtid,
  type MysqlGtidSet,
} from '../../src/core/replication/mysqlGtid';
import type { InstanceReading, Row } from '../../src/core/replication/reading';
import { toFleetView } from '../../src/core/toFleetView';
import { answered, inventoryOf, s1, slaveRow } from '../app/sampleFleet';
import { anyText, holds } from './fuzz';

const at = '2026-11-22T12:00:00.000Z';
const keys = ['db1.eqiad.example:3311', 'db2.eqiad.example:3311', 'db3.codfw.example:3311'] as const;

/** Some columns of a sound row with another text, or NULL. */
const damagedRow = (sound: Row): fc.Arbitrary<Row> =>
  fc
    .dictionary(fc.constantFrom(...Object.keys(sound)), fc.option(anyText, { nil: null }), { maxKeys: 8 })
    .map((changes) => ({ ...sound, ...changes }));

const numbersIn = (value: unknown): number[] =>
  typeof value === 'number'
    ? [value]
    : typeof value === 'object' && value !== null
      ? Object.values(value).flatMap(numbersIn)
      : [];

describe('readings, whatever a server says', function () {
  this.timeout(120_000);

  const inventory = inventoryOf(s1);
  const primary = answered({ key: keys[0], at });
  const replica = answered({ key: keys[1], at, serverId: 2, readOnly: true, replication: [slaveRow(keys[0], 1)] });

  const rowOf = (reading: InstanceReading, part: 'server' | 'replication'): Row => {
    const answer = reading.result.kind === 'answered' ? reading.result[part] : undefined;
    assert.ok(answer?.kind === 'rows' && answer.rows[0] !== undefined);
    return answer.rows[0];
  };
  const withRows = (reading: InstanceReading, server: Row, replication: readonly Row[]): InstanceReading => {
    assert.ok(reading.result.kind === 'answered');
    const { result } = reading;
    return {
      ...reading,
      result: {
        ...result,
        server: { ...result.server, kind: 'rows', statement: 'SELECT', at, rows: [server] },
        replication: { ...result.replication, kind: 'rows', statement: 'SHOW', at, rows: replication },
      },
    };
  };

  it('rows of status end in a view and a report of plain, finite values', () => {
    const rows = fc.tuple(
      damagedRow(rowOf(primary, 'server')),
      damagedRow(rowOf(replica, 'server')),
      fc.array(damagedRow(rowOf(replica, 'replication')), { maxLength: 3 }),
    );
    holds(rows, ([first, second, replication]) => {
      const readings = [withRows(primary, first, []), withRows(replica, second, replication)];
      const read = Object.fromEntries(readings.map((each) => [each.key, fleetLogic.toInstanceSnapshot(each)]));
      const report = fleetLogic.toFleetReport(
        toFleetView({
          ...{ takenAt: at, inventory, previous: {}, known: {}, mirrors: {}, services: {} },
          instances: { ...read, [keys[2]]: fleetLogic.pendingSnapshot(keys[2]) },
        }),
      );
      assert.deepEqual(
        numbersIn(report).filter((each) => !Number.isFinite(each)),
        [],
      );
      assert.deepEqual(JSON.parse(JSON.stringify(report)), report);
      for (const { clusters } of [report])
        for (const { connections } of clusters.flatMap(({ instances }) => instances))
          for (const { lagSeconds } of connections) assert.ok(lagSeconds === undefined || lagSeconds >= 0);
    });
  });

  it('GTID lists of MariaDB are nothing, or come out as they went in', () => {
    const number = fc.nat(4_294_967_295);
    const list = fc.array(fc.tuple(number, number, fc.bigInt(1n, 2n ** 64n - 1n)), { maxLength: 6 });
    holds(list, (gtids) => {
      const text = gtids.map((parts) => parts.join('-')).join(',');
      const parsed = parseMariadbGtid(text);
      assert.ok(parsed);
      assert.equal(renderMariadbGtid(parsed), text);
    });
    holds(anyText, (text) => void parseMariadbGtid(text));
  });

  it('GTID sets of MySQL keep the laws of sets', () => {
    const uuids = ['3e11fa47-71ca-11e1-9e33-c80aa9429562', '00000000-0000-0000-0000-000000000001'];
    const interval = fc.tuple(fc.integer({ min: 1, max: 60 }), fc.nat(9));
    const set: fc.Arbitrary<MysqlGtidSet> = fc
      .array(fc.tuple(fc.constantFrom(...uuids), fc.constantFrom('', ':tag'), interval), { maxLength: 8 })
      .map((parts) => {
        const words = parts.map(([uuid, tag, [first, more]]) => `${uuid}${tag}:${first}-${first + more}`);
        const parsed = parseMysqlGtidSet(words.join(','));
        assert.ok(parsed);
        return parsed;
      });
    holds(fc.tuple(set, set), ([a, b]) => {
      const union = unionGtid(a, b);
      assert.ok(containsGtid(union, a) && containsGtid(union, b));
      assert.equal(countGtid(union) + countGtid(intersectGtid(a, b)), countGtid(a) + countGtid(b));
      assert.equal(countGtid(intersectGtid(subtractGtid(a, b), b)), 0n);
      assert.deepEqual(parseMysqlGtidSet(renderMysqlGtidSet(union)), union);
    });
    holds(anyText, (text) => void parseMysqlGtidSet(text));
  });

  it('bodies of etcd end in an outcome, JSON or not', () => {
    const json = fc.oneof(
      fc.json(),
      anyText,
      fc.jsonValue().map((value) => JSON.stringify({ node: value, kvs: value, header: value })),
    );
    const answer = fc.record({
      kind: fc.constant('answered' as const),
      status: fc.constantFrom(200, 301, 400, 401, 403, 404, 500, 503),
      headers: fc.dictionary(fc.constantFrom('x-etcd-index', 'content-type', 'location', 'content-encoding'), anyText),
      body: json,
      isWhole: fc.boolean(),
    });
    holds(answer, (each) => {
      const answeredBody = { ...each, at, elapsedMs: 1, url: 'http://127.0.0.1:1/' } as unknown as Answered;
      for (const outcome of [parseAnswer(answeredBody), parseRange(answeredBody), parseV2Events(answeredBody, 1)]) {
        assert.match(outcome.kind, /^(ok|failed)$/);
        if (outcome.kind === 'failed') assert.ok(outcome.reason.text.length < 2000);
      }
    });
    holds(json, (body) => {
      try {
        parseV2Contents(body);
      } catch (error) {
        assert.ok(error instanceof Error);
      }
    });
  });
});
