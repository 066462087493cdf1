import { factsOf } from '../findings/fleetFacts';
import { hostCheck, userCheck } from './accounts';
import { advice, check } from './checks';
import type { PlanCheck } from './plan';
import type { SetUp } from './setUp';
import { t } from '../l10n';

/** The account that the replica logs in with: made by the plan, or there already. */
export function accountChecks(setUp: SetUp): readonly PlanCheck[] {
  const { user, userHost } = setUp;
  return [
    userCheck(user),
    ...(userHost === undefined
      ? [unknownAccount(user)]
      : [hostCheck(userHost), coversCheck(setUp, userHost), accountAtCheck(setUp)]),
  ];
}

function unknownAccount(user: string): PlanCheck {
  return check(
    'account.exists',
    undefined,
    t`${user}, which is not created`,
    t`an account with REPLICATION SLAVE for the address of the replica`,
    t`Give the network that it connects from as input \`host\`, and the plan creates it.`,
    advice,
  );
}

/** The source sees an address; names it compares only where it resolves them. */
function coversCheck({ context: { instance } }: SetUp, pattern: string): PlanCheck {
  const host = instance.spec.host.replace(/^\[(.*)\]$/, '$1');
  const isAddress = /^[\d.]+$/.test(host) || host.includes(':');
  const expression = pattern
    .replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
    .replaceAll('%', '.*')
    .replaceAll('_', '.');
  const covers = new RegExp(`^${expression}$`, 'i').test(host);
  return check(
    'account.covers',
    covers ? true : isAddress && !pattern.includes('/') ? false : undefined,
    covers ? t`${host} is in ${pattern}` : t`the replica is ${host}`,
    t`an address of the replica in ${pattern}, IPv4 and IPv6`,
    t`Accounts are matched by the address that the source sees: of a name with an AAAA record that is the IPv6 one.`,
    advice,
  );
}

function accountAtCheck({ accountAt, source }: SetUp): PlanCheck {
  const readOnly = factsOf(accountAt)?.readOnly;
  return check(
    'account.where',
    accountAt === undefined ? undefined : readOnly === undefined ? undefined : !readOnly,
    accountAt === undefined
      ? t`the primary above ${source.spec.key} is not known`
      : t`on ${accountAt.spec.key}, read_only = ${readOnly === undefined ? t`not known` : readOnly ? 1 : 0}`,
    t`the primary, so that the account reaches all by replication`,
    t`Create the account on the primary (source.createReplicationAccount), and leave input \`host\` empty.`,
  );
}
