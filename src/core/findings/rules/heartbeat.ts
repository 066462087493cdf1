import { quoteTableName } from '../../guard/quoteSql';
import type { HeartbeatRow } from '../../heartbeat/model';
import { formatSeconds } from '../../words';
import { clockToleranceSeconds, heartbeatRows, sortRows, stoppedWriterAge } from '../heartbeats';
import { factsOf, upstreamOf } from '../fleetFacts';
import { code, lines, plain, sourceOf, unlogged } from '../phrase';
import type { LinkedInstance } from '../../fleetView';
import type { Evidence } from '../finding';
import type { Draft, Explained, InstanceContext, InstanceRule } from '../rule';
import { t } from '../../l10n';

export const heartbeat: InstanceRule = {
  scope: 'instance',
  ids: {
    'heartbeat.missing': 'warning',
    'heartbeat.writerStopped': 'critical',
    'heartbeat.staleRows': 'warning',
    'heartbeat.foreignRows': 'info',
    'heartbeat.clockSkew': 'warning',
  },
  check(context) {
    return [...missing(context), ...writerStopped(context), ...leftovers(context), ...future(context)];
  },
};

/** MySQL's TIME ends at 838:59:59: a lag of 3020399 or 3020400 s is that clamp. */
const timeClampSeconds = 3020399;

function isMissing(instance: LinkedInstance | undefined): boolean {
  const part = instance?.snapshot.heartbeat;
  return part?.kind === 'read'
    ? part.value.length === 0
    : part?.kind === 'failed' && (part.errno === 1146 || part.errno === 1049);
}

function missing({ instance, fleet, here, facts }: InstanceContext): readonly Draft[] {
  if (!isMissing(instance) || instance.spec.heartbeatTable === undefined) return [];
  // Said once, at the top: what the source lacks its replicas lack too.
  if (instance.connections.some(({ sourceKey }) => isMissing(fleet.instances[sourceKey ?? '']))) return [];
  const part = instance.snapshot.heartbeat;
  const table = code(instance.spec.heartbeatTable);
  const isEmpty = part.kind === 'read';
  return [
    {
      id: 'heartbeat.missing',
      title: isEmpty
        ? t`The heartbeat table ${table} on ${here} is empty.`
        : t`There is no heartbeat table ${table} on ${here}.`,
      short: isEmpty ? t`heartbeat table is empty` : t`no heartbeat table`,
      evidence: [
        {
          measured: part.kind === 'failed' ? `${part.errno ?? ''}: ${plain(part.text)}` : '0 rows',
          ...sourceOf(part),
        },
      ],
      remedy: lines(
        instance.connections.length > 0
          ? t`Its source has one: it was dropped or filtered out here. Copy it from the source with \`sql_log_bin = 0\`.`
          : t`Start the writer on the primary: \`pt-heartbeat --update --replace --create-table --interval=1\`, server_id ${facts?.serverId ?? t`of the primary`}.`,
        t`Or name the right table in the inventory, or \`heartbeat: false\` where none is kept.`,
      ),
    },
  ];
}

function writerStopped({ instance, fleet, here }: InstanceContext): readonly Draft[] {
  const age = stoppedWriterAge(fleet, instance);
  if (age === undefined) return [];
  return [
    {
      id: 'heartbeat.writerStopped',
      title: t`Nobody has written a heartbeat on the primary ${here} for ${formatSeconds(age)}.`,
      short: t`no heartbeat for ${formatSeconds(age)}`,
      evidence: rowsEvidence(instance, heartbeatRows(instance) ?? []),
      remedy: lines(
        t`Start pt-heartbeat for this primary again, and see in its log why it ended: its account, \`read_only\`, a switchover that left it on the old primary.`,
        t`Until then no lag by heartbeat is known below; seconds behind is used.`,
      ),
      avoid: t`Do not read the growing heartbeat age as lag of the replicas, and do not depool them for it.`,
    },
  ];
}

