import { type Credentials, findCredentials } from './credentials';
import type { CredentialSpec, Range, Thresholds, TlsMode, TlsSpec } from './model';
import type { Problems } from './problems';
import { Mapping, readChoice, readText } from './yamlReader';
import { t } from '../l10n';

/** What `defaults` sets, and a cluster or an instance overrides. */
export interface Settings {
  readonly credentials: CredentialSpec | undefined;
  readonly tls: TlsSpec;
  readonly heartbeatTable: string | undefined;
  readonly thresholds: Thresholds;
  readonly pollSeconds: number;
  readonly timeoutSeconds: number;
}

export const settingKeys = ['credentials', 'tls', 'heartbeat', 'thresholds', 'pollSeconds', 'timeoutSeconds'] as const;

export type SettingKey = (typeof settingKeys)[number];

export const tlsModes: readonly TlsMode[] = ['disabled', 'preferred', 'required', 'verify-ca', 'verify-identity'];

/**
 * Where neither the instance, nor its cluster, nor `defaults` says anything. TLS is `preferred`, the default of both
 * servers' own clients: it encrypts where the server can and breaks no server that cannot. No heartbeat table is
 * assumed, for reading one that is not there would be a finding on every instance.
 */
export const builtInSettings: Settings = {
  credentials: undefined,
  tls: { mode: 'preferred' },
  heartbeatTable: undefined,
  thresholds: { lagWarnSeconds: 15, lagCritSeconds: 300 },
  pollSeconds: 10,
  timeoutSeconds: 5,
};

/** Seconds: a day between polls, and an hour for an answer, are the most that makes sense in an editor. */
export const pollLimits = { minimum: 1, maximum: 86_400 };
export const timeoutLimits = { minimum: 0.1, maximum: 3_600 };
/** A hundred years. */
export const lagLimits = { minimum: 0, maximum: 3_153_600_000 };

/**
 * One layer of the cascade: `inherited`, with what `mapping` sets. The keys of `tls` and `thresholds` cascade one by
 * one. What cannot be read is inherited, with two exceptions that must not do more than was asked for: broken
 * credentials give none, a broken TLS mode gives the strictest.
 */
export function readSettings(
  mapping: Mapping,
  inherited: Settings,
  credentials: Credentials,
  problems: Problems,
): Settings {
  return {
    credentials: readCredentialsSetting(mapping, inherited, credentials, problems),
    tls: readTls(mapping, inherited.tls, problems),
    heartbeatTable: readHeartbeat(mapping, inherited.heartbeatTable, problems),
    thresholds: readThresholds(mapping, inherited.thresholds, problems),
    pollSeconds: mapping.number('pollSeconds', pollLimits)?.value ?? inherited.pollSeconds,
    timeoutSeconds: mapping.number('timeoutSeconds', timeoutLimits)?.value ?? inherited.timeoutSeconds,
  };
}

function readCredentialsSetting(
  mapping: Mapping,
  inherited: Settings,
  credentials: Credentials,
  problems: Problems,
): CredentialSpec | undefined {
  if (!mapping.has('credentials')) return inherited.credentials;
  const name = mapping.text('credentials');
  const found = name && findCredentials(name, credentials, problems);
  if (!name || found?.http === undefined) return found;
  problems.error(name.range, t`\`${found.name}\` is a login for HTTP: servers of MySQL need a \`user\`.`);
  return undefined;
}

const strictest = t` Until then \`verify-identity\` applies.`;

export function readTls(mapping: Mapping, inherited: TlsSpec, problems: Problems): TlsSpec {
  const entry = mapping.get('tls');
  if (!entry) return inherited;
  const { value, keyRange } = entry;
  if (value.kind !== 'mapping') {
    const text = readText(value, '`tls`', problems, keyRange);
    const mode = text && readChoice(text, '`tls`', tlsModes, problems, strictest);
    return { ...inherited, mode: mode?.value ?? 'verify-identity' };
  }
  const tls = Mapping.from(value, '`tls`', problems, keyRange);
  if (!tls) return inherited;
  tls.only(['mode', 'ca', 'cert', 'key', 'serverName']);
  const mode = tls.has('mode') ? (tls.oneOf('mode', tlsModes, strictest)?.value ?? 'verify-identity') : inherited.mode;
  const ca = tls.text('ca')?.value ?? inherited.ca;
  const cert = tls.text('cert')?.value ?? inherited.cert;
  const key = tls.text('key')?.value ?? inherited.key;
  const serverName = tls.text('serverName')?.value ?? inherited.serverName;
  const lonely = tls.get('cert') ?? tls.get('key');
  if (lonely && (cert === undefined) !== (key === undefined)) {
    problems.error(lonely.keyRange, t`A client certificate and its key go together: give \`cert\` and \`key\`.`);
  }
  return {
    mode,
    ...(ca !== undefined && { ca }),
    ...(cert !== undefined && { cert }),
    ...(key !== undefined && { key }),
    ...(serverName !== undefined && { serverName }),
  };
}

function readHeartbeat(mapping: Mapping, inherited: string | undefined, problems: Problems): string | undefined {
  const entry = mapping.get('heartbeat');
  if (!entry) return inherited;
  const { value, keyRange } = entry;
  if (value.kind === 'scalar' && value.value === false) return undefined;
  if (value.kind === 'scalar' && value.value === true) {
    problems.error(
      value.range,
      t`\`heartbeat\` needs the table: \`{ table: heartbeat.heartbeat }\`, or \`false\` for none.`,
    );
    return inherited;
  }
  const heartbeat = Mapping.from(value, '`heartbeat`', problems, keyRange);
  if (!heartbeat) return inherited;
  heartbeat.only(['table']);
  heartbeat.need('table', t`\`heartbeat\` needs the table: \`{ table: heartbeat.heartbeat }\`, or \`false\` for none.`);
  return readTable(heartbeat, problems) ?? inherited;
}

/** `table` as `schema.table`, without quotes or wildcards. */
export function readTable(mapping: Mapping, problems: Problems): string | undefined {
  const table = mapping.text('table');
  if (!table) return undefined;
  if (/^[^\s.`'"]+\.[^\s.`'"]+$/.test(table.value)) return table.value;
  problems.error(table.range, t`\`table\` needs a schema and a table, as in \`heartbeat.heartbeat\`, without quotes.`);
  return undefined;
}

function readThresholds(mapping: Mapping, inherited: Thresholds, problems: Problems): Thresholds {
  const thresholds = mapping.mapping('thresholds');
  if (!thresholds) return inherited;
  thresholds.only(['lagWarnSeconds', 'lagCritSeconds']);
  const warn = thresholds.number('lagWarnSeconds', lagLimits);
  const crit = thresholds.number('lagCritSeconds', lagLimits);
  const lagWarnSeconds = warn?.value ?? inherited.lagWarnSeconds;
  const lagCritSeconds = crit?.value ?? inherited.lagCritSeconds;
  const range = warn?.range ?? crit?.range;
  if (range && !isOrdered('lagWarnSeconds', lagWarnSeconds, 'lagCritSeconds', lagCritSeconds, range, problems)) {
    return inherited;
  }
  return { lagWarnSeconds, lagCritSeconds };
}

/** Reports a warning threshold above the critical one: the warning could never be seen. */
export function isOrdered(
  warnName: string,
  warn: number,
  critName: string,
  crit: number,
  range: Range,
  problems: Problems,
): boolean {
  if (warn <= crit) return true;
  problems.error(range, t`\`${warnName}\` (${warn}) is above \`${critName}\` (${crit}).`);
  return false;
}
