import { describeFacts, describeIdentity, type Identity, type ServerIdentity } from '../guard/identity';
import { fence, literal } from '../markdown';
import { formatInstant, wordOf } from '../words';
import { describeEnd, type AuditEntry } from './auditEntry';
import { t } from '../l10n';

/** The audit log for reading: newest run first, and what is missing is said. */
export function renderAudit(entries: readonly AuditEntry[], unreadable: number, file: string): string {
  const runs = new Map<string, AuditEntry[]>();
  for (const entry of entries) runs.set(entry.run, [...(runs.get(entry.run) ?? []), entry]);
  const lines = [
    t`# Audit log of Replideck`,
    '',
    t`Each step that was run from this machine or refused, newest first. The lines themselves are in ${literal(file)}.`,
    '',
    ...(unreadable === 0 ? [] : [t`**${unreadable} lines of the file cannot be read.**`, '']),
    ...(runs.size === 0 ? [t`Nothing has been run yet.`, ''] : []),
    ...[...runs.values()].toReversed().flatMap(renderRun),
  ];
  return `${lines.join('\n').trimEnd()}\n`;
}

function renderRun(entries: readonly AuditEntry[]): readonly string[] {
  const [first] = entries;
  if (first === undefined) return [];
  const { at, step, runbook, server, identity, who, effect, typedName, override, command } = first;
  const known = (identity === undefined ? '' : describeWho(identity)) || t`it did not say who it is`;
  return [
    `## ${literal(formatInstant(at))} · ${literal(step)}`,
    '',
    ...(entries.some(({ kind }) => kind !== 'started')
      ? []
      : [t`**? No end was recorded: the window may have closed.**`, '']),
    ...entries.flatMap(renderEnd),
    t`- Runbook: ${literal(runbook)} (${wordOf(effect)}), by ${literal(who)}`,
    `- Server: **${literal(server)}** (${literal(known)})`,
    ...(typedName === undefined ? [] : [t`- Typed to confirm: ${literal(typedName)}`]),
    ...(override === undefined
      ? []
      : [
          t`- **Overruled** for this reason: ${literal(override.reason)}`,
          ...override.checks.map((each) => `  - ${literal(each)}`),
        ]),
    '',
    ...(command === '' ? [] : [...fence(command, 'sh').split('\n'), '']),
  ];
}

/** In the words of a plan. */
function describeWho(identity: ServerIdentity | Identity): string {
  const isServer = (it: ServerIdentity | Identity): it is ServerIdentity => typeof it.serverId === 'number';
  return isServer(identity) ? describeIdentity(identity) : describeFacts(identity);
}

const signs = { done: '✓', failed: '✗', unverified: '?' } as const;

function renderEnd({ kind, at, end, result, verification, why }: AuditEntry): readonly string[] {
  if (kind === 'refused') return [t`✗ refused, nothing was run: ${literal(why ?? t`no reason was recorded`)}`, ''];
  if (kind === 'started' || result === undefined) return [];
  const how = kind === 'ended' && end !== undefined ? describeEnd(end) : t`looked at again`;
  return [
    t`${signs[result]} ${result} at ${literal(formatInstant(at))}: ${literal(how)}; ${literal(verification ?? t`not verified`)}`,
    '',
  ];
}
