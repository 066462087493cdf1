import { factsOf } from '../findings/fleetFacts';
import type { Evidence } from '../findings/finding';
import { code, lines, plain, sourceOf, variable } from '../findings/phrase';
import type { LinkedConnection } from '../fleetView';
import { formatSeconds } from '../words';
import { type Candidacy, type Check, fails, fromStatus, holds, unknown, unread, type Verdict, wordsOf } from './check';
import { t } from '../l10n';

/**
 * A candidate that is further behind keeps the cluster read-only for longer than writers bear: they wait from the
 * moment that the primary stops until the candidate has applied the rest. Wikimedia's db-switchover gives up after the
 * same time.
 */
export const switchoverLagSeconds = 5;

/** The connection to judge, or the verdict that there is none. */
function connectionOf(candidacy: Candidacy): LinkedConnection | Verdict {
  const { candidate, primary, connection, name } = candidacy;
  return (
    connection ??
    unread(candidate, 'replication', candidacy) ??
    fails(
      [fromStatus(candidate, t`no connection that leads to the primary`)],
      t`${name(candidate.spec.key)} does not replicate from ${name(primary.spec.key)}: choose another candidate, or set it up as a replica.`,
    )
  );
}

const isVerdict = (each: LinkedConnection | Verdict): each is Verdict => 'pass' in each;

const threads: Check = {
  id: 'replication.threads',
  title: t`Both threads run`,
  needed: t`IO and SQL thread running, and no UNTIL at which they stop.`,
  judge(candidacy) {
    const connection = connectionOf(candidacy);
    if (isVerdict(connection)) return connection;
    const { candidate, name } = candidacy;
    const { ioThread, sqlThread, until, ioError, sqlError } = connection.status;
    const errors = [ioError, sqlError].flatMap((error) => (error === undefined ? [] : t`error ${error.errno}`));
    const measured = [
      fromStatus(
        candidate,
        [
          `IO ${ioThread}`,
          `SQL ${sqlThread}`,
          ...errors,
          ...(until === undefined ? [] : [`UNTIL ${until.condition}`]),
        ].join(', '),
      ),
    ];
    const here = name(candidate.spec.key);
    const states = [ioThread, sqlThread];
    if (states.includes('stopped') || states.includes('connecting'))
      return fails(
        measured,
        t`The finding about this connection of ${here} says why, and what to do. Stopped on purpose: ${code(wordsOf(candidate).start(connection.status.name))}`,
      );
    if (until !== undefined)
      return fails(measured, t`It would stop by itself: ${code(wordsOf(candidate).restart(connection.status.name))}`);
    if (states.includes('unknown'))
      return unknown(measured, t`Look at the replication status of ${here} by hand: its words are none that we know.`);
    return holds(measured);
  },
};

const unfiltered: Check = {
  id: 'replication.unfiltered',
  title: t`Nothing is filtered out`,
  needed: t`No replication filter: what was left out is missing on the new primary.`,
  judge(candidacy) {
    const connection = connectionOf(candidacy);
    if (isVerdict(connection)) return connection;
    const { candidate } = candidacy;
    const { filters } = connection.status;
    return filters.length === 0
      ? holds([fromStatus(candidate, t`no filter`)])
      : fails(
          filters.map(({ kind, value }) => fromStatus(candidate, plain(`${kind}: ${value}`, 300))),
          t`Choose a candidate that has everything. Taking the filter away does not bring back what it has left out.`,
        );
  },
};

const notDelayed: Check = {
  id: 'replication.notDelayed',
  title: t`Not delayed on purpose`,
  needed: t`SQL_Delay 0: a delayed replica is there to go back in time.`,
  judge(candidacy) {
    const connection = connectionOf(candidacy);
    if (isVerdict(connection)) return connection;
    const { candidate } = candidacy;
    const { delaySeconds, name } = connection.status;
    const dialect = wordsOf(candidate);
    const measured = [fromStatus(candidate, `SQL_Delay ${delaySeconds} s`)];
    return delaySeconds === 0
      ? holds(measured)
      : fails(
          measured,
          lines(
            t`Choose another candidate, and keep this one as it is.`,
            t`If it has to be this one: ${code(dialect.stop(name))}, ${code(dialect.change(name, { DELAY: '0' }))}, ${code(dialect.start(name))}, and wait until it has caught up.`,
          ),
        );
  },
};

