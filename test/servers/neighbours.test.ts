import { strict as assert } from 'node:assert';
import { judgeBackups } from '../../src/core/backups/judgeBackups';
import { toBackupsFacts } from '../../src/core/backups/toBackupsFacts';
import type { BackupsSpec, InstanceSpec, PipelineSpec } from '../../src/core/inventory/model';
import { judgePipeline } from '../../src/core/pipelines/judgePipeline';
import type { PipelineFacts } from '../../src/core/pipelines/model';
import type { TimeFormat } from '../../src/core/pipelines/timeFormat';
import { toPipelineFacts } from '../../src/core/pipelines/toPipelineFacts';
import type { ServiceAnswers, ServiceReading } from '../../src/core/services/model';
import { createTestReader, instance, type TestReader } from '../adapters/harness';
import { startPrivateServer, type PrivateServer } from '../adapters/privateServer';
import { diagnose } from '../../src/core/findings/diagnose';
import { linkServices, toServiceSnapshot } from '../../src/core/services/linkServices';
import { buildInventory } from '../core/buildFleet';
import { fleetOf } from '../core/findings/fleetBuilder';
import { backupRows, metadataTable } from '../sandbox/neighbourTables';
import { backupFindings, pipelineFindings, type Hours } from './tableFindings';

const password = 'neighbours';
const none = new AbortController().signal;

function answersOf<K extends 'backups' | 'pipeline'>(reading: ServiceReading<K>): ServiceAnswers[K] {
  assert.ok(reading.result.kind === 'answered', JSON.stringify(reading.result));
  return reading.result.answers;
}

