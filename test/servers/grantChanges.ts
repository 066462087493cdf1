import { accountLabel } from '../../src/core/grants/accountName';
import type { AccountDiff, DiffItem } from '../../src/core/grants/diffItem';
import type { GrantAccount, GrantModel } from '../../src/core/grants/model';
import { scopeLabel } from '../../src/core/grants/scope';
import type { Random } from '../core/grants/randomGrants';

/** A statement that changes one account, and what the comparison must say of it, no more and no less. */
export interface Change {
  readonly sql: string;
  readonly account: string;
  readonly expected: string;
}

type Maker = (account: GrantAccount, context: Context) => Omit<Change, 'account'> | undefined;

interface Context {
  readonly random: Random;
  readonly model: GrantModel;
  readonly mariadb: boolean;
  readonly label: string;
}

/** As `expected` of a change is written. */
export function describeDifference({ state, items }: AccountDiff): string {
  if (state === 'missing') return 'missing account';
  return items.map(describeItem).join('; ');
}

function describeItem({ verdict, target }: DiffItem): string {
  switch (target.kind) {
    case 'privilege': {
      const column = target.column === undefined ? '' : ` (${target.column})`;
      return `${verdict} ${target.privilege}${column} on ${scopeLabel(target.scope)}`;
    }
    case 'grantOption':
      return `${verdict} grantOption on ${scopeLabel(target.scope)}`;
    case 'role':
    case 'adminOption':
      return `${verdict} ${target.kind} ${target.role.user}`;
    case 'proxy':
      return `${verdict} proxy ${accountLabel(target.proxied)}`;
    default:
      // Whether a limit or a lock is extra or different is a matter of taste.
      return target.kind === 'limit' ? `changed limit ${target.name}` : `changed ${target.kind}`;
  }
}

/** One change for about two of three accounts. */
export function randomChanges(random: Random, model: GrantModel): readonly Change[] {
  const changes: Change[] = [];
  for (const account of model.accounts.values()) {
    if (random.chance(0.35)) continue;
    const label = accountLabel(account.name);
    const context = { random, model, mariadb: model.server.flavor === 'mariadb', label };
    for (let attempt = 0; attempt < 8; attempt += 1) {
      const change = random.pick(account.kind === 'role' ? ofPrivileges : all)(account, context);
      if (!change) continue;
      changes.push({ ...change, account: account.key });
      break;
    }
  }
  return changes;
}

/** By how many scopes or columns of the account the privilege is held: one that several give is redundant in some. */
function holders({ scopes }: GrantAccount, privilege: string): number {
  return [...scopes.values()].filter((held) => held.privileges.has(privilege) || held.columns.has(privilege)).length;
}

const revokePrivilege: Maker = (account, { random, label }) => {
  const scopes = [...account.scopes.values()].filter(({ privileges }) => privileges.size > 0);
  if (scopes.length === 0) return undefined;
  const { scope, privileges, columns } = random.pick(scopes);
  const privilege = random.pick([...privileges.keys()]);
  if (holders(account, privilege) > 1 || columns.has(privilege)) return undefined;
  const on = scopeLabel(scope);
  return { sql: `REVOKE ${privilege} ON ${on} FROM ${label}`, expected: `missing ${privilege} on ${on}` };
};

