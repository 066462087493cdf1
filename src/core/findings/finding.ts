export type Severity = 'critical' | 'warning' | 'info';

/** What was measured, by which statement or sign, and when (ISO 8601, UTC). */
export interface Evidence {
  readonly measured: string;
  readonly source: string;
  readonly at: string;
}

/**
 * Something that needs attention, as one rule found it in one snapshot. `remedy` and `avoid` are sentences in plain
 * text where statements stand between backticks; several steps are separated by line feeds.
 */
export interface Finding {
  /** Never changes once released. The full list is docs/findings.md. */
  readonly id: string;
  readonly severity: Severity;
  /** `host:port`, `cluster:s1`, `mirror:conf-codfw`, … */
  readonly subject: string;
  /** Replication connection; `''` is the default one; undefined: not about a connection. */
  readonly connection?: string;
  readonly title: string;
  /** At most some 40 characters, for the tree: `1236 binlog purged · IO stopped`. */
  readonly short: string;
  readonly evidence: readonly Evidence[];
  readonly remedy: string;
  readonly avoid?: string;
  /** Id of the runbook for this case, planned for the subject and its connection. */
  readonly runbook?: string;
}
