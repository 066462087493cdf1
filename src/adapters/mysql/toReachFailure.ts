import type { ReachFailure } from '../../core/replication/reading';
import { systemErrors } from '../systemErrors';
import type { OwnErrorCode } from './meteredStream';
import { t } from '../../core/l10n';

/** How far a connection had come: not open, open without a login yet, in use. */
export type Phase = 'opening' | 'login' | 'open';

type Reason = ReachFailure['reason'];

/** By the server's number alone: mysql2's names are wrong for MariaDB (4151 and 1969 for two). */
const byErrno: Readonly<Record<number, Reason>> = {
  1040: 'tooManyConnections',
  1203: 'tooManyConnections',
  1226: 'tooManyConnections',
  1044: 'accessDenied',
  1045: 'accessDenied',
  1698: 'accessDenied',
  // MariaDB 4150/4151, MySQL 3118 and (too many wrong passwords) 3955.
  4150: 'accountLocked',
  4151: 'accountLocked',
  3118: 'accountLocked',
  3955: 'accountLocked',
  // 1820 comes with the first statement on MariaDB, 1862 with the login on MySQL.
  1820: 'passwordExpired',
  1862: 'passwordExpired',
  1129: 'hostNotAllowed',
  1130: 'hostNotAllowed',
  1251: 'authPlugin',
  1275: 'authPlugin',
  1524: 'authPlugin',
  3159: 'tlsFailed',
  // Shut down, killed, idle for too long, network trouble as the server saw it.
  1053: 'lost',
  1077: 'lost',
  1079: 'lost',
  1080: 'lost',
  1152: 'lost',
  1158: 'lost',
  1159: 'lost',
  1160: 'lost',
  1161: 'lost',
  1184: 'lost',
  1927: 'lost',
  4031: 'lost',
};

const byCode: Readonly<Record<string, Reason>> = {
  ...systemErrors,
  // A socket file that is not there.
  ENOENT: 'refused',
  ECANCELED: 'lost',
  PROTOCOL_CONNECTION_LOST: 'lost',
  ERR_STREAM_PREMATURE_CLOSE: 'lost',
  ERR_STREAM_DESTROYED: 'lost',
  ERR_STREAM_WRITE_AFTER_END: 'lost',
  PROTOCOL_SEQUENCE_TIMEOUT: 'hung',
  HANDSHAKE_SSL_ERROR: 'tlsFailed',
  AUTH_SWITCH_PLUGIN_ERROR: 'authPlugin',
  MYSQL_CLEAR_PASSWORD_NOT_ENABLED: 'authPlugin',
  HANDSHAKE_UNKNOWN_ERROR: 'notMysql',
};

const byOwnCode: Readonly<Record<OwnErrorCode, Reason>> = {
  REPLIDECK_NOT_MYSQL: 'notMysql',
  REPLIDECK_TOO_MUCH: 'other',
  REPLIDECK_CLEAR_PASSWORD: 'authPlugin',
  REPLIDECK_NAME: 'tlsFailed',
};

/** What an error of the driver, of the system or of the server means for reaching an instance. */
export function toReachFailure(error: unknown, phase: Phase): ReachFailure {
  const { code, errno, sqlState, message, parts } = look(error);
  if (errno !== undefined) {
    return {
      reason: byErrno[errno] ?? 'other',
      errno,
      ...(sqlState === undefined ? {} : { sqlState }),
      text: message,
    };
  }
  const [firstPart] = parts;
  if (firstPart !== undefined && message === '') {
    // Several addresses were tried: the reason of the first, the words of all.
    const { reason } = toReachFailure(firstPart, phase);
    return { reason, text: [...new Set(parts.map((part) => look(part).message))].join('; ') };
  }
  if (code === 'HANDSHAKE_NO_SSL_SUPPORT') {
    return { reason: 'tlsFailed', offersNoTls: true, text: t`The server offers no TLS, and the inventory demands it.` };
  }
  return { reason: toReason(error, code, message, phase), text: message };
}

function toReason(error: unknown, code: string | undefined, message: string, phase: Phase): Reason {
  if (code !== undefined && code in byOwnCode) {
    return byOwnCode[code as OwnErrorCode];
  }
  if (code === 'ETIMEDOUT') {
    return phase === 'opening' ? 'timedOut' : 'hung';
  }
  const known = code === undefined ? undefined : byCode[code];
  if (known !== undefined) {
    return known;
  }
  if (message.includes('closed state')) {
    return 'lost';
  }
  if (code?.startsWith('ERR_TLS_') === true || code?.startsWith('ERR_SSL_') === true) {
    return 'tlsFailed';
  }
  // The driver stumbled over bytes that are no packet it knows.
  const malformed = error instanceof RangeError || error instanceof TypeError || code?.startsWith('PROTOCOL_') === true;
  return malformed ? (phase === 'open' ? 'lost' : 'notMysql') : 'other';
}

interface Look {
  readonly code: string | undefined;
  /** Only a server's number; the system's are negative. */
  readonly errno: number | undefined;
  readonly sqlState: string | undefined;
  readonly message: string;
  readonly parts: readonly unknown[];
}

function look(error: unknown): Look {
  const fields: Readonly<Record<string, unknown>> =
    typeof error === 'object' && error !== null ? (error as Record<string, unknown>) : {};
  const { code, errno, sqlState, message, errors } = fields;
  return {
    code: typeof code === 'string' ? code : undefined,
    errno: typeof errno === 'number' && errno > 0 ? errno : undefined,
    sqlState: typeof sqlState === 'string' && sqlState !== '' ? sqlState : undefined,
    message: typeof message === 'string' ? message : String(error),
    parts: Array.isArray(errors) ? (errors as unknown[]) : [],
  };
}
