import { analyticsBackups, sectionOf, startOf } from '../core/backups/analyticsBackups';

const weekMs = 7 * 86_400_000;
const hourMs = 3_600_000;

const digits = (ms: number): string => new Date(ms).toISOString().slice(0, 19).replace(/\D/g, '');
const datetime = (ms: number): string => new Date(ms).toISOString().slice(0, 19).replace('T', ' ');
const instant = (text: string): number => Date.parse(`${text.replace(' ', 'T')}Z`);

/** The metadata table as its tool makes it. */
export const metadataTable = `CREATE TABLE dbbackups.backups (
  id int unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY, name varchar(100), status enum('ongoing','finished','failed') NOT NULL,
  source varchar(100), host varchar(300), type enum('dump','snapshot','cold'), section varchar(100),
  start_date timestamp NULL, end_date timestamp NULL, total_size bigint unsigned NULL,
  KEY last_backup (type, section, status, start_date))`;

/** The rows of `analyticsBackups`, in the session's time zone of UTC. Shifted by whole weeks where `now` is given: to the last one. */
export function backupRows(nowMs?: number): string {
  const newestMs = Math.max(...analyticsBackups.map(({ ended }) => instant(ended)));
  const shiftMs = nowMs === undefined ? 0 : Math.floor((nowMs - newestMs) / weekMs) * weekMs;
  const rows = analyticsBackups.map(({ id, name, ended, bytes }) => {
    const startMs = instant(startOf(name)) + shiftMs;
    const section = sectionOf(name);
    const [date = '', time = ''] = datetime(startMs).split(' ');
    const shifted = `dump.${section}.${date}--${time.replaceAll(':', '-')}`;
    return `(${id}, '${shifted}', 'finished', 'db1108.eqiad.wmnet:3352', 'dbprov1002.eqiad.wmnet', 'dump', '${section}', '${datetime(startMs)}', '${datetime(instant(ended) + shiftMs)}', ${bytes})`;
  });
  return `INSERT INTO dbbackups.backups VALUES ${rows.join(', ')}`;
}

/** A table of events by MediaWiki's 14 digits, as a pipeline copies them. */
export const eventTable =
  'CREATE TABLE log.Edit_1 (id bigint unsigned AUTO_INCREMENT PRIMARY KEY, `timestamp` binary(14) NOT NULL, KEY (`timestamp`))';

/** Four events in each of the last 30 hours; none in the hour `holeHoursAgo`. */
export function eventRows(nowMs: number, holeHoursAgo?: number): string {
  const lastHourMs = Math.floor(nowMs / hourMs) * hourMs;
  const times = Array.from({ length: 30 }, (_, ago) => ago)
    .filter((ago) => ago !== holeHoursAgo)
    .flatMap((ago) => [0, 10, 20, 50].map((minute) => lastHourMs - ago * hourMs + minute * 60_000))
    .filter((ms) => ms <= nowMs);
  return eventRow(...times);
}

export const eventRow = (...times: readonly number[]): string =>
  `INSERT INTO log.Edit_1 (\`timestamp\`) VALUES ${times.map((ms) => `('${digits(ms)}')`).join(', ')}`;
