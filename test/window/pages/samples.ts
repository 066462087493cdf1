import { type Finding } from '../../../src/core/findings/finding';
import { type State } from '../../../src/core/report';
import {
  type ConnectionCard,
  type LagHistory,
  type PanelState,
  type RawGroup,
  type Topology,
} from '../../../src/protocol/replicationPanel';

import { readinessPanel } from './readinessSample';

/** States of the panel as the extension sends them, from calm to ugly. Server texts are of real servers where real. */

export const sampleTime = '2026-11-22T03:12:40.000Z';
const sampleSeconds = Date.parse(sampleTime) / 1000;

export const hostile = '<img src=x onerror="window.hacked=1"><script>window.hacked=1</script>';

type Node = Topology['nodes'][number];
type Edge = Topology['edges'][number];

function node(key: string, overrides: Partial<Node> = {}): Node {
  return {
    key,
    label: key.replace(/\.[a-z.]+:/, ':'),
    state: 'ok',
    role: 'replica',
    detail: key.startsWith('db2') ? 'codfw · 10.11.19' : 'eqiad · 10.11.19',
    current: false,
    known: true,
    ...overrides,
  };
}

function edge(from: string, to: string, overrides: Partial<Edge> = {}): Edge {
  return { from, to, connection: '', state: 'ok', label: '0.4 s', ...overrides };
}

/** Points every ten seconds; `lagAt` gives the lag at a point counted from the newest, null where unknown. */
export function history(
  lines: Readonly<Record<string, (step: number) => number | null>>,
  rangeSeconds = 900,
): LagHistory {
  const count = 90;
  const step = rangeSeconds / count;
  const at = Array.from({ length: count }, (_none, index) => sampleSeconds - (count - 1 - index) * step);
  return {
    rangeSeconds,
    warnSeconds: 15,
    critSeconds: 300,
    series: Object.entries(lines).map(([label, lagAt]) => ({
      label,
      at,
      lagSeconds: at.map((_instant, index) => lagAt(count - 1 - index)),
    })),
  };
}

const calm = (step: number): number => 0.4 + 0.3 * Math.sin(step / 3) ** 2;

const statusRows: RawGroup['rows'] = [
  { name: 'Slave_IO_Running', value: 'Yes', meaning: 'receives events from the source', notable: false },
  { name: 'Slave_SQL_Running', value: 'Yes', meaning: 'applies what was received', notable: false },
  { name: 'Master_Host', value: 'db1100.eqiad.wmnet', notable: false },
  { name: 'Master_Port', value: '3311', notable: false },
  { name: 'Master_Log_File', value: 'db1100-bin.001744', notable: false },
  { name: 'Read_Master_Log_Pos', value: '88231904', notable: false },
  { name: 'Relay_Master_Log_File', value: 'db1100-bin.001744', notable: false },
  { name: 'Exec_Master_Log_Pos', value: '88231904', notable: false },
  { name: 'Seconds_Behind_Master', value: '0', meaning: "0 s by the server's own count", notable: false },
  { name: 'Until_Condition', value: 'None', notable: false },
  { name: 'Using_Gtid', value: 'Slave_Pos', meaning: 'finds its place by GTID, from gtid_slave_pos', notable: false },
  { name: 'Gtid_IO_Pos', value: '0-171966669-3572214621,171966669-171966669-88231', notable: false },
  { name: 'SQL_Remaining_Delay', value: null, notable: false },
  { name: 'Last_SQL_Error', value: '', notable: false },
];

const serverRows: RawGroup['rows'] = [
  { name: 'server_id', value: '171966512', notable: false },
  { name: 'read_only', value: '1', meaning: 'takes no writes but from privileged accounts', notable: false },
  { name: 'binlog_format', value: 'ROW', meaning: 'row changes are logged: the safe way', notable: false },
  { name: 'binlog_expire_seconds', value: '2592000', meaning: 'binary logs are kept for 30 d', notable: false },
  { name: 'gtid_strict_mode', value: '1', meaning: 'refuses out-of-order GTIDs', notable: false },
  { name: 'uptime_seconds', value: '8126642', meaning: 'up for 94 d 1 h', notable: false },
  { name: 'super_read_only', value: null, notable: false },
];

