import type { Answer } from '../replication/reading';

/** What the mysql adapter brings in about backups: rows of the metadata table as text, before anyone judges them. */

/**
 * Columns of the rows, by the names that the adapter gives them. Instants come as seconds since the epoch, so that no
 * time zone of a server or of a session moves them; `now_epoch` is the server's own clock.
 */
export type BackupColumn =
  'id' | 'name' | 'status' | 'source' | 'host' | 'type' | 'section' | 'started' | 'ended' | 'bytes' | 'now_epoch';

/** What one poll of one metadata table brought. */
export interface BackupsAnswers {
  /** The newest rows of the table, whatever they are about. */
  readonly recent: Answer;
  /** The newest rows of each backup that the inventory expects, in its order. */
  readonly expected: readonly { readonly section: string; readonly type: string; readonly answer: Answer }[];
}
