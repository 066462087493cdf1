import type { Effect } from '../guard/effect';
import type { Identity, ServerIdentity } from '../guard/identity';
import { t } from '../l10n';

/** How the command of a step came to its end, as far as is known. */
export type CommandEnd =
  | { readonly kind: 'exited'; readonly code: number }
  /** It ended and the terminal did not say how, or it was never seen to end. */
  | { readonly kind: 'unknown'; readonly why: string }
  /** It was typed without Enter, and the operator said that it has run. */
  | { readonly kind: 'byHand' }
  /** The terminal was closed before it ended. */
  | { readonly kind: 'closed' }
  /** The operator called it off. `isGone` false: it may still run. */
  | { readonly kind: 'cancelled'; readonly isGone: boolean }
  | { readonly kind: 'notStarted'; readonly why: string };

/** What became of a step. Only the server's word makes it `done`. */
export type StepResult = 'done' | 'failed' | 'unverified';

/** One line of the audit log: a step started, a step ended, its server was asked again, or nothing was run. */
export interface AuditEntry {
  readonly kind: 'started' | 'ended' | 'verified' | 'refused';
  /** ISO 8601, UTC. */
  readonly at: string;
  /** The same for all entries of one run. */
  readonly run: string;
  /** `user@machine`. */
  readonly who: string;
  readonly runbook: string;
  readonly target: string;
  readonly step: string;
  readonly effect: Effect;
  /** The server that the command is for; it is proved again on the command's own connection. */
  readonly server: string;
  readonly identity?: ServerIdentity | Identity;
  /** As it stands in the terminal; redacted. Empty: it was refused before there was one. */
  readonly command: string;
  /** Of `refused`: why nothing was run; redacted. */
  readonly why?: string;
  /** The name that the operator typed, in production. */
  readonly typedName?: string;
  readonly override?: { readonly checks: readonly string[]; readonly reason: string };
  readonly end?: CommandEnd;
  readonly result?: StepResult;
  /** What the server said afterwards, or why it could not be asked. */
  readonly verification?: string;
}

/** `it ended with exit code 1`. */
export function describeEnd(end: CommandEnd): string {
  switch (end.kind) {
    case 'exited':
      return t`it ended with exit code ${end.code}`;
    case 'unknown':
      return t`its exit code is not known: ${end.why}`;
    case 'byHand':
      return t`it was started by hand, so its exit code is not known`;
    case 'closed':
      return t`the terminal was closed before it ended`;
    case 'cancelled':
      return end.isGone ? t`it was called off` : t`it was called off, and may still run in the terminal`;
    case 'notStarted':
      return t`it was not started: ${end.why}`;
  }
}