const card: ConnectionCard = {
  key: 'db2100.codfw.wmnet:3311',
  name: '',
  source: 'db1100:3311',
  sourceKey: 'db1100.eqiad.wmnet:3311',
  state: 'ok',
  io: 'running',
  sql: 'running',
  lagSeconds: 0.4,
  lagFrom: 'heartbeat',
  lags: [
    {
      label: 'Heartbeat',
      value: '0.4 s',
      how: 'Age of the row of server_id 171966669 (eqiad) in heartbeat.heartbeat',
      believed: true,
    },
    { label: 'Seconds behind', value: '0 s', how: 'Seconds_Behind_Master 0', believed: false },
    { label: 'GTID distance', value: '0 transactions', how: 'gtid_binlog_pos of the source', believed: false },
  ],
  gtidDistance: 'none: 0-171966669-3572214621 on both',
  facts: [
    { label: 'Read', value: 'db1100-bin.001744:88231904', how: 'How far the IO thread has fetched' },
    { label: 'Executed', value: 'db1100-bin.001744:88231904', how: 'How far the SQL thread has applied' },
    { label: 'Relay log', value: '1.2 KiB', how: '1225 bytes' },
    { label: 'GTID', value: 'Slave_Pos' },
    { label: 'GTID received', value: '0-171966669-3572214621', isCopied: true },
    { label: 'GTID applied', value: '0-171966669-3572214621', isCopied: true },
    { label: 'Delay', value: '0 s' },
    { label: 'TLS', value: 'encrypted, verified', how: "The source's dump thread is encrypted" },
    { label: 'User', value: 'repl' },
    { label: 'IO state', value: 'Waiting for master to send event' },
    { label: 'SQL state', value: 'Slave has read all relay log; waiting for more updates' },
  ],
  errors: [],
};

const s1: Topology = {
  nodes: [
    node('db1100.eqiad.wmnet:3311', { role: 'primary', detail: 'primary · eqiad · 10.11.19' }),
    node('db1106.eqiad.wmnet:3311'),
    node('db2100.codfw.wmnet:3311', { current: true }),
    node('db2107.codfw.wmnet:3311'),
  ],
  edges: [
    edge('db1100.eqiad.wmnet:3311', 'db1106.eqiad.wmnet:3311'),
    edge('db1100.eqiad.wmnet:3311', 'db2100.codfw.wmnet:3311'),
    edge('db2100.codfw.wmnet:3311', 'db2107.codfw.wmnet:3311', { label: '0.6 s' }),
  ],
};

export const healthy: PanelState = {
  subject: { kind: 'instance', key: 'db2100.codfw.wmnet:3311' },
  title: 'db2100:3311',
  state: 'ok',
  summary: 'Replicates from db1100:3311 (0.4 s behind).',
  production: true,
  facts: [
    { label: 'Host', value: 'db2100.codfw.wmnet' },
    { label: 'Role', value: 'replica' },
    { label: 'Cluster', value: 's1' },
    { label: 'Data centre', value: 'codfw' },
    { label: 'Version', value: 'MariaDB 10.11.19' },
    { label: 'Read-only', value: 'yes' },
    { label: 'Server id', value: '171966512' },
  ],
  at: sampleTime,
  reading: false,
  findings: [],
  connections: [card],
  topology: s1,
  history: history({ lag: calm }),
  raw: [
    { title: 'Replication status', rows: statusRows },
    { title: 'Server variables', rows: serverRows },
  ],
};

const duplicateKey =
  "Could not execute Write_rows_v1 event on table superset_production.t; Duplicate entry '2' for key 'PRIMARY', Error_code: 1062; handler error HA_ERR_FOUND_DUPP_KEY; the event's master log bin.000001, end_log_pos 781";
const purged =
  "Got fatal error 1236 from master when reading data from binary log: 'Could not find first log file name in binary log index file'";

