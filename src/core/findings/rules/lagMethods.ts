import { formatSeconds } from '../../words';
import { upstreamOf } from '../fleetFacts';
import { silenceAbove } from '../heartbeats';
import { fromStatus, lines, sourceOf } from '../phrase';
import { threadTrouble, type ConnectionContext, type ConnectionRule, type Explained } from '../rule';
import { settledAfterSeconds } from './lag';
import { t } from '../../l10n';

export const lagMethods: ConnectionRule = {
  scope: 'connection',
  ids: { 'replica.lagMethodsDisagree': 'warning' },
  yieldsTo: threadTrouble,
  check(context) {
    const { connection, status, before, instance, facts, fleet, here, there } = context;
    if (status.ioThread !== 'running' || status.sqlThread !== 'running') return [];
    const by = (wanted: string) => connection.lags.find(({ method }) => method === wanted)?.seconds;
    const heartbeat = by('heartbeat');
    const behind = by('secondsBehind');
    const limit = instance.spec.thresholds.lagWarnSeconds;
    if (heartbeat === undefined || behind === undefined || Math.abs(heartbeat - behind) <= limit) return [];
    // Just started: 0 for a while, or the time of an old event for a moment. What was there a reading earlier is neither.
    const isFresh = facts?.uptimeSeconds !== undefined && facts.uptimeSeconds < settledAfterSeconds;
    if (isFresh && (before?.secondsBehind ?? 0) - heartbeat <= limit) return [];
    // Seconds behind counts one hop, the heartbeat the whole way: a hop above that is late explains it.
    if (
      heartbeat > behind &&
      lagAbove(context) + silenceAbove(fleet, connection.sourceKey) + limit >= heartbeat - behind
    )
      return [];
    const isMore = heartbeat > behind;
    return [
      {
        id: 'replica.lagMethodsDisagree',
        title: t`The heartbeat puts ${here} ${formatSeconds(heartbeat)} behind ${there}, seconds behind says ${formatSeconds(behind)}.`,
        short: t`heartbeat ${formatSeconds(heartbeat)}, status ${formatSeconds(behind)}`,
        evidence: [
          { measured: t`heartbeat ${heartbeat.toFixed(1)} s`, ...sourceOf(instance.snapshot.heartbeat) },
          fromStatus(context, t`seconds behind ${behind} s (delay subtracted)`),
        ],
        remedy: isMore
          ? lines(
              t`Believe the heartbeat: it is data that came the whole way. Seconds behind counts only what this replica has fetched, from its own source, and can be 0 just after a start.`,
              t`Look whether the IO thread is behind (position read against the source’s), and at the replicas above.`,
            )
          : lines(
              t`One transaction explains it if it began long ago, or brings an old time with it (a long batch, binary logs that are replayed on the primary): it counts in seconds behind from that time on, while the heartbeats before it are applied.`,
              t`On ${here}: \`SHOW PROCESSLIST\` has what the SQL thread does. Let it end; if it waits for a lock, find who holds it, and end that with \`KILL <id>\` if it may be ended.`,
              t`Otherwise the clocks may differ, for the heartbeat compares the primary’s with this one: then believe seconds behind.`,
            ),
        avoid: t`Do not take the smaller figure because it is smaller.`,
      },
    ];
  },
};

/** Seconds that the replicas above are behind themselves, delays included: by the largest figure known of each. */
function lagAbove({ fleet, connection }: ConnectionContext): number {
  const { sourceKey } = connection;
  let seconds = 0;
  for (const key of sourceKey === undefined ? [] : [sourceKey, ...upstreamOf(fleet, sourceKey)]) {
    for (const { status, lags } of fleet.instances[key]?.connections ?? []) {
      seconds += status.delaySeconds + Math.max(0, ...lags.flatMap((lag) => lag.seconds ?? []));
    }
  }
  return seconds;
}

export const lagMethodsExplained: Explained = {
  'replica.lagMethodsDisagree': {
    means: 'Heartbeat and seconds behind tell different stories.',
    when: 'They differ by more than `lagWarnSeconds`, both threads run, the writer beats, and no late replica above explains it.',
    why: 'Seconds behind knows only what was fetched from the next source; the heartbeat depends on two clocks.',
  },
};
