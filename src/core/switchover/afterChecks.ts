import { factsOf } from '../findings/fleetFacts';
import type { Evidence } from '../findings/finding';
import { heartbeatRows, sortRows } from '../findings/heartbeats';
import { code, lines, list, sourceOf } from '../findings/phrase';
import { quoteTableName } from '../guard/quoteSql';
import { describeRow } from '../heartbeat/chooseRows';
import type { HeartbeatRow } from '../heartbeat/model';
import { formatSeconds } from '../words';
import { type Candidacy, type Check, fact, fails, fromStatus, holds, unknown, unread } from './check';
import { t } from '../l10n';

const heartbeat: Check = {
  id: 'heartbeat.rows',
  title: t`Heartbeat writers are known`,
  needed: t`No row that stands still already, and none of an unknown writer: after the switch nobody could tell an old row from lag.`,
  judge(candidacy) {
    const { candidate, primary, fleet, name } = candidacy;
    const { heartbeatTable } = candidate.spec;
    const part = candidate.snapshot.heartbeat;
    if (heartbeatTable === undefined && part.kind === 'notAsked' && candidate.snapshot.reach.kind === 'answered') {
      return holds([
        {
          measured: t`${candidate.spec.key}: no heartbeat table is kept`,
          source: 'replideck.yaml',
          at: fleet.snapshot.takenAt,
        },
      ]);
    }
    const missing = unread(candidate, 'heartbeat', candidacy);
    if (missing !== undefined) return missing;
    const rows = heartbeatRows(candidate) ?? [];
    if (rows.length === 0) return holds([{ measured: `${candidate.spec.key}: 0 rows`, ...sourceOf(part) }]);
    const serverId = fact(primary, '@@server_id', (facts) => facts.serverId, candidacy);
    if (serverId.kind === 'unknown') return serverId.verdict;
    const sorted = sortRows(fleet, candidate);
    if (sorted === undefined)
      return unknown(
        rowsOf(candidacy, rows),
        t`Who should write these rows is not known: let the inventory name every source above, and read them.`,
      );
    // Its own old row comes to life again with its writer.
    const ownId = factsOf(candidate)?.serverId;
    const stale = sorted.stale.filter((row) => row.serverId !== ownId);
    if (stale.length > 0)
      return fails(
        rowsOf(candidacy, stale),
        lines(
          t`Left from an older topology. Make sure that these servers write nowhere any more, then on each instance by itself:`,
          ...stale.map(({ serverId: id }) => code(deleteRow(heartbeatTable, id))),
        ),
      );
    if (sorted.foreign.length > 0)
      return unknown(
        rowsOf(candidacy, sorted.foreign),
        t`Something that ${name(candidate.spec.key)} does not get its data from writes these rows: find out what, and whether it goes on after the switch.`,
      );
    const passing = rows.filter((row) => row.serverId === serverId.value);
    return holds(
      rowsOf(candidacy, rows),
      lines(
        t`Start the heartbeat writer on ${name(candidate.spec.key)}, and stop the one of ${name(primary.spec.key)}.`,
        passing.length > 0 &&
          t`The row of ${list(passing.map(describeRow))} is that of ${name(primary.spec.key)} and stands still from then on. Once it does, on each instance by itself: ${code(deleteRow(heartbeatTable, serverId.value))}`,
      ),
    );
  },
};

function rowsOf({ candidate, fleet }: Candidacy, rows: readonly HeartbeatRow[]): readonly Evidence[] {
  return rows.map((row) => {
    const writer = Object.values(fleet.instances).find(
      (each) =>
        row.serverId !== undefined &&
        factsOf(each)?.serverId === row.serverId &&
        sharesCluster(each.spec, candidate.spec),
    );
    const age = row.ageSeconds === undefined ? t`of unknown age` : t`${formatSeconds(row.ageSeconds)} old`;
    return {
      measured: t`${candidate.spec.key}: row of ${describeRow(row)}${writer === undefined ? '' : `, ${writer.spec.key}`}, ${age}`,
      ...sourceOf(candidate.snapshot.heartbeat),
    };
  });
}

function sharesCluster(
  a: { readonly clusters: readonly string[] },
  b: { readonly clusters: readonly string[] },
): boolean {
  return a.clusters.some((cluster) => b.clusters.includes(cluster));
}

function deleteRow(table: string | undefined, serverId: number | undefined): string {
  return `SET SESSION sql_log_bin = 0; DELETE FROM ${quoteTableName(table ?? 'heartbeat.heartbeat')} WHERE server_id = ${serverId ?? '?'} LIMIT 1`;
}

const tlsOffered: Check = {
  id: 'tls.offered',
  title: t`Offers TLS where it is asked for`,
  needed: t`A candidate that offers TLS, if any replica of the primary asks for it: they will ask the candidate.`,
  judge(candidacy) {
    const { candidate, primary, fleet, name } = candidacy;
    const replicas = primary.replicas.flatMap((key) => fleet.instances[key] ?? []);
    const links = replicas.flatMap((replica) =>
      replica.connections.flatMap(({ sourceKey, status }) =>
        sourceKey === primary.spec.key ? [{ replica, asked: status.tls.asked }] : [],
      ),
    );
    const asking = links.filter(({ asked }) => asked === true);
    if (asking.length === 0) {
      const untold = links.find(({ asked }) => asked === undefined);
      if (untold !== undefined)
        return unknown(
          [fromStatus(untold.replica, t`whether TLS is asked for was not told`)],
          t`Look at the replication status of ${name(untold.replica.spec.key)} by hand.`,
        );
      const missing = replicas.map((each) => unread(each, 'replication', candidacy)).find((each) => each !== undefined);
      if (missing !== undefined) return missing;
      return holds(
        links.length === 0
          ? [
              {
                measured: t`${primary.spec.key}: no direct replica`,
                source: t`the replication status of all that were read`,
                at: fleet.snapshot.takenAt,
              },
            ]
          : links.map(({ replica }) => fromStatus(replica, t`TLS not asked for`)),
      );
    }
    const offered = fact(candidate, '@@have_ssl', (facts) => facts.tlsOffered, candidacy);
    if (offered.kind === 'unknown') return offered.verdict;
    const [first] = asking;
    const measured = [
      offered.evidence,
      ...(first === undefined
        ? []
        : [
            fromStatus(first.replica, t`TLS asked for${asking.length > 1 ? t`, as by ${asking.length - 1} more` : ''}`),
          ]),
    ];
    return offered.value
      ? holds(measured)
      : fails(
          measured,
          t`Give ${name(candidate.spec.key)} a certificate (\`ssl_cert\`, \`ssl_key\`) whose name the replicas verify, and restart it: else they fall back to plain text or do not connect.`,
        );
  },
};

/** About what the others find once the candidate is the primary. */
export const afterChecks: readonly Check[] = [heartbeat, tlsOffered];
