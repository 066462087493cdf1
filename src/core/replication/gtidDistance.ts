import type { Lag } from '../fleetView';
import type { InstanceSnapshot } from '../snapshot';
import {
  gapSize,
  lastPerDomain,
  mariadbErrant,
  mariadbGaps,
  parseMariadbGtid,
  renderGap,
  renderMariadbGtid,
} from './mariadbGtid';
import type { ConnectionStatus, ServerFacts } from './model';
import {
  countGtid,
  type MysqlGtidSet,
  parseMysqlGtidSet,
  renderInterval,
  renderMysqlGtidSet,
  subtractGtid,
} from './mysqlGtid';
import { skippedDomains } from './skippedDomains';
import { t } from '../l10n';

/** How far apart by GTID: a figure, or why there is none. */
export interface GtidDistance {
  readonly lag: Lag;
  /** "3 transactions behind: 0-171-1045…1047" */
  readonly text?: string;
}

/** Ranges written out before the rest is only counted: a set can have thousands. */
const rangesShown = 4;

/**
 * Transactions that the source has and this replica has not applied. Undefined: the method does not apply (no GTIDs
 * there, two flavors). Readings are not of one instant, which `how` says: a busy source is some ahead by that alone.
 */
export function gtidDistance(
  connection: ConnectionStatus,
  replica: InstanceSnapshot,
  source: InstanceSnapshot | undefined,
): GtidDistance | undefined {
  if (replica.server.kind !== 'read') {
    return undefined;
  }
  if (source?.server.kind !== 'read') {
    const why =
      source === undefined
        ? t`The source is not in the inventory, so its position is not known.`
        : t`The source could not be read, so its position is not known.`;
    return applies(replica.server.value, connection) ? unknown(t`source position - replica position`, why) : undefined;
  }
  const here = replica.server.value;
  const there = source.server.value;
  if (here.flavor !== there.flavor) {
    return undefined;
  }
  const when = t`source read at ${source.server.at}, replica at ${replica.server.at}`;
  return here.flavor === 'mariadb'
    ? mariadbDistance(connection, here, there, when)
    : mysqlDistance(connection, here, there, when);
}

/** Own transactions of a replica that its source lacks, written out; `count` 0: none. Undefined: cannot be told. */
export function errantTransactions(
  replica: ServerFacts,
  source: ServerFacts,
): { readonly count: bigint; readonly text: string } | undefined {
  if (replica.flavor !== source.flavor) {
    return undefined;
  }
  if (replica.flavor === 'mariadb') {
    const own = parsed(replica.gtidBinlogState, parseMariadbGtid);
    const theirs = parsed(source.gtidBinlogState, parseMariadbGtid);
    if (own === undefined || theirs === undefined || replica.serverId === undefined) {
      return undefined;
    }
    const gaps = replica.serverId === source.serverId ? [] : mariadbErrant(own, theirs, replica.serverId);
    return { count: gaps.reduce((sum, gap) => sum + gapSize(gap), 0n), text: gaps.map(renderGap).join(', ') };
  }
  const own = parsed(replica.gtidExecuted, parseMysqlGtidSet);
  const theirs = parsed(source.gtidExecuted, parseMysqlGtidSet);
  if (own === undefined || theirs === undefined || replica.uuid === undefined) {
    return undefined;
  }
  // Only what bears the replica's own uuid: other sets may have come in by another channel or by a newer reading.
  const uuid = replica.uuid.toLowerCase();
  const mine = new Map([...own].filter(([key]) => key.split(':', 1)[0] === uuid));
  const errant = subtractGtid(mine, theirs);
  return { count: countGtid(errant), text: renderMysqlGtidSet(errant) };
}

function applies(facts: ServerFacts, connection: ConnectionStatus): boolean {
  return facts.flavor === 'mariadb' ? (facts.gtidSlavePos ?? '') !== '' : connection.gtid !== 'no';
}

function mariadbDistance(
  connection: ConnectionStatus,
  here: ServerFacts,
  there: ServerFacts,
  when: string,
): GtidDistance | undefined {
  // What the source has in its binary log is what it can send.
  const source = parsed(there.gtidBinlogPos, parseMariadbGtid);
  // Not the status's Gtid_Slave_Pos: that is gtid_current_pos, which own writes move.
  const applied = parsed(here.gtidSlavePos, parseMariadbGtid);
  const how = t`@@gtid_binlog_pos of the source - @@gtid_slave_pos of the replica`;
  if (source === undefined || applied === undefined) {
    return unknown(how, t`A GTID position could not be read.`);
  }
  if (source.length === 0 || applied.length === 0) {
    return connection.gtid === 'no'
      ? undefined
      : unknown(how, t`The ${source.length === 0 ? t`source's` : t`replica's`} GTID position is empty.`);
  }
  const gaps = mariadbGaps(source, applied, skippedDomains(connection));
  const count = gaps.reduce((sum, gap) => sum + gapSize(gap), 0n);
  const shared = [...lastPerDomain(applied).values()].filter((gtid) =>
    source.some((other) => other.domain === gtid.domain),
  );
  return distance(count, gaps.map(renderGap), renderMariadbGtid(shared), `${how}; ${when}`);
}

function mysqlDistance(
  connection: ConnectionStatus,
  here: ServerFacts,
  there: ServerFacts,
  when: string,
): GtidDistance | undefined {
  const source = parsed(there.gtidExecuted, parseMysqlGtidSet);
  const applied = parsed(here.gtidExecuted ?? connection.appliedGtid, parseMysqlGtidSet);
  const how = t`@@gtid_executed of the source - @@gtid_executed of the replica`;
  if (source === undefined || applied === undefined) {
    return unknown(how, t`A GTID set could not be read.`);
  }
  if (source.size === 0 || /^off/i.test(there.gtidMode ?? '')) {
    // With gtid_mode OFF new transactions have no GTID: an old set would look complete for ever.
    return undefined;
  }
  const missing = subtractGtid(source, applied);
  return distance(countGtid(missing), rangesOf(missing), renderMysqlGtidSet(applied), `${how}; ${when}`);
}

function rangesOf(set: MysqlGtidSet): readonly string[] {
  return [...set].flatMap(([key, list]) => list.map((interval) => `${key}:${renderInterval(interval)}`));
}

function distance(count: bigint, ranges: readonly string[], position: string, how: string): GtidDistance {
  const noun = count === 1n ? 'transaction' : 'transactions';
  const rest = ranges.length - rangesShown;
  const written =
    ranges.slice(0, rangesShown).join(', ') +
    (rest > 0 ? t` and ${rest} more ${rest === 1 ? t`range` : t`ranges`}` : '');
  return {
    lag: { method: 'gtid', transactions: Number(count), how },
    text: count === 0n ? t`0 transactions behind, at ${position}` : t`${count} ${noun} behind: ${written}`,
  };
}

function parsed<T>(text: string | undefined, parse: (text: string) => T | undefined): T | undefined {
  return text === undefined ? undefined : parse(text);
}

function unknown(how: string, why: string): GtidDistance {
  return { lag: { method: 'gtid', how, why } };
}