const grantPrivilege: Maker = (account, { random, label }) => {
  const privilege = random.pick(['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'CREATE', 'DROP', 'INDEX']);
  const on = random.pick(['*.*', '`ops`.*', '`%wik%`.*', '`heartbeat\\_p`.*', '`enwiki`.`user`']);
  if (holders(account, privilege) > 0) return undefined;
  return { sql: `GRANT ${privilege} ON ${on} TO ${label}`, expected: `extra ${privilege} on ${on}` };
};

const revokeColumn: Maker = ({ scopes, ...account }, { random, label }) => {
  const held = [...scopes.values()].find(({ columns }) => columns.size > 0);
  if (!held) return undefined;
  const [privilege, columns] = random.pick([...held.columns]);
  const column = random.pick([...columns.keys()]);
  if (holders({ scopes, ...account }, privilege) > 1 || held.privileges.has(privilege)) return undefined;
  const on = scopeLabel(held.scope);
  return {
    sql: `REVOKE ${privilege} (\`${column}\`) ON ${on} FROM ${label}`,
    expected: `missing ${privilege} (${column}) on ${on}`,
  };
};

const changeGrantOption: Maker = ({ scopes }, { random, label, mariadb }) => {
  const able = [...scopes.values()].filter(({ grantOption }) => grantOption !== undefined);
  // MySQL keeps one for each dynamic privilege besides.
  const [held] = able;
  if (able.length > 1 || (held?.scope.kind === 'global' && !mariadb)) return undefined;
  if (held) {
    const on = scopeLabel(held.scope);
    return { sql: `REVOKE GRANT OPTION ON ${on} FROM ${label}`, expected: `missing grantOption on ${on}` };
  }
  const databases = [...scopes.values()].filter(({ scope }) => scope.kind === 'database');
  if (databases.length === 0) return undefined;
  const on = scopeLabel(random.pick(databases).scope);
  return { sql: `GRANT USAGE ON ${on} TO ${label} WITH GRANT OPTION`, expected: `extra grantOption on ${on}` };
};

const changeLimit: Maker = ({ limits }, { random, label }) => {
  const value = 10 + random.below(50);
  if (limits.get('MAX_USER_CONNECTIONS')?.value === value) return undefined;
  return {
    sql: `ALTER USER ${label} WITH MAX_USER_CONNECTIONS ${value}`,
    expected: 'changed limit MAX_USER_CONNECTIONS',
  };
};

const changeRequire: Maker = ({ require }, { random, label }) => {
  const kind = random.pick(['SSL', 'X509', 'NONE']);
  if ((require?.value.kind ?? 'none').toUpperCase() === kind) return undefined;
  return { sql: `ALTER USER ${label} REQUIRE ${kind}`, expected: 'changed require' };
};

const changeLock: Maker = ({ locked }, { label }) => ({
  sql: `ALTER USER ${label} ACCOUNT ${locked?.value === true ? 'UNLOCK' : 'LOCK'}`,
  expected: 'changed lock',
});

/** MySQL lets passwords expire only where there are some. */
const changeExpiry: Maker = (account, { random, label, mariadb }) =>
  !mariadb && usesSocket(account)
    ? undefined
    : {
        sql: `ALTER USER ${label} PASSWORD EXPIRE ${random.pick(['NEVER', 'INTERVAL 7 DAY'])}`,
        expected: 'changed expiry',
      };

const usesSocket = ({ authentication }: GrantAccount): boolean =>
  authentication?.value.methods[0]?.plugin?.endsWith('_socket') === true;

const changeAuthentication: Maker = (account, { mariadb, label }) => {
  if (!mariadb && account.expiry) return undefined;
  const socket = usesSocket(account);
  const way = mariadb
    ? socket
      ? "BY 'x'"
      : 'VIA unix_socket'
    : `WITH ${socket ? "caching_sha2_password BY 'x'" : 'auth_socket'}`;
  return { sql: `ALTER USER ${label} IDENTIFIED ${way}`, expected: 'changed authentication' };
};

const changeRole: Maker = ({ roles, defaultRoles }, { random, model, label, mariadb }) => {
  const known = [...model.accounts.values()].filter(({ kind }) => kind === 'role');
  const role = random.pick(known);
  const written = accountLabel(role.name);
  const held = roles.get(role.key);
  if (!held) return { sql: `GRANT ${written} TO ${label}`, expected: `extra role ${role.name.user}` };
  if (!held.admin) {
    return {
      sql: `GRANT ${written} TO ${label} WITH ADMIN OPTION`,
      expected: `extra adminOption ${role.name.user}`,
    };
  }
  if (mariadb) {
    return {
      sql: `REVOKE ADMIN OPTION FOR ${written} FROM ${label}`,
      expected: `missing adminOption ${role.name.user}`,
    };
  }
  if (defaultRoles.size > 0) return undefined;
  return { sql: `REVOKE ${written} FROM ${label}`, expected: `missing role ${role.name.user}` };
};

const revokeRole: Maker = ({ roles, defaultRoles }, { random, label }) => {
  if (roles.size === 0 || defaultRoles.size > 0) return undefined;
  const { role, admin } = random.pick([...roles.values()]);
  const expected = `missing role ${role.user}`;
  return admin ? undefined : { sql: `REVOKE ${accountLabel(role)} FROM ${label}`, expected };
};

const changeDefaultRole: Maker = ({ roles, defaultRoles }, { label, mariadb }) => {
  const [held] = [...roles.values()];
  if (!held) return undefined;
  const role = defaultRoles.size > 0 ? 'NONE' : accountLabel(held.role);
  return { sql: `SET DEFAULT ROLE ${role} ${mariadb ? 'FOR' : 'TO'} ${label}`, expected: 'changed defaultRole' };
};

const changeProxy: Maker = ({ key, proxies }, { random, model, label }) => {
  const [held] = [...proxies.values()];
  if (held) {
    const proxied = accountLabel(held.proxied);
    return { sql: `REVOKE PROXY ON ${proxied} FROM ${label}`, expected: `missing proxy ${proxied}` };
  }
  const other = random.pick([...model.accounts.values()]);
  if (other.kind === 'role' || other.key === key) return undefined;
  const proxied = accountLabel(other.name);
  return { sql: `GRANT PROXY ON ${proxied} TO ${label}`, expected: `extra proxy ${proxied}` };
};

const dropUser: Maker = (_account, { label }) => ({ sql: `DROP USER ${label}`, expected: 'missing account' });

const ofPrivileges = [revokePrivilege, grantPrivilege, revokeColumn, changeGrantOption];
const all = [
  ...[...ofPrivileges, ...ofPrivileges, changeLimit, changeRequire, changeLock, changeExpiry],
  ...[changeAuthentication, changeRole, revokeRole, changeDefaultRole, changeProxy, dropUser],
];
