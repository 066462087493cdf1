import type { ReplicationError } from './model';

/** A failing applier worker of MySQL; its text is the cause that Last_SQL_Error only points at. */
export interface WorkerError {
  readonly channel: string;
  readonly errno: number;
  readonly text: string;
  /** ISO 8601, UTC. */
  readonly at?: string;
}

/**
 * MySQL: a worker that gave up because one before it had failed. The status shows the failure that was noticed last, and
 * that is often this one (measured on 9.7, with the default of four workers).
 */
export const followUpErrno = 3030;

/**
 * MySQL 8.4 and later put a number of their own on an error of the IO thread; the text still tells the old one
 * (measured on 9.7: 13114, 13117, 13120, 13122, 13125; 13121 is the relay log's read failure).
 */
const wrapped: ReadonlyMap<number, number> = new Map([
  [13114, 1236],
  [13117, 1593],
  [13120, 1597],
  [13121, 1594],
  [13122, 1595],
  [13125, 1153],
  [followUpErrno, 1964],
]);

/** MariaDB's GTID refusals never arrive as a number: the source words them inside a 1236. The longer text first. */
const insideRefusal: readonly (readonly [RegExp, number])[] = [
  [/which is not in the (?:master|source)'s binlog\. Since the (?:master|source)'s binlog contains GTIDs/i, 1955],
  [/which is not in the (?:master|source)'s binlog/i, 1945],
  [/is missing the GTID .* requested by the (?:slave|replica)/is, 1951],
];

/** MySQL's one-byte dates, `261122 03:25:57`: two digits of the year, in the server's own time zone. */
const shortTimestamp = /^(\d\d)(\d\d)(\d\d) +(\d{1,2}):(\d\d):(\d\d)$/;

/**
 * An error as the status shows it. Undefined where there is none: errno 0 or missing.
 * @param timestamp MySQL's Last_*_Error_Timestamp. It is in the server's time zone, so that `at` carries no `Z`; a worker
 *   tells UTC and is preferred.
 */
export function toReplicationError(
  errno: number | undefined,
  text: string | undefined,
  timestamp?: string,
  worker?: WorkerError,
): ReplicationError | undefined {
  if (errno === undefined || errno === 0) {
    return undefined;
  }
  const at = worker?.at ?? (timestamp === undefined ? undefined : toLocalIso(timestamp));
  return {
    errno,
    causeErrno:
      errno === followUpErrno && worker !== undefined
        ? causeErrnoOf(worker.errno, worker.text)
        : causeErrnoOf(errno, text ?? ''),
    text: text ?? '',
    ...(at === undefined ? {} : { at }),
    ...(worker === undefined || worker.text === '' ? {} : { workerText: worker.text }),
  };
}

/** The number that names the cause on either flavor: 1236 for MySQL's 13114, and so on. */
export function causeErrnoOf(errno: number, text: string): number {
  const known = wrapped.get(errno);
  if (known !== undefined) {
    return known;
  }
  const fatal = /^Got fatal error (\d+) from (?:master|source)/i.exec(text);
  return fatal?.[1] === undefined ? errno : Number(fatal[1]);
}

/**
 * What the source said inside a 1236: the text between the quotes of
 * `Got fatal error 1236 from master when reading data from binary log: '…'`. Undefined for every other error.
 */
export function sourceRefusal(error: ReplicationError): string | undefined {
  // Greedy to the last quote, since the inner text has apostrophes of its own ("the master's binlog").
  return /from (?:master|source) when reading data from binary log: '(.*)'/is.exec(error.text)?.[1];
}

/**
 * The number of the error inside the error: 1945, 1951 or 1955 inside MariaDB's 1236; the `(Errno: 1045)` of a refused
 * registration; the `Error_code: 1062` of a worker. Undefined where the text names none.
 */
export function innerErrno(error: ReplicationError): number | undefined {
  for (const [pattern, errno] of insideRefusal) {
    if (pattern.test(error.text)) {
      return errno;
    }
  }
  const named = /\(Errno: (\d+)\)|Error_code: (?:MY-0*)?(\d+)/i.exec(error.workerText ?? error.text);
  const digits = named?.[1] ?? named?.[2];
  return digits === undefined ? undefined : Number(digits);
}

function toLocalIso(timestamp: string): string | undefined {
  const [, year, month, day, hour, minute, second] = shortTimestamp.exec(timestamp) ?? [];
  return year === undefined || month === undefined || day === undefined || hour === undefined
    ? undefined
    : `20${year}-${month}-${day}T${hour.padStart(2, '0')}:${minute ?? '00'}:${second ?? '00'}`;
}
