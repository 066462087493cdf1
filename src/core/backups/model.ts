import type { BackupExpectation } from '../inventory/model';

/** One row of the metadata table: a backup that was begun. Everything unknown is left out. */
export interface BackupRun {
  readonly id: string;
  readonly name: string;
  /** `unknown`: a word that the table has and we do not know. */
  readonly status: 'ongoing' | 'finished' | 'failed' | 'unknown';
  /** The server that was backed up. */
  readonly source?: string;
  /** The server that keeps the backup. */
  readonly host?: string;
  /** ISO 8601, UTC: what is in the backup is as of this instant. */
  readonly startedAt?: string;
  readonly endedAt?: string;
  /** Undefined: not written down, which is not the same as empty. */
  readonly bytes?: number;
}

/** A finished run whose size is another than that of the finished run before it. */
export interface SizeStep {
  readonly run: BackupRun;
  readonly before: BackupRun;
  readonly percent: number;
}

/** What is kept of one section, by one method, at one place. */
export interface BackupSeries {
  readonly section: string;
  readonly type: string;
  /** Domain of the servers that keep the backups: each data centre has its own series. `''`: none is told. */
  readonly place: string;
  /** Undefined: the inventory does not expect it, so it is shown and not judged. */
  readonly expected?: BackupExpectation;
  /** Newest first. */
  readonly runs: readonly BackupRun[];
  /** The newest finished run. */
  readonly last?: BackupRun;
  /** Age of what `last` holds by the server's clock, in seconds. */
  readonly ageSeconds?: number;
  /** `last` against the finished run before it. */
  readonly change?: SizeStep;
  /** `last` against the median of the finished runs before it, at most eight: what a check of two rows never sees. */
  readonly trend?: { readonly medianBytes: number; readonly runs: number; readonly percent: number };
  /** The largest step among the runs that the trend is made of. */
  readonly largestStep?: SizeStep;
  /** Runs that have failed since `last`, newest first. */
  readonly failedSince: readonly BackupRun[];
  /** Runs under way, newest first, each with how long it has been. */
  readonly running: readonly { readonly run: BackupRun; readonly seconds?: number }[];
}

/** What one question to the table could not tell. */
export interface BackupsGap {
  readonly about: string;
  readonly statement: string;
  readonly at: string;
  /** Undefined: the deadline passed. */
  readonly errno?: number;
  readonly text: string;
}

export function statementKey({ type, section }: Pick<BackupExpectation, 'type' | 'section'>): string {
  return `${type} ${section}`;
}

/** Everything that one metadata table tells. */
export interface BackupsFacts {
  /** The statement that brought each expected backup, by `statementKey`: for evidence, and to be run again by hand. */
  readonly statements: Readonly<Record<string, string>>;
  /** Expected ones first, in the order of the inventory; then what else the table tells of. */
  readonly series: readonly BackupSeries[];
  /** Expected backups that the table has no row of. Empty also where the table could not be asked. */
  readonly absent: readonly BackupExpectation[];
  readonly unread: readonly BackupsGap[];
}

/** The limits of an expectation, with those of the usual check where the inventory gives none. */
export interface BackupLimits {
  readonly maxAgeDays: number;
  readonly minBytes: number;
  readonly warnChangePercent: number;
  readonly critChangePercent: number;
}

/** Those of check_mariadb_backups: eight days, 5 and 15 per cent. It has no usable least size. */
export function limitsOf(expected: BackupExpectation): BackupLimits {
  const critChangePercent = expected.critChangePercent ?? Math.max(15, expected.warnChangePercent ?? 0);
  return {
    maxAgeDays: expected.maxAgeDays ?? 8,
    minBytes: expected.minBytes ?? 1,
    warnChangePercent: expected.warnChangePercent ?? Math.min(5, critChangePercent),
    critChangePercent,
  };
}
