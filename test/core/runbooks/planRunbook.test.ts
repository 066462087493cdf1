import assert from 'node:assert/strict';
import type { FleetView } from '../../../src/core/fleetView';
import { renderCall } from '../../../src/core/runbooks/clientCall';
import type { RunbookPlan } from '../../../src/core/runbooks/plan';
import { planRunbook, whyNotNow } from '../../../src/core/runbooks/planRunbook';
import { runbooks } from '../../../src/core/runbooks/registry';
import { renderPlan } from '../../../src/core/runbooks/renderPlan';
import type { InstanceRunbook } from '../../../src/core/runbooks/runbook';
import { toRunbookReport } from '../../../src/core/runbooks/toRunbookReport';
import { from } from '../buildFleet';
import { inGerman } from '../inGerman';
import { analytics, beat, error, mysql, multi, p, q, r, sql, type Node } from '../findings/fleetBuilder';
import { clientCallOf, files, viewOf, type PlanCase } from './fleet';
import { grantCases } from './grantCases';
import { repairCases } from './repairCases';
import { setUpCases } from './setUpCases';
import { whatRuns } from './whatRuns';

const stopped = { ioThread: 'stopped', sqlThread: 'stopped', secondsBehind: undefined } as const;
const byFile = { gtid: 'no', gtidDistance: undefined } as const;
const uuid = '3e11fa47-71ca-11e1-9e33-c80aa9429562';
const mysqlNode = (more: Node = {}): Node => ({
  ...more,
  facts: { ...mysql, uuid, gtidMode: 'ON', gtidExecuted: `${uuid}:1-9`, ...more.facts },
});
const heartbeats = (...rows: ReturnType<typeof beat>[]): Node => ({
  spec: { heartbeatTable: 'heartbeat.heartbeat' },
  heartbeat: rows,
});