export const brokenFindings: readonly Finding[] = [
  {
    id: 'replica.sql.duplicateKey',
    severity: 'critical',
    subject: 'db1108.eqiad.wmnet:3351',
    connection: 'analytics_meta',
    title: 'A row that the source inserts is already here: superset_production.t, key PRIMARY, entry 2.',
    short: '1062 duplicate key · SQL stopped',
    evidence: [
      { measured: `Last_SQL_Errno 1062: ${duplicateKey}`, source: 'SHOW ALL SLAVES STATUS', at: sampleTime },
      {
        measured: "gtid_binlog_state holds 171974653-171974653-4, which the source lacks: this server's own write",
        source: 'SELECT @@gtid_binlog_state on both',
        at: sampleTime,
      },
    ],
    remedy:
      "Compare the row on both servers: `SELECT * FROM superset_production.t WHERE id = 2`.\nIf both are equal, delete it here without logging it: `SET SESSION sql_log_bin = 0; DELETE FROM superset_production.t WHERE id = 2`.\nThen go on: `START SLAVE 'analytics_meta'`.",
    avoid:
      'Do not skip with `SQL_SLAVE_SKIP_COUNTER`: with GTID it skips a whole transaction, on a multi-source replica of whichever connection starts first, and the servers differ from then on.',
    runbook: 'duplicateKey',
  },
  {
    id: 'replica.io.binlogPurged',
    severity: 'critical',
    subject: 'db1108.eqiad.wmnet:3351',
    connection: 'matomo',
    title: 'The source has purged the binary log that this replica needs.',
    short: '1236 binlog purged · IO stopped',
    evidence: [{ measured: `Last_IO_Errno 1236: ${purged}`, source: 'SHOW ALL SLAVES STATUS', at: sampleTime }],
    remedy: 'Rebuild this replica from a backup that is younger than the first binary log left on the source.',
  },
  {
    id: 'replica.filtered',
    severity: 'info',
    subject: 'db1108.eqiad.wmnet:3351',
    connection: 'matomo',
    title: 'A filter leaves out superset\\_staging.%.',
    short: 'filtered',
    evidence: [
      {
        measured: 'Replicate_Wild_Ignore_Table superset\\_staging.%',
        source: 'SHOW ALL SLAVES STATUS',
        at: sampleTime,
      },
    ],
    remedy: 'Nothing, if it is meant.',
  },
];

/** Minutes behind by now, both thresholds far below; and the panel was out of sight twice. */
const seldom = history({ lag: (step) => 660 - step * 7 });
export const seldomSeen: PanelState = {
  ...healthy,
  history: {
    ...seldom,
    warnSeconds: 5,
    critSeconds: 60,
    series: seldom.series.map(({ label, at, lagSeconds }) => {
      const isSeen = (_each: unknown, index: number): boolean => index < 40 || index === 55 || index > 70;
      return { label, at: at.filter(isSeen), lagSeconds: lagSeconds.filter(isSeen) };
    }),
  },
};

