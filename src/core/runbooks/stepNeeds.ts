import type { PasswordSource } from '../inventory/model';
import type { ServerIdentity } from '../guard/identity';
import { quoteOptionValue } from '../guard/quoteOption';
import { renderSqlFile, type CallFiles } from './clientCall';
import type { PlanSecret, PlanServer, StepCall } from './plan';

/** An account for which an option file is written while a step runs. */
export interface WrittenAccount {
  /** Of the server that it logs in to. */
  readonly key: string;
  readonly user: string;
  readonly password: PasswordSource;
}

/** What has to be there before the command of a step may start. */
export interface StepNeeds {
  /** Whose identity is proved, and whose name is typed in production. */
  readonly server: PlanServer;
  /** Programs that are looked for on PATH. */
  readonly programs: readonly string[];
  /** What is asked for. */
  readonly secrets: readonly PlanSecret[];
  readonly accounts: readonly WrittenAccount[];
}

export function needsOf(call: StepCall): StepNeeds {
  const { server, client, secrets, account } = call;
  return {
    ...{ server, secrets },
    programs: [client],
    accounts: account.kind === 'written' ? [{ key: server.key, user: account.user, password: account.password }] : [],
  };
}

/** A file that carries a secret: mode 0600, in the extension's own folder, as long as its step runs. */
export interface SecretFile {
  readonly path: string;
  readonly content: string;
}

/** What was given for a step's needs. */
export interface GivenSecrets {
  /** Of `secrets`, by name. */
  readonly secrets: ReadonlyMap<string, string>;
  /** Passwords of `accounts`, by the server's key. */
  readonly passwords: ReadonlyMap<string, string>;
}

/**
 * The files that the command of a step refers to. Never shown and never kept.
 * @throws when something that the step needs was not given: a defect of the caller
 */
export function renderSecretFiles(
  call: StepCall,
  identity: ServerIdentity,
  files: CallFiles,
  { secrets, passwords }: GivenSecrets,
): readonly SecretFile[] {
  const optionFiles = needsOf(call).accounts.map(({ key, user }) => {
    const password = passwords.get(key);
    if (password === undefined) throw new Error(`The password for ${key} was not given.`);
    const content = `[client]\nuser = ${quoteOptionValue(user)}\npassword = ${quoteOptionValue(password)}\n`;
    return { path: files.optionFile(key), content };
  });
  return call.secrets.length === 0
    ? optionFiles
    : [...optionFiles, { path: files.sqlFile, content: renderSqlFile(call, identity, secrets) }];
}
