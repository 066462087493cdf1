import {
  type ConnectionView,
  type FleetView,
  type InstanceView,
  type Lag,
  type LinkedConnection,
} from '../../../core/fleetView';
import { type ConnectionStatus, type GtidUse } from '../../../core/replication/model';
import { type Names, nameOf } from './names';
import { redact } from '../../../core/redact';
import { formatBytes, formatCount, formatSeconds } from '../../../core/words';
import { type ConnectionCard, type Figure } from '../../../protocol/replicationPanel';
import { t } from '../../../core/l10n';

/** One replication connection as the panel's card: what it does, how late, from where to where, how protected. */
export function toConnectionCard(
  view: FleetView,
  names: Names,
  instance: InstanceView,
  connection: ConnectionView,
): ConnectionCard {
  const { status } = connection;
  return {
    key: instance.spec.key,
    name: status.name,
    source: nameOf(names, connection.sourceKey ?? connection.source),
    ...(connection.sourceKey === undefined ? {} : { sourceKey: connection.sourceKey }),
    state: connection.state,
    io: status.ioThread,
    sql: status.sqlThread,
    ...(connection.lagSeconds === undefined ? {} : { lagSeconds: connection.lagSeconds }),
    ...(connection.lagFrom === undefined ? {} : { lagFrom: connection.lagFrom }),
    lags: connection.lags.map((lag) => toLagFigure(lag, connection)),
    ...(connection.gtidDistance === undefined ? {} : { gtidDistance: connection.gtidDistance }),
    facts: [...positions(status), ...gtids(status), delay(status), tls(view, instance, connection), ...others(status)],
    errors: errors(status),
  };
}

const methodNames: Readonly<Record<Lag['method'], string>> = {
  heartbeat: t`Heartbeat`,
  secondsBehind: t`Seconds behind`,
  orchestrator: t`Orchestrator`,
  prometheus: t`Prometheus`,
  gtid: t`GTID distance`,
};

function toLagFigure(lag: Lag, { lagFrom }: LinkedConnection): ConnectionCard['lags'][number] {
  return {
    label: methodNames[lag.method],
    value: lagValue(lag),
    how: lag.why === undefined ? lag.how : t`${lag.how}. Unknown: ${lag.why}`,
    believed: lag.method === lagFrom,
  };
}

function lagValue({ seconds, transactions }: Lag): string {
  if (seconds !== undefined) return formatSeconds(seconds);
  return transactions === undefined ? t`unknown` : formatCount(transactions, 'transaction');
}

function positions({ readPosition, executedPosition, relayLogBytes }: ConnectionStatus): readonly Figure[] {
  return [
    {
      label: t`Read`,
      value: position(readPosition),
      how: t`How far the IO thread has fetched the source's binary log`,
    },
    {
      label: t`Executed`,
      value: position(executedPosition),
      how: t`How far the SQL thread has applied, in the source's binary log`,
    },
    ...(relayLogBytes === undefined
      ? []
      : [{ label: t`Relay log`, value: formatBytes(relayLogBytes), how: t`${relayLogBytes} bytes on disk` }]),
  ];
}

function position(at: ConnectionStatus['readPosition']): string {
  return at === undefined ? t`unknown` : `${at.file}:${at.position}`;
}

const gtidUses: Readonly<Record<GtidUse, string>> = {
  no: t`not used`,
  slavePos: 'Slave_Pos',
  currentPos: 'Current_Pos',
  autoPosition: t`auto position`,
};

function gtids({ gtid, receivedGtid, appliedGtid }: ConnectionStatus): readonly Figure[] {
  const use: Figure = {
    label: 'GTID',
    value: gtidUses[gtid],
    how:
      gtid === 'no'
        ? t`The connection finds its place by file and position`
        : t`The connection finds its place by GTID`,
  };
  return [
    use,
    ...(receivedGtid === undefined || receivedGtid === ''
      ? []
      : [
          {
            label: t`GTID received`,
            value: receivedGtid,
            isCopied: true as const,
            how: t`Up to here the IO thread has received`,
          },
        ]),
    ...(appliedGtid === undefined || appliedGtid === ''
      ? []
      : [
          {
            label: t`GTID applied`,
            value: appliedGtid,
            isCopied: true as const,
            how: t`Up to here this server has applied`,
          },
        ]),
  ];
}

