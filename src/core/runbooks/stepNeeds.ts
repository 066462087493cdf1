import type { PasswordSource } from '../inventory/model';
import { quoteOptionValue } from '../guard/quoteOption';
import { renderSqlFile, type CallFiles } from './clientCall';
import type { PlanSecret, PlanTarget, ProgramCall, StepCall } from './plan';
import { renderCurlConfig } from './programCall';
import { t } from '../l10n';

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
  readonly server: PlanTarget;
  /** Programs that are looked for on PATH. */
  readonly programs: readonly string[];
  /** What is asked for. */
  readonly secrets: readonly PlanSecret[];
  readonly accounts: readonly WrittenAccount[];
}

export function needsOf(call: StepCall): StepNeeds {
  const { server, secrets, account } = call;
  if (call.kind === 'programs') {
    return {
      ...{ server, secrets },
      programs: programsIn(call.runs),
      accounts: account.kind === 'written' ? [{ key: server.key, user: account.user, password: account.password }] : [],
    };
  }
  const { client, dump, load } = call;
  const run = dump?.run ?? (load?.from.kind === 'run' ? load.from.run : undefined);
  const accounts = [call, ...(run === undefined || run.server.key === server.key ? [] : [run])].flatMap(
    (place): readonly WrittenAccount[] =>
      place.account.kind === 'written'
        ? [{ key: place.server.key, user: place.account.user, password: place.account.password }]
        : [],
  );
  return {
    ...{ server, secrets, accounts },
    programs: [
      client,
      ...(run === undefined ? [] : [run.client, run.program]),
      ...(dump === undefined ? [] : ['install']),
      ...(load === undefined ? [] : ['sed']),
    ]
      // Each once.
      .filter((program, at, all) => all.indexOf(program) === at),
  };
}

function programsIn(runs: ProgramCall['runs']): readonly string[] {
  const named = runs.flatMap(({ words: [program], mustPrint }) => [
    ...(typeof program === 'string' ? [program] : []),
    ...(mustPrint === undefined ? [] : ['grep']),
  ]);
  return [...new Set(named)];
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
 * @throws when something that the step needs was not given, a defect of the caller, or cannot stand in such a file
 */
export function renderSecretFiles(
  call: StepCall,
  files: CallFiles,
  { secrets, passwords }: GivenSecrets,
): readonly SecretFile[] {
  const optionFiles = needsOf(call).accounts.map(({ key, user }) => {
    const password = passwords.get(key);
    if (password === undefined) throw new Error(t`The password for ${key} was not given.`);
    const content =
      call.kind === 'programs'
        ? renderCurlConfig(user, password)
        : `[client]\nuser = ${quoteOptionValue(user)}\npassword = ${quoteOptionValue(password)}\n`;
    return { path: files.optionFile(key), content };
  });
  if (call.kind === 'programs' || call.secrets.length === 0) return optionFiles;
  const { identity } = call.server;
  if (identity === undefined) throw new Error(t`${call.server.key} does not say who it is.`);
  return [...optionFiles, { path: files.sqlFile, content: renderSqlFile(call, identity, secrets) }];
}
