import assert from 'node:assert/strict';
import { type Finding } from '../../src/core/findings/finding';
import { type FleetView } from '../../src/core/fleetView';
import { type InstanceSpec } from '../../src/core/inventory/model';
import { joinFindings } from '../../src/core/joinFindings';
import { linkFleet } from '../../src/core/linkFleet';
import { type PanelState, type Subject } from '../../src/protocol/replicationPanel';
import { renderReadiness, renderTicket, toPanelState } from '../../src/ui/panels/replication/model';
import { at, buildInventory, buildSnapshot, from, type Sketch } from '../core/buildFleet';

const primary = 'db1100.eqiad.wmnet:3311';
const replica = 'db2100.codfw.wmnet:3311';
const clusters = { s1: { instances: [primary, replica], primary } };
const details: Record<string, Partial<InstanceSpec>> = { [replica]: { datacenter: 'codfw' } };

function fleet(now: Sketch, findings: readonly Finding[] = [], before: Sketch = {}): FleetView {
  return joinFindings(linkFleet(buildSnapshot(buildInventory(clusters, details), now, before)), findings);
}

const well: Sketch = {
  [primary]: { facts: { readOnly: false, serverId: 1, dumpThreads: [{ serverId: 2, encrypted: true }] } },
  [replica]: {
    facts: { readOnly: true, serverId: 2 },
    connections: [from(primary, { tls: { asked: true, verify: true } })],
  },
};

const instance = (key: string): Subject => ({ kind: 'instance', key });
const cluster: Subject = { kind: 'cluster', name: 's1' };
const noHistory = { rangeSeconds: 900, warnSeconds: 15, critSeconds: 300, series: [] };

function stateOf(view: FleetView, subject: Subject): PanelState {
  return toPanelState(view, subject, noHistory, { reading: false });
}

function finding(more: Partial<Finding> = {}): Finding {
  return {
    id: 'replica.sql.error',
    severity: 'critical',
    subject: replica,
    connection: '',
    title: 'T',
    short: 'SQL stopped',
    evidence: [{ measured: 'M', source: 'SHOW ALL SLAVES STATUS', at }],
    remedy: 'R',
    ...more,
  };
}