/** Backups and pipelines are tables: both live on one server here, the two sides of a pipeline as two addresses of it. */
describe('the neighbours that are tables, on a real server', function () {
  this.timeout(60_000);
  let server: PrivateServer;
  let reader: TestReader;

  before(async function () {
    this.timeout(120_000);
    server = await startPrivateServer();
    await server.query([
      'CREATE DATABASE dbbackups',
      'CREATE DATABASE log',
      'CREATE DATABASE copy',
      metadataTable,
      `CREATE USER reader@'127.0.0.1' IDENTIFIED BY '${password}'`,
      "GRANT SELECT ON dbbackups.* TO reader@'127.0.0.1'",
      "GRANT SELECT ON log.* TO reader@'127.0.0.1'",
      `CREATE USER nobody@'127.0.0.1' IDENTIFIED BY '${password}'`,
      // Whatever zone the server lives in, instants stay what they are.
      "SET GLOBAL time_zone = '+05:30'",
      "SET SESSION time_zone = '+00:00'",
      backupRows(),
    ]);
  });
  after(async function () {
    this.timeout(30_000);
    await server.stop();
  });
  beforeEach(() => {
    reader = createTestReader({ monitor: password });
  });
  afterEach(() => reader.dispose());

  const as = (user: string, more: Partial<InstanceSpec> = {}): InstanceSpec =>
    instance(server.port, {
      credentials: { name: user, user, password: { kind: 'secret', name: 'monitor' } },
      tls: { mode: 'preferred' },
      ...more,
    });

  /** A table of columns on every server; MySQL 9 would draw a tree. */
  const explain = (statement: string): string =>
    `EXPLAIN ${server.kind.flavor === 'mysql' ? 'FORMAT=TRADITIONAL ' : ''}${statement}`;

  describe('backups', () => {
    const spec = (more: Partial<BackupsSpec> = {}): BackupsSpec => ({
      ...{ name: 'main', instance: 'here', table: 'dbbackups.backups', pollSeconds: 300, timeoutSeconds: 10 },
      expect: ['analytics_meta', 'matomo', 's1'].map((section) => ({ section, type: 'dump', maxAgeDays: 20_000 })),
      ...more,
    });
    const read = (own: BackupsSpec, here: InstanceSpec): Promise<ServiceReading<'backups'>> =>
      reader.services.backups.read(
        { kind: 'backups', key: 'backups:main', name: 'main', spec: own, pollSeconds: 300, instances: { here } },
        none,
      );

    it('finds the jump of +64.94 % that nobody remarked on, and the section without any', async () => {
      const facts = toBackupsFacts(answersOf(await read(spec(), as('reader'))), spec());
      assert.deepEqual(facts.unread, []);
      const [meta, matomo] = facts.series;
      assert.deepEqual([meta?.runs.length, matomo?.runs.length], [9, 9]);
      assert.equal(meta?.largestStep?.percent.toFixed(2), '64.94');
      assert.equal(meta.last?.startedAt, '2020-10-20T02:08:31.000Z');
      assert.deepEqual(
        judgeBackups(facts).map(({ id, name, short }) => [id, name, short]),
        [
          ['backup.missing', 'the dump of s1', 'no dump'],
          ['backup.sizeJump', 'the dump of analytics_meta', '+65 % since 2020-09-29'],
        ],
      );
    });

    it('uses the index, reads no more than it shows, and sends nothing else', async () => {
      const statement = answersOf(await read(spec(), as('reader'))).expected[0]?.answer;
      assert.ok(statement?.kind === 'rows');
      const [plan] = await server.query(explain(statement.statement));
      // Eighteen rows are read whole sooner; on a real table this is the key that is there for it.
      assert.match(String(plan?.['possible_keys']), /last_backup/);
    });

    for (const [id, { runs, account = 'reader' }] of Object.entries(backupFindings)) {
      it(`provoke ${id}`, async () => {
        const table = `dbbackups.${id.replace('.', '_')}`;
        const values = runs.map(
          ({ agoHours, status = 'finished', bytes }) =>
            `('dump.s1', '${status}', 'db1:3311', 'dbprov1', 'dump', 's1', NOW() - INTERVAL ${agoHours} HOUR, ${status === 'finished' ? `NOW() - INTERVAL ${agoHours * 60 - 5} MINUTE` : 'NULL'}, ${bytes ?? 'NULL'})`,
        );
        const columns = 'name, status, source, host, type, section, start_date, end_date, total_size';
        await server.query([
          `CREATE TABLE ${table} LIKE dbbackups.backups`,
          ...(values.length === 0 ? [] : [`INSERT INTO ${table} (${columns}) VALUES ${values.join(', ')}`]),
        ]);
        const own = spec({ table, expect: [{ section: 's1', type: 'dump', maxAgeDays: 9, minBytes: 50_000 }] });
        const snapshot = toServiceSnapshot<'backups'>(await read(own, as(account)), own, undefined);
        const services = linkServices({ ...buildInventory({}), backups: [own] }, { 'backups:main': snapshot });
        const found = diagnose({ ...fleetOf(), services }).map((finding) => finding.id);
        assert.ok(found.includes(id), found.join(', ') || 'nothing was found');
      });
    }

    it('says that our account may not read the table', async () => {
      const reading = await read(spec(), as('nobody'));
      const answers = answersOf(reading);
      assert.ok(answers.recent.kind === 'error' && [1142, 1044].includes(answers.recent.errno));
    });

    it('says that there is no such table', async () => {
      const { recent, expected } = answersOf(await read(spec({ table: 'dbbackups.nothing' }), as('reader')));
      assert.ok(recent.kind === 'error' && recent.errno === 1146);
      assert.ok(expected.every(({ answer }) => answer.kind === 'error'));
    });

    it('asks for no name that could end a literal', async () => {
      const section = "s1' OR '1'='1";
      const { expected } = answersOf(await read(spec({ expect: [{ section, type: 'dump' }] }), as('reader')));
      assert.deepEqual(expected, [{ section, type: 'dump', answer: { kind: 'notAsked' } }]);
    });

    it('gives up by its deadline on a table that is locked', async () => {
      const lock = await server.connectAsRoot();
      try {
        await lock.query('LOCK TABLES dbbackups.backups WRITE');
        const startedMs = Date.now();
        const { recent } = answersOf(await read(spec({ timeoutSeconds: 1 }), as('reader')));
        assert.equal(recent.kind, 'notAsked');
        assert.ok(Date.now() - startedMs < 4000);
      } finally {
        await lock.query('UNLOCK TABLES');
        await lock.end();
      }
    });

    it('says why nobody answers', async () => {
      const reading = await read(spec(), as('reader', { port: 1, key: '127.0.0.1:1' }));
      assert.deepEqual(reading.result.kind === 'failed' && reading.result.failure.reason, 'refused');
      const refused = await read(spec(), as('stranger'));
      assert.deepEqual(refused.result.kind === 'failed' && refused.result.failure.reason, 'denied');
    });
  });

  describe('pipelines', () => {
    const columns: Readonly<Record<TimeFormat, string>> = {
      yyyymmddhhmmss: 'binary(14)',
      datetime: 'datetime',
      epoch: 'int unsigned',
    };
    const hour = 3_600_000;
    /** The full hour before the last one, so that all of it is settled. */
    const lastHour = Math.floor(Date.now() / hour) * hour - hour;
    const write = (ms: number, format: TimeFormat): string => {
      const iso = new Date(ms).toISOString().slice(0, 19);
      if (format === 'epoch') return String(ms / 1000);
      return format === 'datetime' ? `'${iso.replace('T', ' ')}'` : `'${iso.replace(/\D/g, '')}'`;
    };
    /** Four rows in each of 30 hours; `hole` hours ago there are none. */
    const rows = (format: TimeFormat, hole?: number, newest = 0, oldest = 29): string =>
      Array.from({ length: oldest - newest + 1 }, (_, index) => newest + index)
        .filter((ago) => ago !== hole)
        .flatMap((ago) =>
          [0, 10, 20, 50].map((minute) => `(${write(lastHour - ago * hour + minute * 60_000, format)})`),
        )
        .join(', ');
    const spec = (timeFormat: TimeFormat, more: Partial<PipelineSpec> = {}): PipelineSpec => ({
      ...{ name: 'eventlogging', source: 'there', replica: 'here', tables: `log.${timeFormat}*` },
      ...{
        timeColumn: 'timestamp',
        timeFormat,
        bucket: 'hour',
        maxLagSeconds: 3600,
        pollSeconds: 60,
        timeoutSeconds: 10,
      },
      ...more,
    });
    const read = async (own: PipelineSpec, there = as('reader')): Promise<PipelineFacts> =>
      toPipelineFacts(
        answersOf(
          await reader.services.pipeline.read(
            {
              ...{ kind: 'pipeline', key: 'pipeline:eventlogging', name: 'eventlogging', spec: own, pollSeconds: 60 },
              instances: { there, here: as('reader') },
            },
            none,
          ),
        ),
        own,
      );
    const create = (table: string, format: TimeFormat, index = true): string =>
      `CREATE TABLE log.${table} (id int unsigned AUTO_INCREMENT PRIMARY KEY, \`timestamp\` ${columns[format]} NOT NULL${index ? ', KEY (`timestamp`)' : ''})`;

    for (const format of ['yyyymmddhhmmss', 'datetime', 'epoch'] as const) {
      it(`compares ${format} hour by hour`, async () => {
        await server.query([
          create(format, format),
          `INSERT INTO log.${format} (\`timestamp\`) VALUES ${rows(format, 7)}`,
        ]);
        const facts = await read(spec(format));
        const [table] = facts.tables;
        assert.equal(table?.name, `log.${format}`);
        assert.equal(table.lagSeconds, 0);
        assert.ok(table.source.kind === 'read' && table.source.newestMs === lastHour + 50 * 60_000);
        const shown = table.buckets.slice(-9).map(({ source, replica }) => [source, replica]);
        assert.deepEqual(shown, [
          [4, 4],
          [0, 0],
          [4, 4],
          [4, 4],
          [4, 4],
          [4, 4],
          [4, 4],
          [4, 4],
          [4, 4],
        ]);
        const silent = (table.silentSeconds ?? 0) - (Date.now() - lastHour - 50 * 60_000) / 1000;
        assert.ok(Math.abs(silent) < 30, `silence off by ${silent} s`);
        const counted = table.counted?.replica ?? '';
        const [plan] = await server.query(explain(counted));
        assert.equal(plan?.['key'], 'timestamp');
      });
    }

    it('finds the hole in the copy, where it begins, and how late it is, and provokes each finding', async function () {
      this.timeout(240_000);
      const other = await startPrivateServer();
      try {
        const format = 'yyyymmddhhmmss';
        await server.query([create('Edit_1', format), `INSERT INTO log.Edit_1 (\`timestamp\`) VALUES ${rows(format)}`]);
        await other.query([
          'CREATE DATABASE log',
          create('Edit_1', format),
          `INSERT INTO log.Edit_1 (\`timestamp\`) VALUES ${rows(format, 9)}`,
          `DELETE FROM log.Edit_1 WHERE \`timestamp\` > ${write(lastHour - 2 * hour, format)}`,
          `CREATE USER reader@'127.0.0.1' IDENTIFIED BY '${password}'`,
          "GRANT SELECT ON log.* TO reader@'127.0.0.1'",
        ]);
        const own = spec(format, { tables: 'log.Edit*' });
        const there = as('reader');
        const here = { ...as('reader'), port: other.port, key: `127.0.0.1:${other.port}` };
        const target = { kind: 'pipeline', key: 'pipeline:p', name: 'p', spec: own, pollSeconds: 60 } as const;
        const reading = await reader.services.pipeline.read({ ...target, instances: { there, here } }, none);
        const facts = toPipelineFacts(answersOf(reading), own);
        const [table] = facts.tables;
        assert.deepEqual(
          table?.fewer.map(({ startMs, source, replica }) => [(lastHour - startMs) / hour, source, replica]),
          [[9, 4, 0]],
        );
        assert.equal(table.lagSeconds, 2 * 3600 + 50 * 60);
        assert.deepEqual(
          judgePipeline(facts, own, reading.at)
            .map(({ id }) => id)
            .sort(),
          ['pipeline.behind', 'pipeline.gap'],
        );
        const provoked = await Promise.all(
          Object.entries(pipelineFindings).map(async ([id, { source: at, replica: from, hole }]) => {
            const name = id.replace('.', '_');
            const fill = (hours: Hours | undefined, without?: number): readonly string[] => {
              if (hours === undefined) return [];
              const [newest, oldest] = hours;
              const values = rows(format, without, newest, oldest);
              return [create(name, format), `INSERT INTO log.${name} (\`timestamp\`) VALUES ${values}`];
            };
            await Promise.all([server.query(fill(at)), other.query(fill(from, hole))]);
            const its = spec(format, { tables: `log.${name}` });
            const read = await reader.services.pipeline.read(
              { ...target, spec: its, instances: { there, here } },
              none,
            );
            const snapshot = toServiceSnapshot<'pipeline'>(read, its, undefined);
            const services = linkServices(
              { ...buildInventory({}), pipelines: [its] },
              { [`pipeline:${its.name}`]: snapshot },
            );
            return diagnose({ ...fleetOf(), services }).map((finding) => finding.id);
          }),
        );
        assert.deepEqual(
          provoked,
          Object.keys(pipelineFindings).map((id) => [id]),
        );
        const down = { ...here, port: 1, key: '127.0.0.1:1' };
        const half = await reader.services.pipeline.read({ ...target, instances: { there, here: down } }, none);
        const { source, replica } = toPipelineFacts(answersOf(half), own);
        assert.deepEqual([source.kind, replica.kind], ['answered', 'failed']);
      } finally {
        await other.stop();
      }
    });

    it('asks for no table that is large and has no index, and for a small one', async () => {
      await server.query([create('bare_small', 'datetime', false), create('bare_large', 'datetime', false)]);
      await server.query([
        `INSERT INTO log.bare_small (\`timestamp\`) VALUES ${rows('datetime')}`,
        'INSERT INTO log.bare_large (`timestamp`) WITH RECURSIVE n AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM n WHERE i < 1000) SELECT UTC_TIMESTAMP() FROM n a JOIN (SELECT i FROM n LIMIT 80) b',
        'ANALYZE TABLE log.bare_large',
        'ANALYZE TABLE log.bare_small',
      ]);
      const { tables } = await read(spec('datetime', { tables: 'log.bare*' }));
      assert.deepEqual(
        tables.map(({ name, source }) => [name, source.kind]),
        [
          ['log.bare_large', 'skipped'],
          ['log.bare_small', 'read'],
        ],
      );
    });

    it('does not believe a row of the year 2099', async () => {
      await server.query([
        create('future', 'datetime'),
        `INSERT INTO log.future (\`timestamp\`) VALUES ${rows('datetime')}, ('2099-01-01 00:00:00')`,
      ]);
      const [table] = (await read(spec('datetime', { tables: 'log.future' }))).tables;
      assert.ok(table?.source.kind === 'read' && table.source.newestMs === lastHour + 50 * 60_000);
    });

    it('sees nothing where our account may see nothing', async () => {
      const { tables, source } = await read(spec('epoch', { tables: 'copy.*' }));
      assert.deepEqual([tables, source], [[], { kind: 'answered' }]);
    });
  });
});
