import type { Outcome } from '../outcome';

/** What would make one server as a template says, as statements that a step can run. */
export interface GrantFix {
  /** Path of the template, relative to the inventory. */
  readonly template: string;
  /** ISO 8601, UTC: when the server was asked; it is not older. */
  readonly readAt: string;
  /** Without semicolons. A secret stands in them as `{{name}}`. */
  readonly adds: readonly string[];
  /** What accounts of the template have beyond it. */
  readonly takes: readonly string[];
  readonly secrets: readonly GrantSecret[];
  /** SQL that brings back what was before; a password that nobody knows stands in it as `<password>`. */
  readonly undoAdds: string;
  readonly undoTakes: string;
  /** What no statement can decide, a sentence each. */
  readonly byHand: readonly string[];
  /** Errors of the template itself, a sentence each. */
  readonly errors: readonly string[];
  /** How many items could not be compared. */
  readonly notCompared: number;
  /** Accounts that are there afterwards and differ now, as SQL takes them. */
  readonly changed: readonly string[];
  /** Accounts that the template names, as `user@host`; roles without a host by their name alone. */
  readonly accounts: readonly string[];
}

export interface GrantSecret {
  readonly name: string;
  /** What is asked for, a noun phrase. */
  readonly label: string;
}

/** By `grantFixKey`; a sentence where it could not be read. */
export type GrantFixes = Readonly<Record<string, Outcome<GrantFix, string>>>;

/** @param template its path, relative to the inventory */
export function grantFixKey(key: string, template: string): string {
  return `${key} ${template}`;
}