describe('replication panel model', () => {
  describe('summary', () => {
    function check(name: string, now: Sketch, subject: Subject, expected: string): void {
      it(name, () => {
        assert.equal(stateOf(fleet(now), subject).summary, expected);
      });
    }
    const only = (sketch: Sketch[string]): Sketch => ({ ...well, [replica]: sketch });

    check('a replica that runs', well, instance(replica), 'Replicates from db1100:3311 (0 s behind).');
    check(
      'one thread stopped',
      only({ connections: [from(primary, { sqlThread: 'stopped' })] }),
      instance(replica),
      'Replication from db1100:3311 does not run: IO running, SQL stopped.',
    );
    check(
      'one of two connections stopped',
      only({
        connections: [from(primary, { name: 'a' }), from('other:3306', { name: 'b', ioThread: 'connecting' })],
      }),
      instance(replica),
      'Replication from other:3306 does not run: IO connecting, SQL running. Replicates from db1100:3311 (0 s behind).',
    );
    check(
      'lag that nobody knows',
      only({ connections: [from(primary, { secondsBehind: undefined })] }),
      instance(replica),
      'Replicates from db1100:3311 (lag unknown).',
    );
    check('a primary', well, instance(primary), 'Primary of 1 known replica, writable.');
    check(
      'denied',
      only({ replicationDenied: true }),
      instance(replica),
      'Answers, but our account may not read its replication status.',
    );
    check('not read', { [primary]: well[primary]! }, instance(replica), 'Not read yet.');
    check(
      'timed out',
      only({ failure: 'timedOut' }),
      instance(replica),
      'No answer to the connection attempt within 5 s.',
    );
    check(
      'hung',
      only({ failure: 'hung' }),
      instance(replica),
      'The connection opened, and then no answer came within 5 s.',
    );
    check('not configured', only({}), instance(replica), 'Not configured as a replica, and no replica of it is known.');
    check('a cluster that is well', well, cluster, '2 instances: all well. Largest lag 0 s (db2100:3311).');
    check('a cluster with a dead replica', only({ failure: 'refused' }), cluster, '2 instances: 1 without an answer.');
    check('out of the inventory', well, instance('gone:1'), 'The inventory no longer names this instance.');
    check(
      'a cluster out of the inventory',
      well,
      { kind: 'cluster', name: 'x' },
      'The inventory no longer names this cluster.',
    );
  });

  it('names things short, with the whole host among the facts', () => {
    const { title, facts, production } = stateOf(fleet(well), instance(replica));
    assert.equal(title, 'db2100:3311');
    assert.equal(production, true);
    assert.deepEqual(Object.fromEntries(facts.map(({ label, value }) => [label, value])), {
      Host: 'db2100.codfw.wmnet',
      Role: 'replica',
      Cluster: 's1',
      'Data centre': 'codfw',
      Version: 'MariaDB 10.11.19',
      'Read-only': 'yes',
      'Server id': '2',
    });
  });

  it('says unknown, never no or 0, for what was not read', () => {
    const { facts, at: readAt, raw } = stateOf(fleet({}), instance(replica));
    const values = Object.fromEntries(facts.map(({ label, value }) => [label, value]));
    assert.equal(values['Version'], 'unknown');
    assert.equal(values['Read-only'], 'unknown');
    assert.equal(values['Server id'], 'unknown');
    assert.equal(readAt, undefined);
    assert.deepEqual(raw, []);
  });

  describe('TLS tells what travels', () => {
    function check(name: string, encrypted: boolean | undefined, asked: boolean | undefined, expected: string): void {
      it(name, () => {
        const threads = encrypted === undefined ? undefined : [{ serverId: 2, encrypted }];
        const view = fleet({
          [primary]: { facts: { serverId: 1, ...(threads === undefined ? {} : { dumpThreads: threads }) } },
          [replica]: {
            facts: { serverId: 2 },
            connections: [from(primary, { tls: asked === undefined ? {} : { asked, verify: true } })],
          },
        });
        const facts = stateOf(view, instance(replica)).connections[0]?.facts ?? [];
        assert.equal(facts.find(({ label }) => label === 'TLS')?.value, expected);
      });
    }
    check('encrypted', true, true, 'encrypted, verified');
    check('asked for, and not encrypted', false, true, 'plain text, although asked for');
    check('plain', false, false, 'plain text');
    check('asked for, unseen', undefined, true, 'asked for, not confirmed');
    check('nothing known', undefined, undefined, 'unknown');
  });

  it('draws the chain of the instance, and a source outside the inventory as one that cannot be opened', () => {
    const view = fleet({ ...well, [primary]: { connections: [from('elsewhere:3306', { ioThread: 'stopped' })] } });
    const { nodes, edges } = stateOf(view, instance(replica)).topology;
    assert.deepEqual(
      nodes.map(({ label, known, current }) => [label, known, current]),
      [
        ['db1100:3311', true, false],
        ['db2100:3311', true, true],
        ['elsewhere:3306', false, false],
      ],
    );
    assert.deepEqual(
      edges.map(({ from: source, to, label }) => [source, to, label]),
      [
        ['elsewhere:3306', primary, 'IO stopped'],
        [primary, replica, '0 s'],
      ],
    );
  });

  it('keeps the last seen link of a replica that no longer answers', () => {
    const view = fleet({ ...well, [replica]: { failure: 'timedOut' } }, [], well);
    assert.deepEqual(stateOf(view, cluster).topology.edges, [
      { from: primary, to: replica, connection: '', state: 'unknown', label: 'last seen' },
    ]);
  });

  it('puts the problem into the node, shortest words', () => {
    const { nodes } = stateOf(fleet(well, [finding()]), cluster).topology;
    assert.deepEqual(nodes.map(({ detail, state }) => [detail, state]).at(1), ['SQL stopped', 'critical']);
  });

  it('shows a cluster all its findings, and its connections worst first', () => {
    const three = { s1: { instances: [primary, 'a:1', 'b:1'], primary } };
    const now: Sketch = {
      [primary]: {},
      'a:1': { connections: [from(primary)] },
      'b:1': { connections: [from(primary, { sqlThread: 'stopped' })] },
    };
    const findings = [
      finding({ subject: 'b:1' }),
      finding({ subject: 'cluster:s1', id: 'cluster.circular', severity: 'warning' }),
    ];
    const view = joinFindings(linkFleet(buildSnapshot(buildInventory(three), now)), findings);
    const state = stateOf(view, cluster);
    assert.deepEqual(state.findings.map(({ id }) => id).sort(), ['cluster.circular', 'replica.sql.error']);
    assert.deepEqual(
      state.connections.map(({ key }) => key),
      ['b:1', 'a:1'],
    );
  });

  describe('raw status', () => {
    const status = (raw: Record<string, string | null>): Sketch => ({
      ...well,
      [replica]: { connections: [from(primary, { raw })] },
    });
    function check(
      name: string,
      raw: Record<string, string | null>,
      before: Record<string, string | null>,
      notable: string[],
    ): void {
      it(name, () => {
        const [group] = stateOf(fleet(status(raw), [], status(before)), instance(replica)).raw;
        const rows = group?.rows ?? [];
        assert.deepEqual(
          rows.flatMap((row) => (row.notable ? [row.name] : [])),
          notable,
        );
        assert.deepEqual(
          rows.slice(0, notable.length).map((row) => row.name),
          notable,
        );
      });
    }
    check('a healthy one has nothing to note', { Slave_IO_Running: 'Yes', Last_Errno: '0' }, {}, []);
    check('the unusual comes first', { Slave_IO_Running: 'Yes', Last_SQL_Errno: '1062' }, {}, ['Last_SQL_Errno']);
    check('so does what has changed', { Master_Host: 'a', Master_User: 'y' }, { Master_Host: 'a', Master_User: 'x' }, [
      'Master_User',
    ]);
    check('positions always move', { Exec_Master_Log_Pos: '2' }, { Exec_Master_Log_Pos: '1' }, []);

    it('says what it was before', () => {
      const [group] = stateOf(
        fleet(status({ Master_User: 'y' }), [], status({ Master_User: 'x' })),
        instance(replica),
      ).raw;
      assert.equal(group?.rows[0]?.meaning, 'was x before');
    });

    const meanings = (raw: Record<string, string | null>) => {
      const [group] = stateOf(fleet(status(raw)), instance(replica)).raw;
      return Object.fromEntries((group?.rows ?? []).map(({ name, meaning }) => [name, meaning]));
    };
    it('says why the server counts no seconds', () => {
      const why = (io: string, sql: string) => {
        const raw = { Slave_IO_Running: io, Slave_SQL_Running: sql, Seconds_Behind_Master: null };
        return meanings(raw)['Seconds_Behind_Master'];
      };
      assert.equal(why('Yes', 'No'), 'not counted while the SQL thread is stopped');
      assert.equal(why('Connecting', 'Yes'), 'not counted while the IO thread has no connection to the source');
      assert.equal(why('Yes', 'Yes'), 'not counted, although both threads run');
      const mysql = { Replica_IO_Running: 'No', Replica_SQL_Running: 'Yes', Seconds_Behind_Source: null };
      assert.match(meanings(mysql)['Seconds_Behind_Source'] ?? '', /no connection to the source/);
    });

    it('tells an error once that the server tells twice', () => {
      const raw = { Last_Errno: '1062', Last_Error: 'E', Last_SQL_Errno: '1062', Last_SQL_Error: 'E' };
      const [group] = stateOf(fleet(status(raw)), instance(replica)).raw;
      assert.deepEqual(
        group?.rows.map(({ name, notable }) => `${name} ${notable}`),
        ['Last_SQL_Errno true', 'Last_SQL_Error true', 'Last_Errno false', 'Last_Error false'],
      );
      assert.equal(meanings(raw)['Last_Error'], 'the same as Last_SQL_Error');
      assert.equal(meanings({ ...raw, Last_Error: 'F' })['Last_Error'], "the server's own words for its last error");
    });
  });

  describe('no secret leaves', () => {
    const secret = "Error 'x' on query. Query: 'CREATE USER u IDENTIFIED BY 'hunter2''";
    const view = fleet(
      {
        ...well,
        [replica]: {
          connections: [
            from(primary, {
              sqlThread: 'stopped',
              sqlError: { errno: 1396, causeErrno: 1396, text: secret },
              raw: { Last_SQL_Error: secret, x: '*2470C0C06DEE42FD1618BB99005ADCA2EC9D1E19' },
            }),
          ],
        },
      },
      [finding({ evidence: [{ measured: secret, source: 'S', at }] })],
    );
    it('by the panel', () => {
      assert.doesNotMatch(JSON.stringify(stateOf(view, instance(replica))), /hunter2|2470C0C0/);
    });
    it('by the ticket', () => {
      assert.doesNotMatch(renderTicket(view, instance(replica)), /hunter2/);
    });
  });

  describe('switchover readiness', () => {
    const present: Sketch = {
      [primary]: { facts: { readOnly: false, serverId: 1 } },
      [replica]: { facts: { readOnly: true, serverId: 2 }, connections: [from(primary, { tls: { asked: false } })] },
    };
    const readinessOf = (now: Sketch, subject: Subject, open: boolean) =>
      toPanelState(fleet(now), subject, noHistory, { reading: false, readinessOpen: open }).readiness;

    it('is said of a cluster only', () => {
      assert.equal(readinessOf(present, instance(replica), true), undefined);
      assert.equal(readinessOf(present, { kind: 'cluster', name: 'gone' }, true), undefined);
    });
    it('holds verdicts while the section is closed, and every check once it is open', () => {
      assert.deepEqual(readinessOf(present, cluster, false), {
        summary: 'None of 1 instance could take over from db1100:3311. Of 1 not enough is known.',
        candidates: [
          {
            key: replica,
            label: 'db2100:3311',
            ready: 'unknown',
            verdict:
              'not known · unknown: Writes a binary log, Logs what it applies, Logs in the format of the primary, 2 more',
          },
        ],
      });
      const passes = readinessOf(present, cluster, true)?.candidates[0]?.checks?.map(({ pass }) => pass) ?? [];
      assert.ok(passes.length > 15);
      assert.deepEqual(
        passes,
        passes.toSorted((a, b) => rank(a) - rank(b)),
        'what stands in the way is first',
      );
    });
    it('says why there is nobody to judge', () => {
      const lonely = fleet({});
      const alone = {
        ...lonely,
        clusters: lonely.clusters.map((each) => ({ ...each, spec: { ...each.spec, instances: [primary] } })),
      };
      assert.equal(
        stateOf(alone, cluster).readiness?.summary,
        'Cluster s1 has no other instance than its primary, so nothing could take over.',
      );
    });
    it('is written as Markdown, with whole names and what was measured', () => {
      const text = renderReadiness(
        fleet({ ...present, [replica]: { ...present[replica], facts: { readOnly: false, serverId: 2 } } }),
        's1',
      );
      assert.match(
        text,
        /^# Switchover readiness of cluster s1 \(production\)\n\nNone of 1 instance could take over from db1100\.eqiad/,
      );
      assert.match(text, /\n## db2100\.codfw\.wmnet:3311: not ready\n/);
      assert.match(
        text,
        /\n\| ✗ fail \| The candidate is read-only \| db2100\.codfw\.wmnet:3311: @@read_only = 0 \(SELECT @@read_only, 2026-11-24T10:00:00\.000Z\) \|/,
      );
      assert.match(text, /\n\*\*The candidate is read-only\.\*\*\n\n1\. On `db2100:3311`: `SET GLOBAL read_only = 1`/);
      assert.equal(renderReadiness(fleet({}), 'gone').split('\n')[2], 'The inventory no longer names it.');
    });
    const rank = (pass: boolean | 'unknown'): number => [false, 'unknown', true].indexOf(pass);
  });

  it('renders a ticket with evidence, remedy and the remedy to avoid', () => {
    const view = fleet(
      {
        ...well,
        [replica]: {
          facts: { serverId: 2 },
          connections: [
            from(primary, { sqlThread: 'stopped', sqlError: { errno: 1062, causeErrno: 1062, text: 'a | b ``` c' } }),
          ],
        },
      },
      [finding({ title: 'A row is already here.', remedy: 'One.\nTwo.', avoid: 'Do not skip.' })],
    );
    assert.equal(
      renderTicket(view, instance(replica)),
      `# db2100.codfw.wmnet:3311 (production)

Replication from db1100.eqiad.wmnet:3311 does not run: IO running, SQL stopped.

Role replica, cluster s1, data centre codfw, mariadb 10.11.19, server_id 2

As of 2026-11-24T10:00:00.000Z.

## critical: A row is already here.

Finding \`replica.sql.error\`.

\`\`\`text
M
\`\`\`
SHOW ALL SLAVES STATUS, 2026-11-24T10:00:00.000Z

**Do.**

1. One.
2. Two.

✗ Do not skip.

## Replication

| replica | connection | source | IO | SQL | lag | GTID difference |
|---|---|---|---|---|---|---|
| db2100.codfw.wmnet:3311 | default | db1100.eqiad.wmnet:3311 | running | stopped | unknown | unknown |

Last SQL error of db2100.codfw.wmnet:3311:

\`\`\`\`text
1062 a | b \`\`\` c
\`\`\`\`
`,
    );
  });
});
