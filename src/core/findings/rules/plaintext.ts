import { quoteSqlString } from '../../guard/quoteSql';
import { factsOf } from '../fleetFacts';
import { code, fromStatus, lines, sourceOf, unlogged, variable } from '../phrase';
import type { Evidence } from '../finding';
import type { ConnectionContext, ConnectionRule, Explained } from '../rule';
import { t } from '../../l10n';
import { formatCount } from '../../words';

export const plaintext: ConnectionRule = {
  scope: 'connection',
  ids: { 'replica.plaintext': 'warning' },
  check(context) {
    const { status, here, there, dialect, source } = context;
    // Master_SSL_Allowed says what is asked for, not what travels: only the source knows.
    if (status.ioThread !== 'running' || status.tls.asked !== true) return [];
    const proof = proofOf(context);
    if (proof === undefined) return [];
    return [
      {
        id: 'replica.plaintext',
        title: t`${here} asks for TLS towards ${there}, and the replication traffic is not encrypted.`,
        short: t`replication in plain text`,
        // Only where there is something to verify.
        ...(factsOf(context.source)?.tlsOffered === true ? { runbook: 'replica.enableTls' } : {}),
        evidence: [
          proof,
          fromStatus(context, t`TLS asked for, certificate ${status.tls.verify === true ? '' : t`not `}verified`),
        ],
        remedy: lines(
          t`Give ${there} a certificate (\`ssl_cert\`, \`ssl_key\`), and see that the authority in \`${dialect.flavor === 'mariadb' ? 'MASTER' : 'SOURCE'}_SSL_CA\` is one that ${here} can read.`,
          t`Then make it binding on both sides. On the source ${there}: ${code(t`${unlogged(source?.connections.length === 0)}ALTER USER ${quoteSqlString(status.sourceUser ?? '<user>')}@<address of the replica> REQUIRE SSL`)}`,
          t`On the replica ${here}: ${code(dialect.stop(status.name))}, ${code(dialect.change(status.name, { SSL: '1', SSL_VERIFY_SERVER_CERT: '1' }))}, ${code(dialect.start(status.name))}`,
        ),
        avoid: t`Do not trust \`Master_SSL_Allowed: Yes\`: without verification the connection falls back to plain text unseen.`,
      },
    ];
  },
};

function proofOf({ source, facts, status }: ConnectionContext): Evidence | undefined {
  const there = factsOf(source);
  if (source === undefined || there === undefined) return undefined;
  const dumps = (there.dumpThreads ?? []).filter(({ serverId, user }) =>
    serverId === undefined
      ? status.sourceUser === undefined || user === undefined || user === status.sourceUser
      : serverId === facts?.serverId,
  );
  const own = dumps.filter(({ serverId }) => serverId !== undefined);
  const judged = own.length > 0 ? own : dumps;
  if (judged.length > 0 && judged.every(({ encrypted }) => encrypted === false)) {
    return {
      measured: t`the source sees ${formatCount(judged.length, 'unencrypted dump thread')} of ${status.sourceUser ?? t`this account`}`,
      source: 'performance_schema.threads',
      at: sourceOf(source.snapshot.server).at,
    };
  }
  // One encrypted thread among them settles nothing for the others, but proves that TLS works there.
  if (judged.some(({ encrypted }) => encrypted === true)) return undefined;
  if (there.tlsOffered === false) return variable(source, '@@have_ssl', 'no TLS offered');
  if (there.tlsAccepts === 0) return variable(source, 'Ssl_accepts', 0);
  return undefined;
}

export const plaintextExplained: Explained = {
  'replica.plaintext': {
    means: 'Replication travels unencrypted although TLS is asked for.',
    when: 'The connection runs and asks for TLS, and the source says otherwise: its dump thread is not encrypted, it offers no TLS, or it has not accepted a TLS connection since its start.',
    why: 'Without verification a replica falls back to plain text when the source has no TLS, and its status still says Yes.',
  },
};