function leftovers(context: InstanceContext): readonly Draft[] {
  const { instance, fleet, here } = context;
  const sorted = sortRows(fleet, instance);
  if (sorted === undefined) return [];
  const table = quoteTableName(instance.spec.heartbeatTable ?? 'heartbeat.heartbeat');
  const oldest = Math.max(...sorted.stale.map(({ ageSeconds }) => ageSeconds ?? 0));
  return [
    ...(sorted.stale.length > 0
      ? [
          {
            id: 'heartbeat.staleRows',
            title: t`The heartbeat table on ${here} has ${rowCount(sorted.stale)} of servers that no longer write; the oldest is ${formatSeconds(oldest)} old.`,
            short: sorted.stale.length === 1 ? t`fake lag: stale heartbeat row` : t`fake lag: stale heartbeat rows`,
            runbook: 'heartbeat.removeStaleRows',
            evidence: [
              ...rowsEvidence(instance, sorted.stale),
              {
                measured: t`newest row ${sorted.newestAgeSeconds.toFixed(1)} s old`,
                ...sourceOf(instance.snapshot.heartbeat),
              },
            ],
            remedy: lines(
              t`Tools that take the oldest row show ${oldest >= timeClampSeconds ? t`3020399 s (838:59:59, where TIME ends)` : t`${formatSeconds(oldest)} of`} lag that is not there.`,
              t`Make sure that these servers write nowhere any more, then on this instance, without logging it:`,
              ...sorted.stale.map(({ serverId }) =>
                code(`SET SESSION sql_log_bin = 0; DELETE FROM ${table} WHERE server_id = ${serverId ?? '?'} LIMIT 1`),
              ),
            ),
            avoid: t`Do not depool the replica, and never delete the row of a living primary or with the binary log on: every instance is cleaned by itself.`,
          },
        ]
      : []),
    ...foreignRows(context, sorted.foreign),
  ];
}

/** Said once, where the rows come in: they reach the replicas below with everything else. */
function foreignRows({ instance, fleet, key, here }: InstanceContext, rows: readonly HeartbeatRow[]): readonly Draft[] {
  const idsAbove = instance.connections.map(({ sourceKey }) => {
    const source = fleet.instances[sourceKey ?? ''];
    return new Set(source === undefined ? [] : sortRows(fleet, source)?.foreign.map(({ serverId }) => serverId));
  });
  const own = rows.filter(({ serverId }) => !idsAbove.some((ids) => ids.has(serverId)));
  if (own.length === 0) return [];
  const table = quoteTableName(instance.spec.heartbeatTable ?? 'heartbeat.heartbeat');
  const chain = [key, ...upstreamOf(fleet, key)].map((each) => factsOf(fleet.instances[each])?.serverId);
  // A row that only has another shard than expected is its own primary's: it stays.
  const others = own.filter(({ serverId }) => serverId !== undefined && !chain.includes(serverId));
  const isTop = instance.connections.length === 0;
  const remove = ({ serverId }: HeartbeatRow) =>
    code(`${unlogged(isTop)}DELETE FROM ${table} WHERE server_id = ${serverId ?? '?'} LIMIT 1`);
  return [
    {
      id: 'heartbeat.foreignRows',
      title: t`The heartbeat table on ${here} also has ${rowCount(own)} of a writer that ${here} does not replicate from.`,
      short: t`heartbeat rows of another writer`,
      evidence: rowsEvidence(instance, own),
      remedy: lines(
        t`Nothing to do if another data centre or section writes there by design; the lag is taken from the rows of its own primary.`,
        others.length > 0 &&
          t`Otherwise stop that writer: \`SHOW PROCESSLIST\` shows from which hosts is written here, the evidence has its server_id.`,
        others.length > 0 &&
          t`Once it has stopped, take out what it wrote${isTop ? t`, here and thereby on all replicas` : t`, on this instance only`}: ${others.map(remove).join(', ')}`,
      ),
      avoid: t`Do not let a tool take the newest row of any writer: the lag of its own primary would be hidden.`,
    },
  ];
}

function rowCount(rows: readonly HeartbeatRow[]): string {
  return rows.length === 1 ? 'a row' : t`${rows.length} rows`;
}

