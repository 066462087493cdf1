import type { Part } from '../snapshot';
import type { Evidence } from './finding';
import type { ConnectionContext, InstanceContext } from './rule';
import { t } from '../l10n';
import { unseen } from '../unseen';

/** A statement that somebody runs again is told whole: ours are shorter. */
export const statementLength = 2000;

const unseenRun = new RegExp(`[${unseen}]+`, 'g');

/** Server text on one line: what it holds is not trusted, and a ticket or a terminal obeys control characters. */
export function plain(text: string, length = 700): string {
  return clip(text.replace(unseenRun, ' ').trim(), length);
}

export function clip(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length - 1)}…`;
}

/** In backticks, as Markdown and our panels read them; a fence of two where the text holds one itself. */
export function code(text: string, length = 700): string {
  // Two backticks with nothing between would begin a piece of code that ends anywhere.
  const safe = plain(text, length) || ' ';
  return safe.includes('`') ? `\`\` ${safe.replace(/`{2,}/g, '`')} \`\`` : `\`${safe}\``;
}

/** Steps, one a line; empty ones are left out. */
export function lines(...steps: readonly (string | false | undefined)[]): string {
  return steps.filter((step) => typeof step === 'string' && step !== '').join('\n');
}

/** `'a', 'b' and 'c'` of what is given. */
export function list(items: readonly string[]): string {
  return items.length < 2 ? (items[0] ?? '') : t`${items.slice(0, -1).join(', ')} and ${items.at(-1) ?? ''}`;
}

/** The statement of a part as evidence, without the deadline that the reader puts in front of it. */
export function sourceOf(part: Part<unknown>): { readonly source: string; readonly at: string } {
  if (part.kind === 'notAsked') return { source: '', at: '' };
  const statement = part.statement.replace(/^SET STATEMENT .*? FOR /s, '').replace(/\/\*\+.*?\*\/ */gs, '');
  return { source: plain(statement, 160), at: part.at };
}

/** A variable of the server: `@@read_only = 0`. */
export function variable(instance: InstanceContext['instance'], name: string, value: unknown): Evidence {
  const { at } = sourceOf(instance.snapshot.server);
  return { measured: `${instance.spec.key}: ${name} = ${plain(String(value), 400)}`, source: `SELECT ${name}`, at };
}

/** Before a statement that has to stay out of the binary log, where it would be a transaction of the replica's own. */
export function unlogged(isPrimary: boolean): string {
  return isPrimary ? '' : 'SET SESSION sql_log_bin = 0; ';
}

/** Something that the replication status says. */
export function fromStatus({ instance }: InstanceContext, measured: string): Evidence {
  return { measured, ...sourceOf(instance.snapshot.replication) };
}

export function threadsEvidence(context: ConnectionContext): Evidence {
  const { ioThread, sqlThread, secondsBehind, executedPosition } = context.status;
  return fromStatus(
    context,
    t`IO thread ${ioThread}, SQL thread ${sqlThread}, seconds behind ${secondsBehind ?? t`NULL`}` +
      (executedPosition === undefined ? '' : t`, executed to ${executedPosition.file}:${executedPosition.position}`),
  );
}

/** `'user'@'host'` as a refusal names it. */
export function accountIn(text: string): { readonly user: string; readonly host: string } | undefined {
  const [, user, host] = /'([^']*)'@'([^']*)'/.exec(text) ?? [];
  return user === undefined || host === undefined ? undefined : { user, host };
}

/** VS Code cuts a message there. */
const messageLength = 1000;

/**
 * As a message of the editor may say it. VS Code takes `[text](command:…)` in one for a link and runs the command at a
 * click, and what a message says may come from a server.
 */
export function messageText(text: string): string {
  return plain(text, messageLength).replaceAll('](', '] (');
}
