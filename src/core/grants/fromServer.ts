import type { AccountBuilder } from './accountBuilder';
import { accountKey, accountLabel, type AccountName } from './accountName';
import { accountsOf } from './buildModel';
import { serverName, type GrantServer } from './grantServer';
import type { AccountPart, GrantModel } from './model';
import { ModelBuilder } from './modelBuilder';
import { parseAccountStatements } from './parseAccountStatements';
import { redactGrantText } from './redactGrantText';
import type { AccountStatement } from './statements';
import { effectiveAccess } from './versionId';
import { t } from '../l10n';
import { formatCount } from '../words';

/** Answer to one SHOW statement, as a reader of `mysql.*` or of the account itself gets it. */
export type ShowAnswer =
  /** The one column of each row, after `redactGrantText`: the adapter lets no secret and no hash through. */
  | { readonly kind: 'rows'; readonly texts: readonly string[] }
  | { readonly kind: 'error'; readonly errno: number; readonly text: string }
  | { readonly kind: 'notAsked' };

export interface AccountAnswers {
  readonly user: string;
  /** Undefined: a MariaDB role, or PUBLIC. */
  readonly host?: string;
  /** `SHOW GRANTS FOR …`. */
  readonly grants: ShowAnswer;
  /**
   * `SHOW CREATE USER …`: lock and expiry on MariaDB, where `globalPriv` tells them too, and authentication on MySQL.
   * Not asked for MariaDB's roles.
   */
  readonly createUser: ShowAnswer;
  /** Of `mysql.global_priv.Priv` (MariaDB), as text: privileges, version, lock and expiry. No authentication. */
  readonly globalPriv?: string;
}

export interface ServerAnswers {
  readonly server: GrantServer;
  readonly accounts: readonly AccountAnswers[];
  /** `all`: from `mysql.user` or `mysql.global_priv`. `own`: only the reader itself could be asked. */
  readonly listed: 'all' | 'own';
}

/** A row of `mysql.global_priv` that an older version wrote: this server reads other privileges from it. */
export interface StoredByOlder {
  readonly account: AccountName;
  /** Undefined: the row has none. */
  readonly versionId: number | undefined;
  readonly rejected: boolean;
}

export interface ServerGrants {
  readonly model: GrantModel;
  readonly listed: 'all' | 'own';
  readonly storedByOlder: readonly StoredByOlder[];
  /** What could not be read, one sentence each. Empty: all was told. */
  readonly unknown: readonly string[];
}

/** Turns what a server answered into the normal form. Never throws; texts that are not understood make a part unknown. */
export function toGrantModel({ server, accounts, listed }: ServerAnswers): ServerGrants {
  const knownRoles = accounts.filter(({ host }) => host === undefined).map(({ user }) => user);
  const builder = new ModelBuilder([], server, { knownRoles, fromServer: true });
  const unknown: string[] = [];
  const storedByOlder: StoredByOlder[] = [];
  if (listed === 'own') {
    unknown.push(
      t`The monitor may not read \`mysql.*\`: only its own account is known, and which others exist is not.`,
    );
  }
  for (const answers of accounts) {
    const name = toName(answers);
    const account = builder.ensure(name);
    account.created = { start: 0, end: 0 };
    readCreateUser(builder, account, answers);
    readGrants(builder, account, answers, listed);
    readStored(account, answers, server, storedByOlder);
    for (const [part, reason] of account.unknown) unknown.push(`${accountLabel(name)}: ${part}. ${reason}`);
  }
  if (server.flavor === 'mysql') for (const account of builder.accounts.values()) markRole(account);
  const model: GrantModel = {
    server,
    accounts: builder.accounts,
    possible: new Map(),
    dropped: new Map(),
    notCompared: [],
    openAccounts: [],
  };
  return { model, listed, storedByOlder, unknown };
}

function toName({ user, host }: AccountAnswers): AccountName {
  return host === undefined ? { user } : { user, host: host.toLowerCase() };
}

function setUnknown(account: AccountBuilder, parts: readonly AccountPart[], reason: string): void {
  for (const part of parts) account.unknown.set(part, reason);
}

/** Statements of the texts, and whether all of them were understood. */
function parseTexts(texts: readonly string[], server: GrantServer): { statements: AccountStatement[]; clean: boolean } {
  const statements: AccountStatement[] = [];
  let clean = true;
  for (const text of texts) {
    const parsed = parseAccountStatements(text, { flavor: server.flavor, ansiQuotes: !text.includes('`') });
    clean &&= parsed.problems.length === 0;
    statements.push(...parsed.statements);
  }
  return { statements, clean };
}

const attributeParts: readonly AccountPart[] = ['authentication', 'require', 'limits', 'lock', 'expiry', 'options'];

function readCreateUser(builder: ModelBuilder, account: AccountBuilder, { createUser }: AccountAnswers): void {
  if (account.kind !== 'user') return;
  const mariadb = builder.server.flavor === 'mariadb';
  // MariaDB repeats authentication, REQUIRE and limits in SHOW GRANTS; MySQL keeps default roles here as well.
  const parts: readonly AccountPart[] = mariadb ? ['lock', 'expiry'] : [...attributeParts, 'defaultRoles'];
  if (createUser.kind !== 'rows') {
    setUnknown(account, parts, reasonOf(createUser, 'SHOW CREATE USER'));
    return;
  }
  const { statements, clean } = parseTexts(createUser.texts, builder.server);
  const mine = statements.filter(
    (statement) => statement.kind === 'createUser' && concerns(builder, account, statement),
  );
  if (!clean || mine.length === 0) {
    setUnknown(account, parts, t`The answer to SHOW CREATE USER is not understood.`);
    return;
  }
  delete account.created;
  builder.applyAll(mine);
  account.created = { start: 0, end: 0 };
}