export const broken: PanelState = {
  ...healthy,
  subject: { kind: 'instance', key: 'db1108.eqiad.wmnet:3351' },
  title: 'db1108:3351',
  state: 'critical',
  summary:
    'Replication from dbprimary-analytics-meta-1:3352 does not run: IO running, SQL stopped. Replication from db1107:3351 does not run: IO stopped, SQL running.',
  facts: [
    { label: 'Host', value: 'db1108.eqiad.wmnet' },
    { label: 'Role', value: 'replica' },
    { label: 'Clusters', value: 'matomo, analytics_meta' },
    { label: 'Version', value: 'MariaDB 10.11.19' },
    { label: 'Read-only', value: 'no' },
    { label: 'Server id', value: 'unknown' },
  ],
  findings: brokenFindings,
  connections: [
    {
      ...card,
      key: 'db1108.eqiad.wmnet:3351',
      name: 'analytics_meta',
      source: 'dbprimary-analytics-meta-1.eqiad.wmnet:3352',
      state: 'critical',
      sql: 'stopped',
      lags: [
        { label: 'Heartbeat', value: '2 h 5 min', how: 'Newest row of shard analytics_meta', believed: true },
        { label: 'Seconds behind', value: 'unknown', how: 'NULL: the SQL thread is stopped', believed: false },
      ],
      lagSeconds: 7512,
      gtidDistance: '3 transactions behind: 171974652-171974652-1045…1047',
      errors: [{ thread: 'SQL', errno: 1062, text: duplicateKey }],
      facts: [
        ...card.facts.filter(({ label }) => label !== 'GTID applied'),
        {
          label: 'Filter',
          value: 'replicate_wild_ignore_table: superset\\_staging.%,piwik_tmp.%,mysql.%',
          how: 'Replication filter',
        },
        {
          label: 'GTID applied',
          value:
            '171974651-171974651-1,171974652-171974652-1044,171978767-171978767-2201193,180355171-180355171-148310907,180367364-180367364-33800',
          isCopied: true,
        },
      ],
    },
    {
      ...card,
      key: 'db1108.eqiad.wmnet:3351',
      name: 'matomo',
      source: hostile,
      state: 'critical',
      io: 'stopped',
      lags: [{ label: 'Heartbeat', value: 'unknown', how: 'No row', believed: false }],
      lagSeconds: undefined,
      lagFrom: undefined,
      gtidDistance: undefined,
      errors: [{ thread: 'IO', errno: 1236, text: `${purged} ${hostile}` }],
    },
  ],
  topology: {
    nodes: [
      node('db1107.eqiad.wmnet:3351', { role: 'primary', detail: 'primary · eqiad · 10.11.19' }),
      node('dbprimary-analytics-meta-1.eqiad.wmnet:3352', {
        role: 'unknown',
        state: 'unknown',
        known: false,
        detail: 'not in the inventory',
      }),
      node('db1108.eqiad.wmnet:3351', {
        current: true,
        state: 'critical',
        detail: '1062 duplicate key · SQL stopped',
      }),
      node('db1109.eqiad.wmnet:3351', { state: 'unreachable', detail: 'no answer for 5 s' }),
    ],
    edges: [
      edge('db1107.eqiad.wmnet:3351', 'db1108.eqiad.wmnet:3351', {
        connection: 'matomo',
        state: 'critical',
        label: 'IO stopped',
      }),
      edge('dbprimary-analytics-meta-1.eqiad.wmnet:3352', 'db1108.eqiad.wmnet:3351', {
        connection: 'analytics_meta',
        state: 'critical',
        label: 'SQL stopped',
      }),
      edge('db1108.eqiad.wmnet:3351', 'db1109.eqiad.wmnet:3351', { state: 'unknown', label: 'last seen' }),
    ],
  },
  history: history({
    analytics_meta: (step) => Math.max(0.3, 420 - step * 10),
    matomo: (step) => (step < 20 || (step > 50 && step < 58) ? null : calm(step) + 4),
  }),
  raw: [
    {
      title: 'Replication status of analytics_meta',
      rows: [
        {
          name: 'Slave_SQL_Running',
          value: 'No',
          meaning: 'applies nothing: stopped or failed; was Yes before',
          notable: true,
        },
        {
          name: 'Last_SQL_Errno',
          value: '1062',
          meaning: "the server's own error number; the text stands beside it",
          notable: true,
        },
        {
          name: 'Last_SQL_Error',
          value: duplicateKey,
          meaning: "the server's own words for its last error",
          notable: true,
        },
        ...statusRows.filter(({ name }) => !['Slave_SQL_Running', 'Last_SQL_Error'].includes(name)),
      ],
    },
    {
      title: 'Replication status of matomo',
      rows: [{ name: 'Last_IO_Error', value: `${purged} ${hostile}`, meaning: hostile, notable: true }, ...statusRows],
    },
    { title: 'Server variables', rows: serverRows },
  ],
};

export const unreachable: PanelState = {
  ...healthy,
  state: 'unreachable',
  summary: 'No answer to the connection attempt within 5 s.',
  findings: [
    {
      id: 'instance.unreachable',
      severity: 'critical',
      subject: 'db2100.codfw.wmnet:3311',
      title: 'No answer from db2100.codfw.wmnet:3311 within 5 s.',
      short: 'no answer for 5 s',
      evidence: [{ measured: 'connect ETIMEDOUT 10.192.16.12:3311', source: 'connection attempt', at: sampleTime }],
      remedy: 'Look whether the host is up and the port is open from here: `nc -zv db2100.codfw.wmnet 3311`.',
    },
  ],
  connections: [],
  topology: {
    nodes: s1.nodes.map((each) =>
      each.current ? { ...each, state: 'unreachable', detail: 'no answer for 5 s' } : each,
    ),
    edges: s1.edges.map((each) =>
      each.to === 'db2100.codfw.wmnet:3311' ? { ...each, state: 'unknown', label: 'last seen' } : each,
    ),
  },
  history: history({ lag: (step) => (step < 12 ? null : calm(step)) }),
  raw: [],
};

export const pending: PanelState = {
  ...healthy,
  state: 'unknown',
  summary: 'Not read yet.',
  at: undefined,
  reading: true,
  connections: [],
  history: history({}),
  raw: [],
  topology: { nodes: s1.nodes.map((each) => ({ ...each, state: 'unknown', detail: 'not read yet' })), edges: [] },
};

