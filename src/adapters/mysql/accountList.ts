import { toVersionId, type GrantServer } from '../../core/grants/grantServer';
import type { AccountAnswers, ServerAnswers } from '../../core/grants/fromServer';
import { failed, ok, type Outcome } from '../../core/outcome';
import type { ReachFailure, Row } from '../../core/replication/reading';
import type { Conversation } from './grantConversation';
import {
  accountsStatement,
  hexHashesStatement,
  ownAccountStatement,
  partialRevokesStatement,
  plainQuotingStatement,
  privilegesStatement,
} from './grantQueries';
import { versionNumber } from './greeting';

export type ListedAccount = Pick<AccountAnswers, 'user' | 'host' | 'globalPriv'>;

/** To the database, the table, a column. */
const denials: ReadonlySet<number> = new Set([1044, 1142, 1143]);

export interface AccountList {
  readonly server: GrantServer;
  readonly listed: ServerAnswers['listed'];
  readonly accounts: readonly ListedAccount[];
}

/** Prepares the connection, and finds out who there is to ask about. */
export async function prepareGrants(conversation: Conversation): Promise<Outcome<AccountList, ReachFailure>> {
  const { flavor } = conversation.greeting;
  const plain = await conversation.ask(plainQuotingStatement);
  if (plain.kind === 'failed') return plain;
  if (flavor === 'mysql') {
    // Versions before 8.0.17 refuse it, and show the hashes as they are.
    const hex = await conversation.ask(hexHashesStatement);
    if (hex.kind === 'failed') return hex;
  }
  const server = await readServer(conversation);
  if (server.kind === 'failed') return server;
  const all = await conversation.ask(accountsStatement(flavor));
  if (all.kind === 'failed') return all;
  if (all.value.kind === 'rows') {
    const accounts = all.value.rows.map(flavor === 'mariadb' ? toMariadbAccount : toAccount);
    return ok({ server: server.value, listed: 'all', accounts });
  }
  const { errno, text } = all.value;
  if (!denials.has(errno)) return failed({ reason: 'other', errno, text });
  const own = await conversation.ask(ownAccountStatement);
  if (own.kind === 'failed') return own;
  const account = own.value.kind === 'rows' ? (own.value.rows[0]?.['account'] ?? '') : '';
  // The user may hold an @, the host never does.
  const at = account.lastIndexOf('@');
  if (at < 0) return failed({ reason: 'other', errno, text });
  const name = { user: account.slice(0, at), host: account.slice(at + 1) };
  return ok({ server: server.value, listed: 'own', accounts: [name] });
}

async function readServer(conversation: Conversation): Promise<Outcome<GrantServer, ReachFailure>> {
  const { flavor, version } = conversation.greeting;
  const server: GrantServer = { flavor, versionId: toVersionId(versionNumber(version)) };
  if (flavor === 'mariadb') return ok(server);
  const privileges = await conversation.ask(privilegesStatement);
  if (privileges.kind === 'failed') return privileges;
  const statement = partialRevokesStatement(flavor, version);
  const partial = statement === undefined ? undefined : await conversation.ask(statement);
  if (partial?.kind === 'failed') return partial;
  const rows = privileges.value.kind === 'rows' ? privileges.value.rows : [];
  const dynamicPrivileges = rows.flatMap(toDynamicPrivilege).sort();
  const revokes = partial?.value.kind === 'rows' ? partial.value.rows[0]?.['partial_revokes'] : undefined;
  return ok({
    ...server,
    ...(dynamicPrivileges.length === 0 ? {} : { dynamicPrivileges }),
    ...(revokes === undefined || revokes === null ? {} : { partialRevokes: revokes === '1' }),
  });
}

/** Static ones are written like `Create view` and have a comment. */
function toDynamicPrivilege({ Privilege: name }: Row): readonly string[] {
  return name !== undefined && name !== null && /^[A-Z][A-Z0-9_]+$/.test(name) ? [name] : [];
}

function toAccount({ user, host }: Row): ListedAccount {
  return { user: user ?? '', host: host ?? '' };
}

/** The fields that were read, as the JSON that they were part of; not from a row that is no JSON. */
function toMariadbAccount({ user, host, ...fields }: Row): ListedAccount {
  const written = Object.entries(fields).flatMap(([field, value]) => (value === null ? [] : [`"${field}": ${value}`]));
  const name = { user: user ?? '', ...(fields['is_role'] === 'true' ? {} : { host: host ?? '' }) };
  return typeof fields['access'] === 'string' ? { ...name, globalPriv: `{${written.join(', ')}}` } : name;
}
