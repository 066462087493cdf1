import { quoteAccount, quoteSqlString, quoteTableName } from '../../guard/quoteSql';
import { parseVersionNumber } from '../../replication/parseServerFacts';
import type { Part } from '../../snapshot';
import { atLeast } from '../dialect';
import { isExpectedPrimary } from '../fleetFacts';
import { accountIn, code, lines, plain, sourceOf, unlogged } from '../phrase';
import type { Draft, Explained, InstanceContext, InstanceRule } from '../rule';
import { t } from '../../l10n';

type Denied = Extract<Part<unknown>, { kind: 'denied' }>;

export const privileges: InstanceRule = {
  scope: 'instance',
  ids: { 'monitor.privilegeMissing': 'warning' },
  check(context) {
    const { server, replication, heartbeat } = context.instance.snapshot;
    return [
      ...(replication.kind === 'denied' ? [missing(context, replication, t`its replication status`, status)] : []),
      ...(server.kind === 'denied' ? [missing(context, server, t`its variables and threads`, facts)] : []),
      ...(heartbeat.kind === 'denied' ? [missing(context, heartbeat, t`its heartbeat table`, heartbeats)] : []),
    ];
  },
};

interface Needed {
  readonly privilege: string;
  readonly on: string;
}

/** REPLICATION CLIENT was enough until MariaDB 10.5 split it; on MySQL it still is (measured on 9.7). */
function status({ instance }: InstanceContext): Needed {
  const { reach } = instance.snapshot;
  const split =
    reach.kind === 'answered' && reach.flavor === 'mariadb' && atLeast(parseVersionNumber(reach.version), [10, 5]);
  return { privilege: split ? 'SLAVE MONITOR' : 'REPLICATION CLIENT', on: '*.*' };
}

function facts(_context: InstanceContext, { text }: Denied): Needed {
  const table = /for table [`']?(?:performance_schema[`']?\.[`']?)?\w+/.exec(text);
  const named = text.includes('privilege(s) for')
    ? /\) the (?:SUPER(?:,| or) )?([A-Z_ ]+?) privilege/.exec(text)
    : null;
  return table === null
    ? { privilege: named?.[1] ?? 'PROCESS', on: '*.*' }
    : { privilege: 'SELECT', on: 'performance_schema.*' };
}

function heartbeats({ instance }: InstanceContext): Needed {
  return { privilege: 'SELECT', on: quoteTableName(instance.spec.heartbeatTable ?? 'heartbeat.heartbeat') };
}

function missing(
  context: InstanceContext,
  part: Denied,
  what: string,
  needs: (context: InstanceContext, part: Denied) => Needed,
): Draft {
  const { privilege, on } = needs(context, part);
  const account = accountFor(context, part.text);
  return {
    id: 'monitor.privilegeMissing',
    title: t`${context.here} does not let our account read ${what}: it lacks ${privilege}.`,
    short: t`denied: needs ${privilege}`,
    evidence: [{ measured: `${part.errno}: ${plain(part.text)}`, ...sourceOf(part) }],
    remedy: lines(
      code(`${unlogged(isExpectedPrimary(context.fleet, context.key))}GRANT ${privilege} ON ${on} TO ${account.sql}`),
      t`It counts from the next login, which Replideck makes within half a minute.`,
      account.isKnown ? '' : t`Logged in as our account, \`SELECT CURRENT_USER()\` names the account to put there.`,
    ),
    avoid: t`Do not grant SUPER or ALL PRIVILEGES for it; and do not read the refusal as "not a replica".`,
  };
}

/** 1044 names the account itself; 1142 names the user and where it connects from; 1227 names nobody. */
function accountFor({ instance }: InstanceContext, text: string): { sql: string; isKnown: boolean } {
  const named = accountIn(text);
  if (named !== undefined && text.includes('to database'))
    return { sql: quoteAccount(named.user, named.host), isKnown: true };
  const { server } = instance.snapshot;
  const account = server.kind === 'read' ? server.value.account : undefined;
  if (account !== undefined) return { sql: quoteAccount(account.user, account.host), isKnown: true };
  const user = named?.user ?? instance.spec.credentials?.user;
  return { sql: `${user === undefined ? '<user>' : quoteSqlString(user)}@<host>`, isKnown: false };
}

export const privilegesExplained: Explained = {
  'monitor.privilegeMissing': {
    means: 'Our account may log in and may not read what it needs.',
    when: 'Errors 1227, 1142, 1143, 1044 and 1370 for one of our statements. The instance is shown as *denied*.',
    why: 'MariaDB 10.5 moved SHOW SLAVE STATUS from REPLICATION CLIENT to SLAVE MONITOR; from 11.8 SUPER is not enough either. MySQL needs REPLICATION CLIENT.',
  },
};