const lag: Check = {
  id: 'replication.lag',
  title: t`Caught up`,
  needed: t`At most ${switchoverLagSeconds} s behind: for that long nobody can write while the candidate applies the rest.`,
  judge(candidacy) {
    const connection = connectionOf(candidacy);
    if (isVerdict(connection)) return connection;
    const { candidate, primary, name } = candidacy;
    const { lagSeconds, lagFrom, lags, gtidDistance } = connection;
    const distance: readonly Evidence[] =
      gtidDistance === undefined
        ? []
        : [{ measured: `${candidate.spec.key}: ${gtidDistance}`, ...sourceOf(candidate.snapshot.server) }];
    if (lagSeconds === undefined || lagFrom === undefined)
      return unknown(
        [
          ...lags.map(({ method, how, why }) => fromStatus(candidate, `${methodWords[method]}: ${why ?? how}`)),
          ...distance,
        ],
        lines(
          t`Keep a heartbeat on the primary (pt-heartbeat) and name its table in the inventory: it measures the whole way.`,
          t`While a thread stands still, seconds behind is not known either.`,
        ),
      );
    const how = lags.find(({ method, seconds }) => method === lagFrom && seconds !== undefined)?.how ?? '';
    const part = lagFrom === 'heartbeat' ? candidate.snapshot.heartbeat : candidate.snapshot.replication;
    const measured: readonly Evidence[] = [
      {
        measured: `${candidate.spec.key}: ${formatSeconds(lagSeconds)} ${methodWords[lagFrom]}${how === '' ? '' : ` (${how})`}`,
        ...sourceOf(part),
      },
      ...distance,
    ];
    if (lagFrom === 'secondsBehind' && connection.sourceKey !== primary.spec.key)
      return unknown(
        measured,
        t`Seconds behind counts from its own source only, and not from the primary: a heartbeat would measure the whole way.`,
      );
    return lagSeconds <= switchoverLagSeconds
      ? holds(measured)
      : fails(
          measured,
          t`Wait until ${name(candidate.spec.key)} has caught up: the command "Wait for a Replica to Catch Up" does. If it does not, see what it applies so slowly.`,
        );
  },
};

const methodWords = {
  heartbeat: t`by heartbeat`,
  secondsBehind: t`by seconds behind`,
  gtid: 'by GTID',
  orchestrator: t`by Orchestrator`,
  prometheus: t`by Prometheus`,
} as const;

const encrypted: Check = {
  id: 'replication.encrypted',
  title: t`TLS is used where it is asked for`,
  needed: t`Where the connection asks for TLS, its traffic is encrypted; \`Master_SSL_Allowed\` alone does not say so.`,
  judge(candidacy) {
    const connection = connectionOf(candidacy);
    if (isVerdict(connection)) return connection;
    const { candidate, fleet } = candidacy;
    const { tls, sourceUser } = connection.status;
    const asked = fromStatus(
      candidate,
      tls.asked === undefined
        ? t`whether TLS is asked for was not told`
        : `TLS ${tls.asked ? t`asked for, certificate ${tls.verify === true ? '' : t`not `}verified` : t`not asked for`}`,
    );
    if (tls.asked === undefined) return unknown([asked], t`Look at the replication status by hand.`);
    if (!tls.asked) return holds([asked]);
    const source = fleet.instances[connection.sourceKey ?? ''];
    const there = factsOf(source);
    const dumps = (there?.dumpThreads ?? []).filter(
      ({ user }) => sourceUser === undefined || user === undefined || user === sourceUser,
    );
    if (source !== undefined && dumps.length > 0 && dumps.every((each) => each.encrypted !== undefined)) {
      const plainCount = dumps.filter((each) => each.encrypted === false).length;
      const seen: Evidence = {
        measured: t`${source.spec.key}: ${plainCount} of ${dumps.length} dump threads of ${sourceUser ?? t`its replicas`} in plain text`,
        ...sourceOf(source.snapshot.server),
      };
      if (plainCount === 0) return holds([asked, seen]);
      if (plainCount === dumps.length) return fails([asked, seen], encryptionRemedy);
      return unknown(
        [asked, seen],
        t`Find out which replica comes in plain text: \`performance_schema.threads\` on the source.`,
      );
    }
    if (source !== undefined && (there?.tlsOffered === false || there?.tlsAccepts === 0))
      return fails(
        [
          asked,
          there.tlsOffered === false
            ? variable(source, '@@have_ssl', 'no TLS offered')
            : variable(source, 'Ssl_accepts', 0),
        ],
        encryptionRemedy,
      );
    // With the certificate verified there is no way back to plain text: the connection fails instead.
    if (tls.verify === true) return holds([asked]);
    return unknown(
      [asked],
      lines(
        t`Make it certain: verify the certificate (\`MASTER_SSL_VERIFY_SERVER_CERT=1\`), and \`REQUIRE SSL\` for the account on the source.`,
        t`Without that it falls back to plain text unseen.`,
      ),
    );
  },
};

const encryptionRemedy = lines(
  t`Give the source a certificate, and see that the CA file that the replica names is there.`,
  t`Then make it binding: \`REQUIRE SSL\` for the account on the source, and the certificate verified on the replica.`,
);

/** About the connection that brings the candidate the primary's data. */
export const connectionChecks: readonly Check[] = [threads, unfiltered, notDelayed, lag, encrypted];
