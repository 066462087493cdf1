import type { Lag, LinkedConnection } from '../fleetView';
import { heartbeatLag, type Topology } from '../heartbeat/heartbeatLag';
import type { InstanceSpec } from '../inventory/model';
import { gtidDistance } from './gtidDistance';
import type { ConnectionStatus, Thread } from './model';
import { t } from '../l10n';

/**
 * Lag of one connection by every method that is there. Believed is the heartbeat while its writer is alive, since it
 * measures the whole way from the primary on one clock and also while a thread is stopped; else Seconds_Behind. GTIDs
 * count transactions, not seconds, and are never the figure.
 */
export function rateLag(
  status: ConnectionStatus,
  replica: InstanceSpec,
  sourceKey: string | undefined,
  topology: Topology,
): Pick<LinkedConnection, 'lags' | 'lagSeconds' | 'lagFrom' | 'gtidDistance'> {
  if (status.observed !== undefined) {
    const { by, lagSeconds, how } = status.observed;
    if (lagSeconds === undefined) return { lags: [{ method: by, how, why: t`It is not known there.` }] };
    return { lags: [{ method: by, seconds: lagSeconds, how }], lagSeconds, lagFrom: by };
  }
  const { snapshot } = topology;
  const own = snapshot.instances[replica.key];
  const heartbeat = heartbeatLag(status, replica, sourceKey, topology);
  const seconds = secondsBehindLag(status);
  const gtid =
    own === undefined
      ? undefined
      : gtidDistance(status, own, sourceKey === undefined ? undefined : snapshot.instances[sourceKey]);
  const timed = heartbeat === undefined ? [seconds] : [heartbeat, seconds];
  const believed = timed.find((lag) => lag.seconds !== undefined);
  const lags = [
    ...(believed === undefined ? [] : [believed]),
    ...timed.filter((lag) => lag !== believed),
    ...(gtid === undefined ? [] : [gtid.lag]),
  ];
  return {
    lags,
    ...(believed?.seconds === undefined || believed.method === 'gtid'
      ? {}
      : { lagSeconds: believed.seconds, lagFrom: believed.method }),
    ...(gtid?.text === undefined ? {} : { gtidDistance: gtid.text }),
  };
}

/**
 * Seconds_Behind_Master/Source less the configured delay. It is believed only while both threads run and no error is
 * pending: MySQL shows 0 while it has never reached its source, and for some milliseconds after an SQL error.
 */
export function secondsBehindLag(status: ConnectionStatus): Lag {
  const column = 'Seconds_Behind_Source' in status.raw ? 'Seconds_Behind_Source' : 'Seconds_Behind_Master';
  const shown = status.secondsBehind === undefined ? 'NULL' : `${status.secondsBehind} s`;
  const how =
    status.delaySeconds > 0
      ? t`${column} (${shown}) - SQL_Delay (${status.delaySeconds} s), never below 0`
      : `${column} (${shown})`;
  const why = doubt(status, column);
  if (why !== undefined || status.secondsBehind === undefined) {
    return { method: 'secondsBehind', how, ...(why === undefined ? {} : { why }) };
  }
  return { method: 'secondsBehind', seconds: Math.max(0, status.secondsBehind - status.delaySeconds), how };
}

function doubt(status: ConnectionStatus, column: string): string | undefined {
  const { ioThread, sqlThread, secondsBehind, sqlError } = status;
  if (ioThread !== 'running') {
    const zero = secondsBehind === undefined ? '' : t`, so that the ${secondsBehind} it shows means nothing`;
    return t`The IO thread ${inWords(ioThread)}${zero}.`;
  }
  if (sqlThread !== 'running') {
    return t`The SQL thread ${inWords(sqlThread)}.`;
  }
  if (sqlError !== undefined) {
    return t`The SQL thread is stopping on error ${sqlError.errno}.`;
  }
  return secondsBehind === undefined ? t`${column} is NULL although both threads run.` : undefined;
}

function inWords(thread: Thread): string {
  switch (thread) {
    case 'running':
      return 'runs';
    case 'connecting':
      return t`is not connected to the source`;
    case 'stopped':
      return t`is stopped`;
    case 'unknown':
      return t`is in an unknown state`;
  }
}