function readGrants(
  builder: ModelBuilder,
  account: AccountBuilder,
  { grants, createUser, globalPriv }: AccountAnswers,
  listed: ServerAnswers['listed'],
): void {
  const mariadb = builder.server.flavor === 'mariadb';
  const parts: readonly AccountPart[] = [
    'privileges',
    'roles',
    'proxies',
    ...(mariadb ? (['defaultRoles'] as const) : []),
  ];
  if (grants.kind !== 'rows') {
    const reason = reasonOf(grants, 'SHOW GRANTS');
    setUnknown(account, parts, reason);
    if (mariadb && createUser.kind !== 'rows') setUnknown(account, attributeParts, reason);
    return;
  }
  const { statements, clean } = parseTexts(grants.texts, builder.server);
  // SHOW GRANTS of a MariaDB role prints the grants of the roles inside it too.
  const mine = statements.filter((statement) => concerns(builder, account, statement));
  builder.applyAll(mine);
  const foreign = statements.length > mine.length && account.kind === 'user' && listed === 'all';
  if (!clean || foreign || (mine.length === 0 && account.kind === 'user')) {
    setUnknown(account, parts, t`The answer to SHOW GRANTS is not understood.`);
  } else if (!mariadb && listed === 'own' && account.roles.size > 0) {
    setUnknown(account, ['privileges'], t`An account sees the privileges of its active roles as its own.`);
  }
  if (!mariadb || account.kind !== 'user' || createUser.kind === 'rows') return;
  // Nothing said in the global row is nothing set.
  const origin = { start: 0, end: 0 };
  account.authentication ??= {
    value: { methods: [{ plugin: 'mysql_native_password', secret: 'none' }], joined: 'or' },
    origin,
  };
  readLock(account, globalPriv);
}

/** Lock and expiry from the JSON of `mysql.global_priv`, where SHOW CREATE USER was not answered. Defaults go unsaid. */
function readLock(account: AccountBuilder, globalPriv: string | undefined): void {
  if (globalPriv === undefined) return;
  const origin = { start: 0, end: 0 };
  const lifetime = /"password_lifetime"\s*:\s*(-?\d+)/.exec(globalPriv)?.[1];
  const changed = /"password_last_changed"\s*:\s*(\d+)/.exec(globalPriv)?.[1];
  const days = lifetime === undefined ? -1 : Number(lifetime);
  if (/"account_locked"\s*:\s*true/.test(globalPriv)) account.locked = { value: true, origin };
  if (changed === '0') account.expiry = { value: { kind: 'now' }, origin };
  else if (days === 0) account.expiry = { value: { kind: 'never' }, origin };
  else if (days > 0) account.expiry = { value: { kind: 'interval', days }, origin };
  account.unknown.delete('lock');
  account.unknown.delete('expiry');
}

function readStored(
  account: AccountBuilder,
  { globalPriv }: AccountAnswers,
  server: GrantServer,
  found: StoredByOlder[],
): void {
  if (globalPriv === undefined || server.flavor !== 'mariadb') return;
  // From the text: as a number, the mask of 64 bits would lose its lower ones.
  const access = /"access"\s*:\s*(\d+)/.exec(globalPriv)?.[1];
  const version = /"version_id"\s*:\s*(\d+)/.exec(globalPriv)?.[1];
  if (access === undefined) return;
  const versionId = version === undefined ? undefined : Number(version);
  const now = effectiveAccess(BigInt(access), versionId, server);
  const asWritten = effectiveAccess(BigInt(access), server.versionId, server);
  if (now.rejected || now.privileges.join() !== asWritten.privileges.join()) {
    found.push({ account: account.name, versionId, rejected: now.rejected });
  }
}

function concerns(builder: ModelBuilder, account: AccountBuilder, statement: AccountStatement): boolean {
  const position = statement.kind === 'createUser' || statement.kind === 'setDefaultRole' ? 'user' : 'grantee';
  return accountsOf(statement).some((node) => accountKey(builder.name(node, position)) === account.key);
}

function reasonOf(answer: Exclude<ShowAnswer, { kind: 'rows' }>, statement: string): string {
  if (answer.kind === 'notAsked') return t`${statement} was not asked.`;
  const { errno, text } = answer;
  if (errno === 1141 || errno === 1133 || errno === 1396) {
    return t`The server lists the account and does not use it. With skip_name_resolve, accounts with host names are not used.`;
  }
  const denied = errno === 1044 || errno === 1142 || errno === 1227 || errno === 1370;
  return t`${statement} was ${denied ? t`denied` : t`refused`} (error ${errno}: ${redactGrantText(text)}).`;
}

/** MySQL knows no difference between roles and users; CREATE ROLE leaves one that nobody can log in to. */
function markRole(account: AccountBuilder): void {
  const secret = account.authentication?.value.methods.some((method) => method.secret !== 'none') ?? true;
  if (account.locked?.value && account.expiry?.value.kind === 'now' && !secret) account.becomeRole();
}

/** Bare names of the server, for `buildModel` of a template that is compared with it. */
export function knownNames({ accounts }: GrantModel): { knownRoles: readonly string[]; knownUsers: readonly string[] } {
  const names = [...accounts.values()].map(({ name }) => name);
  return {
    knownRoles: names.filter(({ host }) => host === undefined).map(({ user }) => user),
    knownUsers: names.filter(({ host }) => host === '%').map(({ user }) => user),
  };
}

/** For a heading: `MariaDB 10.11.19, 47 accounts`. */
export function describeModel({ server, accounts }: GrantModel): string {
  return t`${serverName(server)}, ${formatCount(accounts.size, 'account')}`;
}
