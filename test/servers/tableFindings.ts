/** What the tables of a neighbour have to hold for a finding, told in hours before now. */

export interface BackupRun {
  readonly agoHours: number;
  readonly status?: 'ongoing' | 'finished' | 'failed';
  readonly bytes?: number;
}

export interface BackupFinding {
  readonly runs: readonly BackupRun[];
  /** The account that reads; one without the right to unless it is `reader`. */
  readonly account?: 'reader' | 'nobody';
}

/** Hours before now in which a table of a pipeline has rows: from, to. */
export type Hours = readonly [newest: number, oldest: number];

export interface PipelineFinding {
  /** Undefined: there is no such table. */
  readonly source: Hours | undefined;
  readonly replica: Hours | undefined;
  /** An hour without rows at the replica. */
  readonly hole?: number;
}

const week = 168;
const good = [1, 2, 3, 4].map((weeks): BackupRun => ({ agoHours: weeks * week, bytes: 1_000_000 + weeks }));

/** By id: runs of one section of which a dump is expected every nine days, of at least 50,000 bytes. */
export const backupFindings: Readonly<Record<string, BackupFinding>> = {
  'backup.missing': { runs: [] },
  'backup.stale': { runs: good.slice(1) },
  'backup.tooSmall': { runs: [{ agoHours: 10, bytes: 0 }, ...good] },
  'backup.sizeJump': { runs: [{ agoHours: 10, bytes: 1_649_400 }, ...good] },
  'backup.failed': { runs: [{ agoHours: 10, status: 'failed' }, ...good] },
  'backup.onlyOne': { runs: [{ agoHours: 10, bytes: 1_000_000 }] },
  'backup.running': { runs: [{ agoHours: 1, status: 'ongoing' }, ...good] },
  'backup.unreadable': { runs: good, account: 'nobody' },
};

/** By id: both sides of a table that is counted by the hour and may be an hour late. */
export const pipelineFindings: Readonly<Record<string, PipelineFinding>> = {
  'pipeline.behind': { source: [0, 29], replica: [3, 29] },
  'pipeline.gap': { source: [0, 29], replica: [0, 29], hole: 9 },
  'pipeline.silent': { source: [5, 34], replica: [5, 34] },
  'pipeline.unreadable': { source: [0, 29], replica: undefined },
};
