import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AccountAnswers, ServerAnswers, ShowAnswer } from '../../../src/core/grants/fromServer';
import type { GrantServer } from '../../../src/core/grants/grantServer';

const root = join(import.meta.dirname, '../../recordings');

export const recordedServers: readonly (GrantServer & { readonly folder: string })[] = [
  { folder: 'mariadb-10.11', flavor: 'mariadb', versionId: 101119 },
  { folder: 'mariadb-11.8', flavor: 'mariadb', versionId: 110809 },
  { folder: 'mysql-9.7', flavor: 'mysql', versionId: 90704 },
];

export const mariadb1011: GrantServer = { flavor: 'mariadb', versionId: 101119 };
export const mariadb118: GrantServer = { flavor: 'mariadb', versionId: 110809 };
export const mysql97: GrantServer = { flavor: 'mysql', versionId: 90704 };

interface RecordedAnswer {
  readonly statement: string;
  readonly rows?: readonly Readonly<Record<string, unknown>>[];
  readonly error?: { readonly errno: number; readonly sqlMessage: string };
}

interface RecordedAccount {
  readonly user: string;
  readonly host: string;
  readonly isRole?: boolean;
  readonly [statement: string]: unknown;
}

export function readJson(path: string): unknown {
  return JSON.parse(readFileSync(join(root, path), 'utf8'));
}

export function readText(path: string): string {
  return readFileSync(join(root, path), 'utf8');
}

/** The accounts of grants.json as an adapter hands them over. */
export function readAnswers(server: GrantServer & { readonly folder: string }): ServerAnswers {
  const { accounts } = readJson(`${server.folder}/grants.json`) as { accounts: readonly RecordedAccount[] };
  const { flavor, versionId } = server;
  return { server: { flavor, versionId }, listed: 'all', accounts: accounts.map(toAnswers) };
}

export function toAnswers(account: RecordedAccount): AccountAnswers {
  const answers = Object.values(account).filter(
    (value): value is RecordedAnswer => typeof value === 'object' && value !== null && 'statement' in value,
  );
  const find = (word: string) => toShow(answers.find(({ statement }) => statement.startsWith(word)));
  return {
    user: account.user,
    ...(account.isRole !== true && { host: account.host }),
    grants: find('SHOW GRANTS'),
    createUser: find('SHOW CREATE USER'),
  };
}

function toShow(answer: RecordedAnswer | undefined): ShowAnswer {
  if (!answer) return { kind: 'notAsked' };
  if (answer.error) return { kind: 'error', errno: answer.error.errno, text: answer.error.sqlMessage };
  return { kind: 'rows', texts: (answer.rows ?? []).map((row) => String(Object.values(row)[0])) };
}

/** Statements that built the recorded accounts and were taken. */
export function readDdl(folder: string): readonly { readonly statement: string; readonly errno?: number }[] {
  const { statements } = readJson(`${folder}/grants-ddl.json`) as { statements: readonly RecordedAnswer[] };
  return statements.map(({ statement, error }) => ({ statement, ...(error && { errno: error.errno }) }));
}

/** A model as plain data without the ranges, so that two of them can be compared. */
export function withoutOrigins(value: unknown): unknown {
  if (value instanceof Map) {
    const entries = [...(value as ReadonlyMap<string, unknown>)].sort(([a], [b]) => (a < b ? -1 : 1));
    return Object.fromEntries(entries.map(([key, one]) => [key, withoutOrigins(one)]));
  }
  if (Array.isArray(value)) return (value as readonly unknown[]).map(withoutOrigins);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key, one]) => key !== 'origin' && key !== 'created' && key !== 'kind' && one !== undefined)
      .map(([key, one]) => [key, key === 'grantOption' && typeof one === 'object' ? true : withoutOrigins(one)]),
  );
}