function delay({ delaySeconds, remainingDelaySeconds }: ConnectionStatus): Figure {
  if (delaySeconds === 0)
    return { label: t`Delay`, value: formatSeconds(0), how: t`No delay is configured (SQL_Delay 0)` };
  const remaining =
    remainingDelaySeconds === undefined ? '' : t`, next event in ${formatSeconds(remainingDelaySeconds)}`;
  return {
    label: t`Delay`,
    value: `${formatSeconds(delaySeconds)}${remaining}`,
    how: t`Configured: SQL_Delay ${delaySeconds}. It is subtracted from the lag.`,
  };
}

/**
 * What travels, not what was asked for: Master_SSL_Allowed only says what was configured. The dump thread on the
 * source knows, where the source tells.
 */
function tls(view: FleetView, { snapshot }: InstanceView, connection: LinkedConnection): Figure {
  const { asked, verify } = connection.status.tls;
  const encrypted = encryptedBySource(
    view,
    snapshot.server.kind === 'read' ? snapshot.server.value.serverId : undefined,
    connection,
  );
  const configured =
    asked === undefined
      ? t`whether TLS is asked for is unknown`
      : asked
        ? t`TLS is asked for${verify === true ? t`, the certificate is verified` : verify === false ? t`, the certificate is not verified` : ''}`
        : t`TLS is not asked for`;
  const how = t`By the replica's configuration ${configured}. ${
    encrypted === undefined
      ? t`Whether the traffic is encrypted could not be seen on the source.`
      : t`The source's dump thread for this replica is ${encrypted ? '' : t`not `}encrypted.`
  }`;
  if (encrypted === true) return { label: 'TLS', value: verify === true ? t`encrypted, verified` : t`encrypted`, how };
  if (encrypted === false)
    return { label: 'TLS', value: asked === true ? t`plain text, although asked for` : t`plain text`, how };
  if (asked === undefined) return { label: 'TLS', value: t`unknown`, how };
  return { label: 'TLS', value: asked ? t`asked for, not confirmed` : t`not asked for`, how };
}

function encryptedBySource(
  view: FleetView,
  serverId: number | undefined,
  { sourceKey }: LinkedConnection,
): boolean | undefined {
  const source = sourceKey === undefined ? undefined : view.instances[sourceKey]?.snapshot.server;
  if (source?.kind !== 'read' || serverId === undefined) return undefined;
  const threads = (source.value.dumpThreads ?? []).filter((thread) => thread.serverId === serverId);
  if (threads.length === 0 || threads.some(({ encrypted }) => encrypted === undefined)) return undefined;
  return threads.every(({ encrypted }) => encrypted === true);
}

function others({
  filters,
  until,
  ioState,
  sqlState,
  retriedTransactions,
  sourceUser,
}: ConnectionStatus): readonly Figure[] {
  return [
    ...(sourceUser === undefined || sourceUser === ''
      ? []
      : [{ label: t`User`, value: sourceUser, how: t`Account that the replica uses on its source` }]),
    ...filters.map(({ kind, value }) => ({
      label: t`Filter`,
      value: `${kind}: ${value}`,
      how: t`Replication filter: not all of the source is applied here`,
    })),
    ...(until === undefined
      ? []
      : [
          {
            label: t`Until`,
            value: [until.condition, until.file, until.position].filter((part) => part !== undefined).join(' '),
            how: t`Stops by itself when this is reached`,
          },
        ]),
    ...(retriedTransactions === undefined || retriedTransactions === 0
      ? []
      : [
          {
            label: t`Retried`,
            value: formatCount(retriedTransactions, 'transaction'),
            how: t`Retried since the start of the thread; it rises while a lock stands in the way`,
          },
        ]),
    ...(ioState === undefined || ioState === '' ? [] : [{ label: t`IO state`, value: ioState }]),
    ...(sqlState === undefined || sqlState === '' ? [] : [{ label: t`SQL state`, value: sqlState }]),
  ];
}

function errors({ ioError, sqlError }: ConnectionStatus): ConnectionCard['errors'] {
  return [
    ...(ioError === undefined ? [] : [{ thread: 'IO' as const, errno: ioError.errno, text: redact(ioError.text) }]),
    ...(sqlError === undefined
      ? []
      : [{ thread: 'SQL' as const, errno: sqlError.errno, text: redact(sqlError.workerText ?? sqlError.text) }]),
  ];
}
