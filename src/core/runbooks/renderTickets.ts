import { redact } from '../redact';
import type { AuditEntry } from './auditEntry';
import { renderAudit } from './renderAudit';

/** More of the past is no matter of one ticket. */
const newestRuns = 20;

/** A plan as it is shown, for a ticket: who is to approve it sees its checks, commands, rollback and how far it is. */
export function renderPlanTicket(shown: string): string {
  return redact(shown);
}

/** The newest runs of the audit log for a ticket. Undefined: nothing was run. */
export function renderAuditTicket(
  entries: readonly AuditEntry[],
  unreadable: number,
  file: string,
): string | undefined {
  const newest = [...new Set(entries.map(({ run }) => run))].slice(-newestRuns);
  if (newest.length === 0) return undefined;
  return redact(
    renderAudit(
      entries.filter(({ run }) => newest.includes(run)),
      unreadable,
      file,
    ),
  );
}
