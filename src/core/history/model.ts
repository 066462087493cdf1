/**
 * What is known of the past: of each subject how it was at first, and every change since. A subject is what a finding
 * may be about: `host:port`, `cluster:s1`, `mirror:conf-codfw`, `backups:main`.
 */

/**
 * By name: `state`, `role`, `version`, `readOnly`, `serverId`; `source/m1`, `io/m1`, `sql/m1` of the connection m1;
 * `finding/replica.lag/m1` or `finding/instance.unreachable`, whose value is `critical: IO stopped`. Absent: not there,
 * or never known.
 */
export type Facts = Readonly<Record<string, string>>;

export interface SubjectHistory {
  /** Before this instant nothing is known of it. Milliseconds since the epoch, as everywhere here. */
  readonly sinceMs: number;
  /** When it was last looked at. */
  readonly seenMs: number;
  /** How it was at `sinceMs`. */
  readonly first: Facts;
}

export interface Change {
  /** When it was seen. */
  readonly atMs: number;
  /** When it was last seen to be otherwise: the change itself lies in between. */
  readonly beforeMs: number;
  readonly subject: string;
  readonly fact: string;
  /** Undefined: it is no longer there. */
  readonly to?: string;
}

/** From and to, milliseconds. */
export type Span = readonly [number, number];

export interface StateHistory {
  /** When somebody looked, in order. What changed between two of them is known only from the second on. */
  readonly watched: readonly Span[];
  readonly subjects: ReadonlyMap<string, SubjectHistory>;
  /** In the order of time. */
  readonly changes: readonly Change[];
}

/** Lag of one connection as the panels draw it, oldest first. */
export interface LagSeries {
  readonly key: string;
  readonly connection: string;
  /** Seconds since the epoch. */
  readonly at: readonly number[];
  /** null: unknown. */
  readonly lagSeconds: readonly (number | null)[];
}

/** Two values of a fact that mean the same; of a finding the severity counts, for its words hold figures. */
export function isSameFact(fact: string, a: string | undefined, b: string | undefined): boolean {
  if (a === undefined || b === undefined || !fact.startsWith('finding/')) return a === b;
  return a.slice(0, a.indexOf(':')) === b.slice(0, b.indexOf(':'));
}

/** The parts of a fact's name. The connection comes last, for its name may hold anything. */
export function partsOf(fact: string): { readonly kind: string; readonly id?: string; readonly connection?: string } {
  const [kind = '', ...rest] = fact.split('/');
  if (kind !== 'finding') return rest.length === 0 ? { kind } : { kind, connection: rest.join('/') };
  const [id = '', ...connection] = rest;
  return connection.length === 0 ? { kind, id } : { kind, id, connection: connection.join('/') };
}