function rowsEvidence(instance: LinkedInstance, rows: readonly HeartbeatRow[]): readonly Evidence[] {
  return rows.slice(0, 5).map(({ ageSeconds, serverId, shard, datacenter, ts }) => ({
    measured: `server_id ${serverId ?? '?'}${shard === undefined ? '' : t`, shard ${plain(shard, 40)}`}${datacenter === undefined ? '' : t`, datacenter ${plain(datacenter, 40)}`}: ${ageSeconds?.toFixed(1) ?? '?'} s old (${plain(ts, 40)})`,
    ...sourceOf(instance.snapshot.heartbeat),
  }));
}

/** Said once, where the rows come in: what is ahead of the source's clock as well is not this server's fault. */
function future({ instance, fleet, here }: InstanceContext): readonly Draft[] {
  const ahead = inFuture(instance);
  const above = instance.connections.flatMap(({ sourceKey }) => inFuture(fleet.instances[sourceKey ?? '']));
  const rows = ahead.filter(({ serverId }) => !above.some((row) => row.serverId === serverId));
  if (rows.length === 0) return [];
  const seconds = -Math.min(...rows.map(({ ageSeconds }) => ageSeconds ?? 0));
  const isWholeHours = seconds > hour / 2 && Math.abs(seconds - Math.round(seconds / hour) * hour) < 60;
  return [
    {
      id: 'heartbeat.clockSkew',
      title: t`A heartbeat on ${here} is ${formatSeconds(seconds)} in the future: the clocks of the writer and of ${here} differ.`,
      short: t`clocks differ by ${formatSeconds(seconds)}`,
      evidence: rowsEvidence(instance, rows),
      remedy: lines(
        isWholeHours
          ? t`A difference of whole hours is a time zone: the writer has to write UTC. Start it again with \`--utc\` (pt-heartbeat).`
          : t`The writer has to write UTC (pt-heartbeat \`--utc\`), or the difference is whole hours.`,
        t`Otherwise compare the clocks of the two hosts (\`chronyc tracking\`, \`timedatectl\`) and repair time synchronisation on the wrong one.`,
      ),
      avoid: t`Do not trust a lag by heartbeat of 0 there: it is too small by the difference.`,
    },
  ];
}

const hour = 3_600;

function inFuture(instance: LinkedInstance | undefined): readonly HeartbeatRow[] {
  return (heartbeatRows(instance) ?? []).filter(({ ageSeconds }) => (ageSeconds ?? 0) < -clockToleranceSeconds);
}

export const heartbeatExplained: Explained = {
  'heartbeat.missing': {
    means: 'The heartbeat table that the inventory names is not there, or empty.',
    when: 'Error 1146 or 1049, or no row. Given for the highest instance that lacks it.',
    why: 'No writer was set up, or the name is another one.',
  },
  'heartbeat.writerStopped': {
    means: 'Nobody writes heartbeats on the primary.',
    when: 'The newest row on a primary is older than ten seconds; a writer beats every second. Not on a declared co-primary that is read-only.',
    why: 'pt-heartbeat ended, or still runs for the old primary after a switchover.',
  },
  'heartbeat.staleRows': {
    means: 'Rows of servers that no longer write give a lag that is not there.',
    when: 'A row is more than a minute older than the newest one, and its server_id is neither a primary above nor a declared one. All of the chain above is known.',
    why: 'Left over from an older topology. Orchestrator, for one, takes the oldest row; 3020399 and 3020400 s are the end of TIME, not a lag.',
  },
  'heartbeat.foreignRows': {
    means: 'Rows of a living writer that this instance does not replicate from.',
    when: 'The row is fresh, and its server_id or shard is not of the chain above. Given for the highest instance that has it.',
    why: 'Another data centre’s or section’s writer reaches the table.',
  },
  'heartbeat.clockSkew': {
    means: 'A heartbeat comes from the future.',
    when: 'A row is more than 2 s ahead of the clock of the server that holds it. Given for the highest instance where it is.',
    why: 'Time synchronisation failed on one of the two, or the writer does not write UTC.',
  },
};