const ownCases: readonly PlanCase[] = [
  {
    title: 'starts a stopped connection',
    id: 'replica.start',
    target: r,
    view: () => viewOf({ [r]: { connection: stopped } }),
    statements: ['START SLAVE'],
  },
  {
    title: 'starts a channel of MySQL',
    id: 'replica.start',
    target: r,
    view: () => viewOf({ [p]: mysqlNode(), [r]: mysqlNode({ connection: { ...stopped, name: "o'c" } }) }),
    statements: ["START REPLICA FOR CHANNEL 'o''c'"],
  },
  {
    title: 'does not start what runs',
    id: 'replica.start',
    target: r,
    view: () => viewOf(),
    blocks: ['connection.stands'],
  },
  {
    title: 'does not start anything on a primary',
    id: 'replica.start',
    target: p,
    view: () => viewOf(),
    blocks: ['connection.known'],
    statements: [],
  },
  {
    title: 'wants to know which of several connections',
    id: 'replica.stop',
    target: multi,
    view: () => viewOf({}, analytics),
    blocks: ['connection.known'],
    statements: [],
  },
  {
    title: 'stops the one that is named',
    id: 'replica.stop',
    target: multi,
    inputs: { connection: 'matomo' },
    view: () => viewOf({}, analytics),
    statements: ["STOP SLAVE 'matomo'"],
  },
  {
    title: 'does nothing to a server that does not answer',
    id: 'replica.stop',
    target: r,
    view: () => viewOf({ [r]: { failure: { reason: 'refused' } } }),
    blocks: ['target.identity', 'connection.known'],
    statements: [],
  },
  {
    title: 'does nothing to a server that does not say who it is',
    id: 'replica.stop',
    target: r,
    view: () => viewOf({ [r]: { facts: { hostname: undefined } } }),
    blocks: ['target.identity'],
  },
  {
    title: 'does nothing through a tunnel',
    id: 'replica.stop',
    target: r,
    view: () => viewOf({ [r]: { spec: { via: 'ssh://bastion' } } }),
    blocks: ['target.route'],
  },
  {
    title: 'sets a replica read-only',
    id: 'instance.setReadOnly',
    target: r,
    view: () => viewOf({ [r]: { facts: { readOnly: false } } }),
    statements: ['SET GLOBAL read_only = 1'],
  },
  {
    title: 'sets MySQL read-only for administrators too',
    id: 'instance.setReadOnly',
    target: p,
    view: () => viewOf({ [p]: mysqlNode() }),
    statements: ['SET GLOBAL super_read_only = 1'],
  },
  {
    title: 'sets the primary of a read-only cluster writable',
    id: 'instance.setWritable',
    target: p,
    view: () => viewOf({ [p]: { facts: { readOnly: true } } }),
    statements: ['SET GLOBAL read_only = 0'],
  },
  {
    title: 'sets nothing writable beside a writable instance',
    id: 'instance.setWritable',
    target: p,
    view: () => viewOf({ [p]: { facts: { readOnly: true } }, [q]: { facts: { readOnly: false } } }),
    blocks: ['cluster.noOtherWritable'],
  },
  {
    title: 'sets nothing writable beside one that may be',
    id: 'instance.setWritable',
    target: p,
    view: () => viewOf({ [p]: { facts: { readOnly: true } }, [q]: { failure: { reason: 'timedOut' } } }),
    blocks: ['cluster.noOtherWritable'],
  },
  {
    title: 'sets no replica writable',
    id: 'instance.setWritable',
    target: r,
    view: () => viewOf({ [p]: { facts: { readOnly: true } } }),
    blocks: ['target.isPrimary'],
  },
  {
    title: 'deletes stale rows by their time, and leaves the living one',
    id: 'heartbeat.removeStaleRows',
    target: r,
    view: () =>
      viewOf(
        Object.fromEntries(
          [p, r, q].map((key) => [key, heartbeats(beat(101, 0.5), beat(999, 9000, { ts: '2026-11-24T07:30:00.5' }))]),
        ),
      ),
    statements: [
      'SET SESSION sql_log_bin = 0',
      "DELETE FROM heartbeat.heartbeat WHERE server_id = 999 AND ts = '2026-11-24T07:30:00.5' LIMIT 1",
    ],
  },
  {
    title: 'deletes nothing where the primary is not read',
    id: 'heartbeat.removeStaleRows',
    target: r,
    view: () => viewOf({ [p]: { failure: { reason: 'refused' } }, [r]: heartbeats(beat(101, 0.5), beat(999, 9000)) }),
    blocks: ['heartbeat.stale'],
    statements: [],
  },
  {
    title: 'deletes nothing where all rows live',
    id: 'heartbeat.removeStaleRows',
    target: p,
    view: () => viewOf({ [p]: heartbeats(beat(101, 0.5)) }),
    blocks: ['heartbeat.stale'],
    statements: [],
  },
  {
    title: 'makes a replication account that requires TLS',
    id: 'source.createReplicationAccount',
    target: p,
    inputs: { host: '10.64.%', user: "re'pl" },
    view: () => viewOf(),
    statements: [
      "CREATE USER 're''pl'@'10.64.%' IDENTIFIED BY {{password}} REQUIRE SSL",
      "GRANT REPLICATION SLAVE ON *.* TO 're''pl'@'10.64.%'",
    ],
  },
  {
    title: 'makes no account for everybody',
    id: 'source.createReplicationAccount',
    target: p,
    inputs: { host: '%' },
    view: () => viewOf(),
    blocks: ['account.host'],
  },
  {
    title: 'makes no account on a replica',
    id: 'source.createReplicationAccount',
    target: r,
    inputs: { host: '10.64.%' },
    view: () => viewOf(),
    blocks: ['target.isWritten'],
  },
  {
    title: 'asks MariaDB for what it needs since 10.5',
    id: 'monitor.createAccount',
    target: p,
    inputs: { host: '10.0.0.1' },
    view: () => viewOf({ [p]: { spec: { heartbeatTable: 'heartbeat.heartbeat' } } }),
    statements: [
      "CREATE USER 'replideck'@'10.0.0.1' IDENTIFIED BY {{password}}",
      "GRANT SLAVE MONITOR, BINLOG MONITOR, PROCESS ON *.* TO 'replideck'@'10.0.0.1'",
      "GRANT SELECT ON heartbeat.heartbeat TO 'replideck'@'10.0.0.1'",
    ],
  },
  {
    title: 'asks MySQL for what it needs',
    id: 'monitor.createAccount',
    target: p,
    inputs: { host: '10.0.0.1' },
    view: () => viewOf({ [p]: mysqlNode() }),
    statements: [
      "CREATE USER 'replideck'@'10.0.0.1' IDENTIFIED BY {{password}}",
      "GRANT REPLICATION CLIENT, PROCESS ON *.* TO 'replideck'@'10.0.0.1'",
      "GRANT SELECT ON performance_schema.* TO 'replideck'@'10.0.0.1'",
    ],
  },
  {
    title: 'switches a connection to GTID',
    id: 'replica.enableGtid',
    target: r,
    view: () => viewOf({ [r]: { connection: byFile } }),
    statements: ['STOP SLAVE', 'CHANGE MASTER TO MASTER_USE_GTID=slave_pos', 'START SLAVE'],
  },
  {
    title: 'does not switch with an empty position',
    id: 'replica.enableGtid',
    target: r,
    view: () => viewOf({ [r]: { connection: byFile, facts: { gtidSlavePos: '' } } }),
    blocks: ['gtid.domains'],
  },
  {
    title: 'does not switch a stopped replica that is ahead',
    id: 'replica.enableGtid',
    target: r,
    view: () => viewOf({ [r]: { connection: { ...byFile, ...stopped }, facts: { gtidSlavePos: '0-104-137' } } }),
    blocks: ['gtid.notAhead'],
  },
  {
    title: 'switches MySQL only with gtid_mode on both',
    id: 'replica.enableGtid',
    target: r,
    view: () => viewOf({ [p]: mysqlNode({ facts: { gtidMode: 'OFF' } }), [r]: mysqlNode({ connection: byFile }) }),
    blocks: ['gtid.mode'],
  },
  {
    title: 'verifies the certificate',
    id: 'replica.enableTls',
    target: r,
    inputs: { ca: "/etc/ssl/it's.pem" },
    view: () => viewOf(),
    statements: [
      'STOP SLAVE',
      "CHANGE MASTER TO MASTER_SSL=1, MASTER_SSL_VERIFY_SERVER_CERT=1, MASTER_SSL_CA='/etc/ssl/it''s.pem'",
      'START SLAVE',
    ],
  },
  {
    title: 'demands no TLS of a source that offers none',
    id: 'replica.enableTls',
    target: r,
    view: () => viewOf({ [p]: { facts: { tlsOffered: false } } }),
    blocks: ['source.tlsOffered'],
  },
  {
    title: 'restarts both threads for a corrupt relay log, by GTID',
    id: 'replica.repairRelayLog',
    target: r,
    view: () => viewOf({ [r]: { connection: sql(1594, 'Relay log read failure: x') } }),
    statements: ['STOP SLAVE', 'START SLAVE'],
  },
  {
    title: 'goes back to what was executed, by file and position',
    id: 'replica.repairRelayLog',
    target: r,
    view: () => viewOf({ [r]: { connection: { ...byFile, ...sql(1594, 'Relay log read failure: x') } } }),
    statements: ['STOP SLAVE', "CHANGE MASTER TO MASTER_LOG_FILE='bin.000004', MASTER_LOG_POS=1229", 'START SLAVE'],
  },
  {
    title: 'points a replica to another source',
    id: 'replica.repoint',
    target: r,
    inputs: { source: q },
    view: () => viewOf(),
    statements: [
      'STOP SLAVE',
      "CHANGE MASTER TO MASTER_HOST='db2101.codfw.wmnet', MASTER_PORT=3311, MASTER_USE_GTID=slave_pos",
      'START SLAVE',
    ],
  },
  {
    title: 'makes no ring',
    id: 'replica.repoint',
    target: r,
    inputs: { source: q },
    view: () => viewOf({ [q]: { connections: [from(r)] } }),
    blocks: ['source.noRing'],
  },
  {
    title: 'carries no file and position to another source',
    id: 'replica.repoint',
    target: r,
    inputs: { source: q },
    view: () => viewOf({ [r]: { connection: byFile } }),
    blocks: ['connection.gtid'],
  },
  {
    title: 'points to nobody that is not read',
    id: 'replica.repoint',
    target: r,
    inputs: { source: q },
    view: () => viewOf({ [q]: { failure: { reason: 'refused' } } }),
    blocks: ['source.answers', 'source.serverId', 'source.logs', 'source.version', 'gtid.notAhead'],
  },
];

