import { existsSync, readFileSync } from 'node:fs';

/**
 * What an account may have sent, by the form of the statement and not by the product's own list. Everything else in
 * the servers' general logs is a write of the extension, or may be one.
 */
const reads = [
  /^SHOW /i,
  /^SELECT (?!.*\b(INTO\s+(OUTFILE|DUMPFILE|@)|FOR\s+UPDATE|LOCK\s+IN\s+SHARE|GET_LOCK|RELEASE_LOCK|SLEEP|NEXTVAL|SETVAL|LOAD_FILE)\b)/is,
  /^SET STATEMENT max_statement_time=\d+\.\d{3} FOR (SELECT|SHOW) (?!.*\b(INTO\s+(OUTFILE|DUMPFILE|@)|FOR\s+UPDATE)\b)/is,
  // Of the extension's own session, and of no other.
  /^SET SESSION autocommit=1$/,
  /^SET SESSION time_zone = '\+00:00'$/,
  /^SET SESSION sql_mode = '', sql_quote_show_create = 1$/,
  /^SET SESSION print_identified_with_as_hex = 1$/,
  /^KILL QUERY \d+$/,
];

export const isReadByForm = (statement: string): boolean => reads.some((form) => form.test(statement));

/** `[date] thread command TAB argument`; MySQL writes the date on every line, MariaDB where the second is a new one. */
const line = /^(?:\S+(?: {1,2}\d{1,2}:\d\d:\d\d)?)?\t\s*(\d+) ([A-Z][A-Za-z ]+)\t(.*)$/;

/** The statements of an account's connections, in the order of a general log. */
export function statementsOf(log: string, user: string): string[] {
  const mine = new Set<string>();
  const statements: string[] = [];
  let open = false;
  for (const text of log.split('\n')) {
    const [, thread = '', command = '', argument = ''] = line.exec(text) ?? [];
    if (thread === '') {
      // A statement of several lines goes on.
      if (open) statements.push(`${statements.pop() ?? ''}\n${text}`);
      continue;
    }
    if (command === 'Connect') {
      if (argument.startsWith(`${user}@`)) mine.add(thread);
      else mine.delete(thread);
    }
    open = mine.has(thread) && ['Query', 'Execute', 'Prepare', 'Init DB'].includes(command);
    if (open) statements.push(command === 'Init DB' ? `USE ${argument}` : argument);
  }
  return statements.map((statement) => statement.trimEnd());
}

/**
 * How many statements the account has sent, all of them reads.
 * @throws with what is none, and where nothing was sent: then nothing was watched.
 */
export function assertReadsOnly(logFiles: readonly string[], user: string): number {
  const statements = logFiles.filter(existsSync).flatMap((file) => statementsOf(readFileSync(file, 'utf8'), user));
  if (statements.length === 0) throw new Error(`The general logs hold no statement of ${user}: nothing was watched.`);
  const writes = [...new Set(statements.filter((statement) => !isReadByForm(statement)))];
  if (writes.length > 0) throw new Error(`${user} has sent what is no read:\n${writes.slice(0, 10).join('\n')}`);
  return statements.length;
}
