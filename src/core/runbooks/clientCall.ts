import { effectOf } from '../guard/effect';
import { quoteCommand, quoteShell } from '../guard/quoteShell';
import type { ServerIdentity } from '../guard/identity';
import { quoteSqlString } from '../guard/quoteSql';
import { failed, ok, type Outcome } from '../outcome';
import { clientWords, identityStatement, type CallFiles } from './clientPlace';
import { renderDump, renderLoad } from './dumpCall';
import type { ClientCall, StepCall } from './plan';
import { renderProgramCall } from './programCall';
import { t } from '../l10n';

export type { CallFiles } from './clientPlace';

/**
 * The command line of a call, whole: what is shown is what runs. No secret is in it; host and port stand in it, since
 * an option file of the operator would win over ours.
 * @returns the line, or a sentence that says why it cannot be written safely for this shell
 */
export function renderCall(call: StepCall, files: CallFiles): Outcome<string, string> {
  return call.kind === 'client' ? renderClientCall(call, files) : renderProgramCall(call, files);
}

function renderClientCall(call: ClientCall, files: CallFiles): Outcome<string, string> {
  const { server, dump, load } = call;
  const { identity } = server;
  if (identity === undefined) return failed(t`${server.key} does not say who it is, so nothing may run on it.`);
  if (load !== undefined) return renderLoad(call, load, files);
  const line = quoteCommand(
    [
      ...clientWords(call, files),
      // What is shown is read by a person: line breaks as such, and each value beside the name of its column.
      ...(isLook(call) ? ['--vertical'] : []),
      ...(call.secrets.length > 0 ? [] : [`--execute=${renderSql(call, identity)}`]),
    ],
    files.shell,
  );
  if (line.kind === 'failed') return line;
  if (call.secrets.length > 0) return readFrom(line.value, files);
  return dump === undefined ? line : renderDump(line.value, dump, files);
}

function isLook({ statements, dump }: ClientCall): boolean {
  // A list of many rows is better read as a table.
  const isList = statements.includes('SHOW FULL PROCESSLIST');
  return dump === undefined && !isList && effectOf(statements.join(';\n')) === 'read';
}

/** MySQL 9's client no longer knows `source` by itself, so the file is its standard input. */
function readFrom(line: string, { shell, sqlFile }: CallFiles): Outcome<string, string> {
  if (shell === 'powershell') {
    return failed(t`PowerShell cannot give a file to a program unchanged. Run this step from another shell.`);
  }
  const file = quoteShell(sqlFile, shell);
  return file.kind === 'failed' ? file : ok(`${line} < ${file.value}`);
}

/** The statements of a call as one text, the proof of identity first. */
export function renderSql({ statements }: ClientCall, identity: ServerIdentity): string {
  return `${[identityStatement(identity), ...statements].join('; ')};`;
}

/**
 * The SQL file of a call that carries secrets. Never shown and never kept.
 * @param secrets by name
 * @throws when a secret that the statements name is not given: a defect of the caller
 */
export function renderSqlFile(
  call: ClientCall,
  identity: ServerIdentity,
  secrets: ReadonlyMap<string, string>,
): string {
  const filled = call.statements.map((statement) =>
    statement.replace(/\{\{(\w+)\}\}/g, (_, name: string) => {
      const secret = secrets.get(name);
      if (secret === undefined) throw new Error(t`The secret ${name} was not given.`);
      return quoteSqlString(secret);
    }),
  );
  return [
    identityStatement(identity),
    // A backslash in a password is one character whatever the server's sql_mode says.
    "SET SESSION sql_mode = REPLACE(@@SESSION.sql_mode, 'NO_BACKSLASH_ESCAPES', '')",
    ...filled,
    '',
  ].join(';\n');
}
