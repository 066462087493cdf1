import type { CheckContext, ReportFault } from './checkContext';
import { serverName, type GrantServer } from './grantServer';
import type { AccountOptionsNode, AccountStatement, AuthenticationNode, UserNode } from './statements';
import type { Span } from './tokenizer';
import { t } from '../l10n';

/** Statements that a server of this flavor and version refuses, or takes for less than they seem. */
export function checkDialect({ statements, template, report }: CheckContext): void {
  const { server } = template;
  const name = serverName(server);
  const refuse: ReportFault = (severity, span, message) => {
    report(severity, span, `${name}: ${message}`);
  };
  for (const statement of statements) {
    if (server.flavor === 'mariadb') checkMariadb(statement, server, refuse);
    else checkMysql(statement, server, refuse);
    checkSecrets(statement, refuse);
  }
}

type Refuse = ReportFault;

function authenticationsOf(statement: AccountStatement): readonly AuthenticationNode[] {
  const users: readonly UserNode[] =
    'users' in statement ? statement.users : 'grantees' in statement ? statement.grantees : [];
  return users.flatMap(({ authentication }) => authentication ?? []);
}

function optionsOf(statement: AccountStatement): AccountOptionsNode | undefined {
  return 'options' in statement ? statement.options : undefined;
}

function checkMariadb(statement: AccountStatement, server: GrantServer, refuse: Refuse): void {
  for (const { methods, joined } of authenticationsOf(statement)) {
    for (const method of methods) {
      if (method.form === 'withBy')
        refuse('error', method, 'IDENTIFIED WITH … BY is MySQL. Write IDENTIFIED VIA … USING PASSWORD(…).');
      if (method.plugin === 'auth_socket')
        refuse('error', method, t`auth_socket is the plugin of MySQL. Write unix_socket.`);
    }
    if (joined === 'and' && methods[1]) refuse('error', methods[1], t`Several factors are MySQL.`);
  }
  const options = optionsOf(statement);
  if (options?.defaultRoles)
    refuse('error', options.defaultRoles, 'DEFAULT ROLE here is MySQL. Write SET DEFAULT ROLE … FOR ….');
  for (const other of options?.others ?? []) refuse('error', other, t`${other.name} is MySQL.`);
  switch (statement.kind) {
    case 'setDefaultRole':
      if (statement.preposition === 'TO') refuse('error', statement.list, 'SET DEFAULT ROLE … TO is MySQL. Write FOR.');
      if (statement.list.kind === 'all') refuse('error', statement.list, 'SET DEFAULT ROLE takes one role or NONE.');
      if (statement.list.roles[1]) refuse('error', statement.list.roles[1], t`An account has one default role.`);
      break;
    case 'createRole':
    case 'grantRoles':
    case 'revokeRoles':
      for (const role of statement.roles) {
        if (role.host !== undefined) refuse('error', role, t`A role has no host.`);
      }
      if (statement.kind !== 'createRole' && statement.roles[1])
        refuse('error', statement.roles[1], t`One role for each statement.`);
      break;
    case 'grant': {
      const { object } = statement;
      const table = object.kind === 'table' && object.database ? `${object.database.value}.${object.table.value}` : '';
      if (/^mysql\.slave_(?:master|relay_log|worker)_info$/i.test(table))
        refuse('error', object, t`${table} is a table of MySQL: 1146.`);
      checkSuper(statement, server, refuse);
      break;
    }
    default:
      break;
  }
}

/** The same word, less and less of a privilege. */
function checkSuper(
  statement: Extract<AccountStatement, { kind: 'grant' }>,
  { versionId }: GrantServer,
  refuse: Refuse,
): void {
  const node = statement.privileges.find(({ name }) => name === 'SUPER');
  if (!node || versionId < 101100) return;
  const has = (name: string) => statement.privileges.some((privilege) => privilege.name === name);
  if (versionId >= 110001) {
    if (!has('SLAVE MONITOR') && !has('REPLICA MONITOR')) {
      refuse(
        'warning',
        node,
        t`SUPER no longer brings what was split out of it, SLAVE MONITOR and READ_ONLY ADMIN among them. Name what is needed.`,
      );
    }
  } else if (!has('READ_ONLY ADMIN') && !has('READ ONLY ADMIN')) {
    refuse('warning', node, t`SUPER no longer brings READ_ONLY ADMIN. Name it if it is needed.`);
  }
}

function checkMysql(statement: AccountStatement, { versionId }: GrantServer, refuse: Refuse): void {
  for (const { methods, joined } of authenticationsOf(statement)) {
    for (const method of methods) {
      if (method.form === 'via') refuse('error', method, 'IDENTIFIED VIA is MariaDB. Write IDENTIFIED WITH.');
      if (method.form === 'byPassword')
        refuse('error', method, 'IDENTIFIED BY PASSWORD is gone. Write IDENTIFIED WITH … AS.');
      if (method.plugin === 'unix_socket')
        refuse('error', method, t`unix_socket is the plugin of MariaDB. Write auth_socket.`);
      if (method.plugin === 'mysql_native_password' && versionId >= 80400) {
        const gone = versionId >= 90000;
        refuse(
          gone ? 'error' : 'warning',
          method,
          t`mysql_native_password is ${gone ? t`gone (1524)` : t`off by default`}.`,
        );
      }
    }
    if (joined === 'or' && methods[1]) refuse('error', methods[1], t`Alternatives with OR are MariaDB.`);
    if (statement.kind === 'grant' && methods[0])
      refuse('error', methods[0], 'GRANT cannot say how an account logs in. Write CREATE USER.');
  }
  const options = optionsOf(statement);
  if (statement.kind === 'grant' && options) {
    const first: Span | undefined = options.require ?? options.limits[0];
    if (first) refuse('error', first, 'GRANT sets no REQUIRE and no limits. Write ALTER USER.');
  }
  for (const limit of options?.limits ?? []) {
    if (limit.name === 'MAX_STATEMENT_TIME') refuse('error', limit, t`MAX_STATEMENT_TIME is MariaDB.`);
  }
  if ((statement.kind === 'createUser' || statement.kind === 'createRole') && statement.replace) {
    refuse('error', statement.replace, t`OR REPLACE is MariaDB.`);
  }
  if (statement.kind === 'createRole' && statement.admin) refuse('error', statement.admin, 'WITH ADMIN is MariaDB.');
  if (statement.kind === 'setDefaultRole' && statement.preposition === 'FOR')
    refuse('error', statement.list, 'SET DEFAULT ROLE … FOR is MariaDB. Write TO.');
  if (!('grantees' in statement)) return;
  for (const { account } of statement.grantees) {
    if (account.special === 'public')
      refuse('error', account, t`PUBLIC is MariaDB: this would be a user of that name (1410).`);
  }
}

function checkSecrets(statement: AccountStatement, refuse: Refuse): void {
  for (const { methods } of authenticationsOf(statement)) {
    for (const method of methods) {
      if (method.unquoted)
        refuse(
          'warning',
          method,
          t`No quotes stand around this password: the server refuses the statement unless the value brings its own.`,
        );
    }
  }
}
