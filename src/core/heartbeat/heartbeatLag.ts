import type { Lag } from '../fleetView';
import type { InstanceSpec } from '../inventory/model';
import type { ConnectionStatus } from '../replication/model';
import type { SourcesOf } from '../replication/nestCluster';
import type { FleetSnapshot, InstanceSnapshot } from '../snapshot';
import { ancestry, chooseRows, describeRow } from './chooseRows';
import type { HeartbeatRow } from './model';
import { t } from '../l10n';

export interface Topology {
  readonly snapshot: FleetSnapshot;
  readonly sourcesOf: SourcesOf;
}

/**
 * pt-heartbeat writes once a second. A copy younger than ten missed beats proves a living writer; the writer's own copy
 * older than that proves a dead one.
 */
export const livingSeconds = 10;

/** Clocks of one fleet are kept within less. A row from further in the future measures the clocks and not the lag. */
const skewSeconds = 2;

type Life = 'alive' | 'stopped' | 'unknown';

/**
 * Age of the heartbeat row that came down this connection, on the replica's own clock, less the configured delay.
 * Undefined: no heartbeat table is read on this replica.
 */
export function heartbeatLag(
  status: ConnectionStatus,
  replica: InstanceSpec,
  sourceKey: string | undefined,
  topology: Topology,
): Lag | undefined {
  const part = topology.snapshot.instances[replica.key]?.heartbeat;
  const how = t`Age of the heartbeat row on the clock of the replica`;
  if (part === undefined || part.kind === 'notAsked') {
    return undefined;
  }
  if (part.kind !== 'read') {
    return { method: 'heartbeat', how, why: t`The heartbeat table could not be read: ${part.text}` };
  }
  const tiers = chooseRows(part.value, status, replica, sourceKey, topology);
  const rated = tiers.map((rows) => rows.map((row) => ({ row, life: lifeOf(row, replica, sourceKey, topology) })));
  for (const tier of rated) {
    // Several living rows of one tier came down one connection: the latest to arrive is how late it is.
    const alive = tier.filter(({ life }) => life === 'alive').sort((a, b) => ageOf(b.row) - ageOf(a.row));
    if (alive[0] !== undefined) {
      return fromRow(alive[0].row, status);
    }
  }
  const best = rated.flat().find(({ life }) => life === 'unknown') ?? rated.flat()[0];
  if (best === undefined) {
    const others = part.value.map(describeRow).join('; ');
    const why =
      part.value.length === 0 ? t`The heartbeat table is empty.` : t`No row of this source; there are: ${others}.`;
    return { method: 'heartbeat', how, why };
  }
  const age = seconds(ageOf(best.row));
  const why =
    best.life === 'stopped'
      ? t`The writer of ${describeRow(best.row)} has stopped: the row stands still on the server that writes it.`
      : t`The row of ${describeRow(best.row)} is ${age} s old, and whether its writer is alive could not be checked.`;
  return { method: 'heartbeat', how, why };
}

function fromRow(row: HeartbeatRow, status: ConnectionStatus): Lag {
  const age = ageOf(row);
  const measured = t`The row of ${describeRow(row)} is ${seconds(age)} s old on the clock of the replica`;
  if (age < -skewSeconds) {
    return {
      method: 'heartbeat',
      how: measured,
      why: t`The row is ${seconds(-age)} s in the future: the clocks of the two servers differ.`,
    };
  }
  const how = status.delaySeconds > 0 ? t`${measured}, - SQL_Delay ${status.delaySeconds} s, never below 0` : measured;
  return { method: 'heartbeat', seconds: Math.max(0, age - status.delaySeconds), how };
}

/**
 * Alive: someone near holds a copy younger than ten beats, or the replica's own copy moved since the reading before.
 * Stopped: the server that writes it holds an old copy itself.
 */
function lifeOf(
  row: HeartbeatRow,
  replica: InstanceSpec,
  sourceKey: string | undefined,
  { snapshot, sourcesOf }: Topology,
): Life {
  if (row.ageSeconds === undefined) {
    return 'unknown';
  }
  const above = sourceKey === undefined ? [] : ancestry(sourceKey, replica.key, sourcesOf).all;
  const copies = [replica.key, ...above].flatMap((key) => {
    const copy = copyOf(row, snapshot.instances[key]);
    return copy?.ageSeconds === undefined ? [] : [copy.ageSeconds];
  });
  if (copies.some((age) => age <= livingSeconds)) {
    return 'alive';
  }
  const writer = above
    .map((key) => snapshot.instances[key])
    .find((instance) => instance?.server.kind === 'read' && instance.server.value.serverId === row.serverId);
  if (writer?.heartbeat.kind === 'read' && row.serverId !== undefined) {
    return 'stopped';
  }
  const before = copyOf(row, snapshot.previous[replica.key]);
  return before !== undefined && before.ts < row.ts ? 'alive' : 'unknown';
}

/** The same row, as another server or another reading has it; tables of two shapes may lie on the way. */
function copyOf(row: HeartbeatRow, instance: InstanceSnapshot | undefined): HeartbeatRow | undefined {
  return instance?.heartbeat.kind === 'read'
    ? instance.heartbeat.value.find(
        (other) =>
          other.serverId === row.serverId &&
          (other.shard === row.shard || other.shard === undefined || row.shard === undefined),
      )
    : undefined;
}

function ageOf(row: HeartbeatRow): number {
  return row.ageSeconds ?? Number.POSITIVE_INFINITY;
}

function seconds(value: number): string {
  return String(Math.round(value * 100) / 100);
}
