import { flagOf, known, numberOf, textOf, wordOf } from './columns';
import type { DumpThread, ServerFacts } from './model';
import type { ApplierRetries, ApplierWait, LockWait } from './parseStatus';
import type { Flavor, Row } from './reading';
import type { WorkerError } from './replicationError';

/** The one row with the columns of `ServerColumn`. A column that is missing or NULL stays unknown. */
export function parseServerFacts(row: Row, flavor: Flavor, version: string): ServerFacts {
  const own = wordOf(row, 'version') ?? version;
  return {
    flavor,
    version: own,
    versionNumber: parseVersionNumber(own),
    raw: row,
    ...known({
      account: parseAccount(textOf(row, 'current_account')),
      serverId: numberOf(row, 'server_id'),
      hostname: wordOf(row, 'hostname'),
      port: numberOf(row, 'port'),
      uuid: wordOf(row, 'server_uuid'),
      reportHost: wordOf(row, 'report_host'),
      // 0 is "not set": the replica then reports its own port.
      reportPort: numberOf(row, 'report_port') === 0 ? undefined : numberOf(row, 'report_port'),
      readOnly: parseReadOnly(row),
      superReadOnly: flagOf(row, 'super_read_only'),
      logBin: flagOf(row, 'log_bin'),
      binlogFormat: wordOf(row, 'binlog_format'),
      binlogRowImage: wordOf(row, 'binlog_row_image'),
      binlogExpireSeconds: numberOf(row, 'binlog_expire_seconds'),
      logReplicaUpdates: flagOf(row, 'log_replica_updates'),
      gtidDomainId: numberOf(row, 'gtid_domain_id'),
      gtidStrictMode: flagOf(row, 'gtid_strict_mode'),
      // GTID positions may be empty, which is not unknown: nothing was ever applied or logged.
      gtidSlavePos: textOf(row, 'gtid_slave_pos'),
      gtidBinlogPos: textOf(row, 'gtid_binlog_pos'),
      gtidBinlogState: textOf(row, 'gtid_binlog_state'),
      gtidCurrentPos: textOf(row, 'gtid_current_pos'),
      gtidMode: wordOf(row, 'gtid_mode'),
      gtidExecuted: textOf(row, 'gtid_executed'),
      gtidPurged: textOf(row, 'gtid_purged'),
      uptimeSeconds: numberOf(row, 'uptime_seconds'),
      now: toIso(wordOf(row, 'now_utc')),
      timeZone: wordOf(row, 'time_zone'),
      collation: wordOf(row, 'collation'),
      // May be empty, which is not unknown.
      sqlMode: textOf(row, 'sql_mode'),
      lowerCaseTableNames: numberOf(row, 'lower_case_table_names'),
      tlsOffered: flagOf(row, 'tls_offered'),
      tlsAccepts: numberOf(row, 'tls_accepts'),
      dumpThreads: parseDumpThreads(row),
    }),
  };
}

/** `user@host`; a user name may hold an @, a host may not. */
function parseAccount(text: string | undefined): ServerFacts['account'] {
  const at = text?.lastIndexOf('@') ?? -1;
  return text === undefined || at < 0 ? undefined : { user: text.slice(0, at), host: text.slice(at + 1) };
}

/** The numbers in front of the version text; what is missing counts as 0. */
export function parseVersionNumber(version: string): readonly [number, number, number] {
  const match = /^(?:5\.5\.5-)?(\d+)(?:\.(\d+))?(?:\.(\d+))?/.exec(version);
  return [Number(match?.[1] ?? 0), Number(match?.[2] ?? 0), Number(match?.[3] ?? 0)];
}

/** `worker_errors`. Undefined: the account may not read it, or it is not JSON of that shape. */
export function parseWorkerErrors(row: Row): readonly WorkerError[] | undefined {
  return jsonList(row, 'worker_errors')?.map((entry) => ({
    channel: jsonText(entry['channel']) ?? '',
    errno: jsonNumber(entry['errno']) ?? 0,
    text: jsonText(entry['text']) ?? '',
    ...known({ at: jsonText(entry['at']) }),
  }));
}

/** `applier_retries`. Undefined: the account may not read it. */
export function parseApplierRetries(row: Row): readonly ApplierRetries[] | undefined {
  return jsonList(row, 'applier_retries')?.flatMap((entry) => {
    const count = jsonNumber(entry['count']);
    return count === undefined ? [] : [{ channel: jsonText(entry['channel']) ?? '', count }];
  });
}

/** `applier_waits`. Undefined: the account may not read it. */
export function parseApplierWaits(row: Row): readonly ApplierWait[] | undefined {
  return jsonList(row, 'applier_waits')?.flatMap((entry) => {
    const transaction = jsonText(entry['transaction']);
    return transaction === undefined ? [] : [{ channel: jsonText(entry['channel']) ?? '', transaction }];
  });
}

/** `lock_waits`. Undefined: the account may not read it. */
export function parseLockWaits(row: Row): readonly LockWait[] | undefined {
  return jsonList(row, 'lock_waits')?.map((entry) => ({
    state: jsonText(entry['state']) ?? '',
    ...known({ channel: jsonText(entry['channel']) }),
  }));
}

function parseDumpThreads(row: Row): readonly DumpThread[] | undefined {
  return jsonList(row, 'dump_threads')?.map((entry) =>
    known({
      user: jsonText(entry['user']),
      host: withoutPort(jsonText(entry['host'])),
      serverId: jsonNumber(entry['server_id']),
      encrypted: jsonFlag(entry['encrypted']),
    }),
  );
}

/** MariaDB 12 has words in place of the flag (`OFF`, `ON`, `NO_LOCK`, `NO_LOCK_NO_ADMIN`): all but OFF are read-only. */
function parseReadOnly(row: Row): boolean | undefined {
  const flag = flagOf(row, 'read_only');
  return flag ?? (wordOf(row, 'read_only')?.toUpperCase().startsWith('NO_LOCK') === true ? true : undefined);
}

/** `2026-11-22 02:48:51.930910` of UTC_TIMESTAMP(6) as ISO 8601. */
function toIso(text: string | undefined): string | undefined {
  const match = text === undefined ? null : /^(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d(?:\.\d+)?)Z?$/.exec(text);
  return match?.[1] === undefined || match[2] === undefined ? undefined : `${match[1]}T${match[2]}Z`;
}

type JsonObject = Readonly<Record<string, unknown>>;

function jsonList(row: Row, column: string): readonly JsonObject[] | undefined {
  const text = wordOf(row, column);
  if (text === undefined) {
    return undefined;
  }
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) ? value.filter(isObject) : undefined;
  } catch {
    // A text cut by group_concat_max_len is not JSON: unknown, rather than half a list.
    return undefined;
  }
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function jsonText(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function jsonNumber(value: unknown): number | undefined {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined;
}

function jsonFlag(value: unknown): boolean | undefined {
  switch (value) {
    case true:
    case 1:
    case '1':
      return true;
    case false:
    case 0:
    case '0':
      return false;
    default:
      return undefined;
  }
}

/** The process list writes `10.64.0.1:54321`, and `[fe80::1]:54321` or bare `::1` for IPv6. */
function withoutPort(host: string | undefined): string | undefined {
  if (host === undefined || host === '') {
    return undefined;
  }
  const bracketed = /^\[(.+)\](?::\d+)?$/.exec(host);
  return bracketed?.[1] ?? (/^[^:]+:\d+$/.test(host) ? host.replace(/:\d+$/, '') : host);
}
