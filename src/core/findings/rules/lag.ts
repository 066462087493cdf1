import type { LagMethod } from '../../report';
import { formatSeconds } from '../../words';
import { delayAbove } from '../fleetFacts';
import { silenceAbove } from '../heartbeats';
import { code, fromStatus, lines, sourceOf } from '../phrase';
import { threadTrouble, type ConnectionContext, type ConnectionRule, type Explained } from '../rule';
import { t } from '../../l10n';

/** A server that has just started reports 0 or NULL for a moment (MDEV-17516). */
export const settledAfterSeconds = 60;

export const lag: ConnectionRule = {
  scope: 'connection',
  ids: { 'replica.lag': 'warning', 'replica.lagUnknown': 'warning' },
  yieldsTo: threadTrouble,
  check(context) {
    const { status } = context;
    if (status.sqlThread !== 'running') return [];
    const believed = believedLag(context);
    if (believed !== undefined) return tooLate(context, believed);
    return status.ioThread === 'running' ? unknownLag(context) : stillConnecting(context);
  },
};

interface Believed {
  readonly seconds: number;
  readonly method: LagMethod;
  readonly how: string;
}

/**
 * The figure of the link; a heartbeat comes the whole way, so without the delay that a replica above has by intent, and
 * without the time since anybody wrote one.
 */
function believedLag({ connection, fleet }: ConnectionContext): Believed | undefined {
  const { lagFrom, lagSeconds, lags, sourceKey } = connection;
  if (lagSeconds === undefined || lagFrom === undefined) return undefined;
  const above = lagFrom === 'heartbeat' ? delayAbove(fleet, sourceKey) + silenceAbove(fleet, sourceKey) : 0;
  const how = lags.find(({ method, seconds }) => method === lagFrom && seconds !== undefined)?.how ?? '';
  return { seconds: Math.max(0, lagSeconds - above), method: lagFrom, how };
}

const methodNames: Readonly<Record<LagMethod, string>> = {
  heartbeat: t`by heartbeat`,
  secondsBehind: t`by seconds behind`,
  orchestrator: t`by Orchestrator`,
  prometheus: t`by Prometheus`,
};

function tooLate(context: ConnectionContext, { seconds, method, how }: Believed) {
  const { here, there, instance, status, connection } = context;
  const { lagWarnSeconds, lagCritSeconds } = instance.spec.thresholds;
  if (seconds <= lagWarnSeconds) return [];
  const isCritical = seconds > lagCritSeconds;
  const part = method === 'heartbeat' ? instance.snapshot.heartbeat : instance.snapshot.replication;
  const delay = status.delaySeconds > 0 ? t`, beyond its delay of ${formatSeconds(status.delaySeconds)}` : '';
  return [
    {
      id: 'replica.lag',
      severity: isCritical ? ('critical' as const) : ('warning' as const),
      title: t`${here} is ${formatSeconds(seconds)} behind ${there}${delay}.`,
      short: t`${formatSeconds(seconds)} behind`,
      evidence: [
        {
          measured: t`lag ${seconds.toFixed(1)} s ${methodNames[method]}${how === '' ? '' : ` (${how})`}; limit ${isCritical ? lagCritSeconds : lagWarnSeconds} s`,
          ...(part.kind === 'notAsked' ? sourceOf(instance.snapshot.replication) : sourceOf(part)),
        },
        ...(connection.gtidDistance === undefined
          ? []
          : [{ measured: connection.gtidDistance, ...sourceOf(instance.snapshot.server) }]),
      ],
      remedy: lines(
        t`See whether it fetches or applies too slowly: in ${code(context.dialect.status(status.name))} compare the position read with the one executed.`,
        t`Applying is behind: look for a long transaction or a table without primary key on the replica (\`SHOW PROCESSLIST\`, user \`system user\`), a slow disk, too few parallel workers.`,
        t`Where that thread waits for a lock, a client holds it: end that session with \`KILL <id>\` once you know whose it is.`,
        t`Fetching is behind: look at the network and at the source’s load.`,
      ),
      avoid: t`Do not restart the replica to speed it up: it begins with cold caches, and a long transaction from its start.`,
    },
  ];
}

function unknownLag(context: ConnectionContext) {
  const { here, there, facts, before, connection } = context;
  // Just started, or known a moment ago: one reading without a figure proves nothing.
  if (facts?.uptimeSeconds !== undefined && facts.uptimeSeconds < settledAfterSeconds) return [];
  if (before !== undefined && (before.secondsBehind !== undefined || before.ioThread !== 'running')) return [];
  return [
    {
      id: 'replica.lagUnknown',
      title: t`How far ${here} is behind ${there} cannot be told: both threads run and no method gives a figure.`,
      short: t`lag unknown`,
      evidence: [
        fromStatus(context, t`IO and SQL thread running, seconds behind ${context.status.secondsBehind ?? t`NULL`}`),
        ...connection.lags.map(({ method, why, how }) => fromStatus(context, `${method}: ${why ?? how}`)),
      ],
      remedy: lines(
        t`Keep a heartbeat table on the primary (pt-heartbeat) and name it in the inventory: it measures the lag end to end.`,
        t`Let our account read it if it is there.`,
      ),
      avoid: t`Do not read a missing figure as 0.`,
    },
  ];
}

/** Connecting without an error over two readings: the source does not answer, and the status does not say so yet. */
function stillConnecting(context: ConnectionContext) {
  const { here, there, before, status } = context;
  if (status.ioThread !== 'connecting' || before?.ioThread !== 'connecting') return [];
  return [
    {
      id: 'replica.lagUnknown',
      title: t`${here} has been connecting to ${there} for more than one reading, without an error; how far it is behind is not known.`,
      short: t`IO connecting, lag unknown`,
      evidence: [
        fromStatus(context, t`IO thread connecting twice in a row, no error, state "${status.ioState ?? ''}"`),
      ],
      remedy: lines(
        t`Test the port of the source from the replica’s host: packets may be dropped on the way.`,
        t`Another replica with the same server_id also throws this one out without an error.`,
      ),
      avoid: t`Do not read a missing figure as 0.`,
    },
  ];
}

export const lagExplained: Explained = {
  'replica.lag': {
    means: 'The replica is too far behind.',
    when: 'The believed figure is above `lagWarnSeconds` (warning) or `lagCritSeconds` (critical), after the configured delay is subtracted. A replica that stands still is reported for that instead.',
    why: 'It applies more slowly than the source writes, or fetches too slowly.',
  },
  'replica.lagUnknown': {
    means: 'The threads run and nobody can say how late the replica is.',
    when: 'No method gives a figure, in two readings or a minute after the server’s start; or the IO thread keeps connecting without an error.',
    why: 'No heartbeat, and Seconds_Behind is NULL.',
  },
};