/** A primary, replicas of it, and replicas of the second and third below them. */
export function cluster(count: number, worst: readonly State[] = []): PanelState {
  const key = (index: number): string =>
    `db${index % 3 === 2 ? 2 : 1}${100 + index}.${index % 3 === 2 ? 'codfw' : 'eqiad'}.wmnet:3311`;
  const sourceOf = (index: number): number => (index < 4 ? 0 : index % 4 === 0 ? 1 + ((index / 4) % 3) : 0);
  const replicas = Array.from({ length: count - 1 }, (_none, index) => index + 1);
  const stateOf = (index: number): State => worst[index - 1] ?? 'ok';
  const words: Partial<Record<State, string>> = {
    critical: '1062 duplicate key · SQL stopped',
    warning: '42 s behind',
    unreachable: 'no answer for 5 s',
    denied: 'denied: needs SLAVE MONITOR',
    unknown: 'not read yet',
  };
  return {
    ...healthy,
    subject: { kind: 'cluster', name: 's1' },
    title: 's1',
    state: worst[0] ?? 'ok',
    summary:
      worst.length === 0
        ? `${count} instances: all well. Largest lag 0.6 s (db1103:3311).`
        : `${count} instances: 1 critical, 1 without an answer, 1 with a warning, 1 denied to our account. Largest lag 42 s (db2102:3311); 1 lag unknown.`,
    facts: [
      { label: 'Primary', value: 'db1100:3311' },
      { label: 'Instances', value: String(count) },
      { label: 'Data centres', value: 'eqiad, codfw' },
      { label: 'Version', value: '10.11.19' },
    ],
    findings:
      worst.length === 0
        ? []
        : brokenFindings.slice(0, 2).map((each) => ({ ...each, subject: key(1), connection: '' })),
    connections: replicas
      .filter((index) => !['unreachable', 'denied'].includes(stateOf(index)))
      .map((index) => ({
        ...card,
        key: key(index),
        source: key(sourceOf(index)).replace(/\.[a-z.]+:/, ':'),
        sourceKey: key(sourceOf(index)),
        state: stateOf(index),
        sql: stateOf(index) === 'critical' ? 'stopped' : 'running',
        lagSeconds:
          stateOf(index) === 'critical' ? undefined : stateOf(index) === 'warning' ? 42 : 0.4 + (index % 3) / 10,
      })),
    topology: {
      nodes: [
        node(key(0), { role: 'primary', detail: 'primary · eqiad · 10.11.19' }),
        ...replicas.map((index) =>
          node(key(index), {
            state: stateOf(index),
            ...(words[stateOf(index)] === undefined ? {} : { detail: words[stateOf(index)] }),
          }),
        ),
      ],
      edges: replicas
        .filter((index) => stateOf(index) !== 'denied')
        .map((index) =>
          edge(key(sourceOf(index)), key(index), {
            state: stateOf(index) === 'unreachable' ? 'unknown' : stateOf(index),
            label:
              { critical: 'SQL stopped', warning: '42 s', unreachable: 'last seen', ok: '0.5 s' }[
                stateOf(index) as string
              ] ?? '0.5 s',
          }),
        ),
    },
    history: history(
      Object.fromEntries(
        replicas.map((index) => [
          key(index).replace(/\.[a-z.]+:/, ':'),
          stateOf(index) === 'warning'
            ? (step: number) => Math.max(0.3, 42 - step)
            : (step: number) => calm(step + index),
        ]),
      ),
    ),
    raw: [],
  };
}

/** Two co-primaries that replicate from each other, and one replica. */
export const ring: PanelState = {
  ...cluster(3),
  topology: {
    nodes: [
      node('db1100.eqiad.wmnet:3311', { role: 'primary', detail: 'primary · eqiad · 10.11.19' }),
      node('db2100.codfw.wmnet:3311', { role: 'primary', detail: 'primary · codfw · 10.11.19' }),
      node('db2107.codfw.wmnet:3311'),
    ],
    edges: [
      edge('db1100.eqiad.wmnet:3311', 'db2100.codfw.wmnet:3311'),
      edge('db2100.codfw.wmnet:3311', 'db1100.eqiad.wmnet:3311', { label: '0.5 s' }),
      edge('db2100.codfw.wmnet:3311', 'db2107.codfw.wmnet:3311'),
    ],
  },
};

export const samples: Readonly<Record<string, PanelState>> = {
  healthy,
  broken,
  seldomSeen,
  unreachable,
  pending,
  ring,
  cluster8: cluster(8, ['critical', 'warning', 'unreachable', 'denied']),
  cluster40: cluster(40),
  readiness: readinessPanel(true, sampleTime),
};