const cases = [...ownCases, ...setUpCases, ...grantCases, ...repairCases];

function check({ id, target, view, inputs, statements, blocks = [] }: PlanCase): void {
  const plan = planRunbook(view(), id, target, inputs);
  const blocking = plan.blocked.map((reason) => /^[\w.]+/.exec(reason)?.[0] ?? reason);
  assert.deepEqual(blocking, blocks, plan.blocked.join('\n'));
  if (statements !== undefined) {
    assert.deepEqual(
      plan.steps.flatMap((step) => clientCallOf(step).statements),
      statements,
    );
  }
  assert.deepEqual(planRunbook(view(), id, target, inputs), plan);
  assert.deepEqual(
    inGerman(() => whatRuns(planRunbook(view(), id, target, inputs))),
    whatRuns(plan),
    'it is the same in German',
  );
  const text = renderPlan(plan, () => files);
  assert.deepEqual(
    renderPlan(planRunbook(view(), id, target, inputs), () => files),
    text,
  );
  const shown = [...text.text.matchAll(/^- ([✓✗?]) (\S+): .+ \(needed: .+\)$(\n {2}- )?/gm)];
  assert.deepEqual(
    shown.map(([, sign, check, fix]) => [sign, check, fix !== undefined]),
    plan.checks.map(({ id: check, pass }) => [pass === true ? '✓' : pass === false ? '✗' : '?', check, pass !== true]),
  );
  for (const step of plan.steps) {
    // What runs is shown whole.
    const command = renderCall(step.call, files);
    if (command.kind === 'ok') assert.ok(text.text.includes(`\n${command.value}\n`), step.id);
    assert.match(text.text.split('\n')[text.stepLines[step.id] ?? -1] ?? '', /^## Step \d+: /);
    // What cannot be had back says so by its effect.
    const { rollback, rollbackWords } = step;
    assert.ok(
      (rollback ?? rollbackWords) !== undefined || step.effect !== 'write' || step.id === 'fetchAgain',
      step.id,
    );
    // No more is said than is looked at.
    const { expectation, expected } = step;
    if (expectation.kind === 'threads') assert.equal(expected, `IO thread and SQL thread ${expectation.thread}`);
    // Four words in a row are a sentence, which nobody can run.
    assert.doesNotMatch(rollback ?? '', /(?: [a-z]+){4}/, step.id);
  }
  const report = toRunbookReport(plan, () => files);
  assert.deepEqual(JSON.parse(JSON.stringify(report)), report, 'plain JSON');
  if (blocks.length === 0) assert.deepEqual(report.blocked, []);
}

describe('planning a runbook', () => {
  for (const each of cases) {
    it(`${each.id} ${each.title}`, () => {
      check(each);
    });
  }

  it('has a case for every runbook, and ids of their own', () => {
    const instanceIds = runbooks.flatMap(({ on, id }) => (on === 'instance' ? [id] : [])).sort();
    assert.deepEqual([...new Set(cases.map(({ id }) => id))].sort(), instanceIds);
  });

  it('names what only a server has before its binary log is deleted for a new copy', () => {
    const own = { [r]: { facts: { dumpThreads: [], gtidBinlogState: '0-101-100,0-201-101' } } };
    const plan = planRunbook(viewOf(own), 'replica.rebuild', r, { databases: 'shop' });
    const { text } = renderPlan(plan, () => files);
    assert.match(text, /- \? target\.noOwnWrites: its own: 0-201-101 /);
    assert.match(text, /Step 1 deletes them with the binary log, for good/);
    assert.match(text, /and delete the binary log of /);
    assert.match(text, /What only it has is lost with its binary log: 0-201-101\./);
  });

  it('refuses what does not exist with a sentence', () => {
    assert.throws(() => planRunbook(viewOf(), 'replica.skip', r), /There is no runbook replica\.skip; there are: /);
    assert.throws(() => planRunbook(viewOf(), 'replica.stop', 'x:1'), /no instance x:1/);
  });

  it('blocks a runbook whose statements are never offered, or do more than it says', () => {
    const rogue = (statements: readonly string[], rollback = 'START SLAVE'): InstanceRunbook => ({
      on: 'instance',
      ...{ id: 'rogue', title: 'Rogue', summary: '', inputs: [], isOffered: () => true },
      plan: (context) => ({
        checks: [],
        steps: [
          context.step({
            ...{ id: 'x', title: 'X', effect: 'write', statements, verify: 'SELECT 1', rollback, blastRadius: '' },
            expectation: { kind: 'readOnly', key: r, isReadOnly: true },
            expected: '1',
          }),
        ],
      }),
    });
    const blocked = (runbook: InstanceRunbook) => planRunbook(viewOf(), 'rogue', r, {}, [runbook]).blocked;
    assert.deepEqual(blocked(rogue(['STOP SLAVE'])), []);
    assert.match(blocked(rogue(['SET GLOBAL sql_slave_skip_counter = 1'])).join(), /never offered/);
    assert.match(blocked(rogue(['STOP SLAVE'], 'RESET MASTER')).join(), /never offered/);
    assert.match(blocked(rogue(['DELETE FROM t'])).join(), /do more than its effect/);
  });
});

describe('right before a step', () => {
  const view = (node: Node = {}) => viewOf({ [r]: { connection: stopped, ...node } });
  const plan = planRunbook(view(), 'replica.start', r);
  const why = (now: FleetView, of: RunbookPlan = plan) => whyNotNow(of, of.steps[0]?.id ?? '', now).join('\n');

  it('goes on where nothing has changed', () => {
    assert.equal(why(view()), '');
  });

  it('stops at another server, whatever part of its identity differs', () => {
    for (const facts of [{ serverId: 999 }, { hostname: 'other' }, { port: 3399 }, { gtidDomainId: 7 }]) {
      assert.match(why(view({ facts })), /is another server: /, JSON.stringify(facts));
    }
    assert.match(why(view({ failure: { reason: 'refused' } })), /does not say who it is now/);
    assert.match(why(viewOf({ [p]: { facts: { serverId: 999 } }, [r]: { connection: stopped } })), /The source /);
  });

  it('stops at a check that has gone red meanwhile', () => {
    assert.match(why(viewOf()), /connection\.stands/);
  });

  it('stops where something else would run than was shown', () => {
    const rows = (...ids: number[]) =>
      viewOf(
        Object.fromEntries(
          [p, r, q].map((key) => [key, heartbeats(beat(101, 0.5), ...ids.map((id) => beat(id, 9000)))]),
        ),
      );
    const clean = planRunbook(rows(999), 'heartbeat.removeStaleRows', r);
    assert.equal(why(rows(999), clean), '');
    assert.match(why(rows(998), clean), /no longer what the plan shows/);
    assert.match(why(viewOf({ [r]: { connection: { ...stopped, name: 'x' } } })), /no longer what the plan shows/);
  });

  it('stops where the target has left the inventory', () => {
    assert.match(why(viewOf({}, analytics)), /no instance/);
  });

  it('shows an error that a start would meet again, and leaves the decision to a person', () => {
    const broken = planRunbook(
      viewOf({ [r]: { connection: { ...stopped, sqlError: error(1062, 'Duplicate | `x`') } } }),
      'replica.start',
      r,
    );
    assert.equal(broken.checks.find(({ id }) => id === 'connection.noError')?.pass, 'unknown');
    assert.match(renderPlan(broken, () => files).text, /1062: Duplicate \\\| \\`x\\`/);
  });
});
