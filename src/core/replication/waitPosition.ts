import type { ConnectionView, FleetView, InstanceView } from '../fleetView';
import { formatCount, formatSeconds } from '../words';
import { gapSize, lastPerDomain, mariadbGaps, parseMariadbGtid, renderMariadbGtid } from './mariadbGtid';
import type { ConnectionStatus } from './model';
import { countGtid, parseMysqlGtidSet, renderMysqlGtidSet, subtractGtid } from './mysqlGtid';
import type { Flavor } from './reading';
import { skippedDomains } from './skippedDomains';
import { t } from '../l10n';

/** Waiting until a replica has applied what its primary had written at one moment: what to wait for, and how it ended. */

export interface WaitPlan {
  readonly kind: 'wait';
  readonly flavor: Flavor;
  /** Name of the replica's connection that has to bring the transactions. */
  readonly connection: string;
  /** Whose position counts: the top of the chain that this replica hangs on. */
  readonly sourceKey: string;
}

/** Why nothing can be waited for, and what to do instead. A sentence each. */
export interface WaitRefusal {
  readonly kind: 'cannot';
  readonly why: string;
}

export type PositionChoice = { readonly kind: 'position'; readonly position: string } | WaitRefusal;

/** One row of the source's variables, read for this wait. */
export interface SourcePosition {
  readonly gtidBinlogPos?: string;
  readonly gtidExecuted?: string;
  /** MySQL gtid_mode. */
  readonly gtidMode?: string;
}

export type WaitEnd =
  | { readonly kind: 'caughtUp'; readonly afterSeconds: number; readonly position: string }
  | { readonly kind: 'tooLate'; readonly limitSeconds: number; readonly transactionsLeft?: bigint }
  | {
      readonly kind: 'stopped';
      readonly afterSeconds: number;
      readonly threads: string;
      readonly transactionsLeft?: bigint;
    }
  | WaitRefusal
  | { readonly kind: 'failed'; readonly key: string; readonly text: string }
  | { readonly kind: 'cancelled'; readonly afterSeconds: number };

/** How the server answered one slice of the wait. */
export type SliceResult = 'reached' | 'notYet' | 'unknown';

/** Statements are sent whole; a set beyond this is a sign of trouble that waiting does not mend. */
const longestPosition = 256 * 1024;

/**
 * Whether, and for whose position, this replica can wait.
 * @param connectionName which of several connections; undefined: there is only one.
 */
export function planWait(view: FleetView, replicaKey: string, connectionName?: string): WaitPlan | WaitRefusal {
  const replica = view.instances[replicaKey];
  if (replica?.snapshot.reach.kind !== 'answered') {
    return cannot(t`${replicaKey} could not be read, so there is nothing to wait on.`);
  }
  if (replica.snapshot.replication.kind !== 'read') {
    return cannot(t`The replication status of ${replicaKey} could not be read: see its findings.`);
  }
  const connection = replica.connections.find(({ status }) => status.name === (connectionName ?? status.name));
  if (connection === undefined) {
    return cannot(
      connectionName === undefined
        ? t`${replicaKey} replicates from nobody.`
        : t`${replicaKey} has no replication connection named ${connectionName} any more.`,
    );
  }
  const { status, source, sourceKey } = connection;
  if (status.gtid === 'no') {
    return cannot(withoutGtid(replicaKey, connection, replica.snapshot.reach.flavor));
  }
  if (sourceKey === undefined) {
    return cannot(t`${source}, the source of ${replicaKey}, is not in the inventory: add it, so that it can be asked.`);
  }
  const { flavor } = replica.snapshot.reach;
  const top = topOfChain(view, replica, sourceKey);
  const { reach } = top.snapshot;
  if (reach.kind === 'answered' && reach.flavor !== flavor) {
    return cannot(
      t`${top.spec.key} is ${flavorName(reach.flavor)} and ${replicaKey} is ${flavorName(flavor)}: their GTIDs differ in kind.`,
    );
  }
  return { kind: 'wait', flavor, connection: status.name, sourceKey: top.spec.key };
}

/** The source that is nobody's replica, or an expected primary, above `sourceKey`; never the replica itself. */
function topOfChain(view: FleetView, replica: InstanceView, sourceKey: string): InstanceView {
  const primaries = new Set(
    view.clusters.flatMap(({ spec: { primary } }) =>
      primary === undefined ? [] : primary.kind === 'single' ? [primary.key] : Object.values(primary.keys),
    ),
  );
  const seen = new Set([replica.spec.key]);
  let key = sourceKey;
  for (;;) {
    seen.add(key);
    const here = view.instances[key];
    if (here === undefined) throw new Error(t`The view names ${key} as a source and does not hold it.`);
    // Above several sources, or in a ring, "the" primary cannot be told: what this one has is what will be applied.
    const next = here.connections.length === 1 ? here.connections[0]?.sourceKey : undefined;
    if (primaries.has(key) || next === undefined || seen.has(next)) return here;
    key = next;
  }
}

/** What to wait for, from the position that the source answered. Domains that the connection leaves out never come. */
export function choosePosition(
  { flavor, sourceKey }: WaitPlan,
  source: SourcePosition,
  connection: ConnectionStatus,
): PositionChoice {
  if (flavor === 'mysql' && !/^on$/i.test(source.gtidMode ?? '')) {
    const mode = source.gtidMode === undefined ? t`could not be read` : `is ${source.gtidMode}`;
    return cannot(
      t`gtid_mode of ${sourceKey} ${mode}, so not every transaction there has a GTID. ${comparePositions(flavor)}`,
    );
  }
  const text = flavor === 'mariadb' ? source.gtidBinlogPos : source.gtidExecuted;
  const position = text === undefined ? undefined : canonical(flavor, text, connection);
  if (position === undefined) {
    return cannot(t`The GTID position of ${sourceKey} could not be read.`);
  }
  if (position === '') {
    // Servers answer an empty position with "reached", which would be a reassurance about nothing.
    return cannot(
      text === ''
        ? t`${sourceKey} has no GTID position: its binary log is off or empty. Nothing can be waited for.`
        : t`The filters of this connection leave out every GTID domain that ${sourceKey} writes. Nothing can be waited for.`,
    );
  }
  return position.length > longestPosition
    ? cannot(
        t`The GTID set of ${sourceKey} is too long to be waited for (${formatCount(position.length, 'character')}).`,
      )
    : { kind: 'position', position };
}

function canonical(flavor: Flavor, text: string, connection: ConnectionStatus): string | undefined {
  if (flavor === 'mysql') {
    const set = parseMysqlGtidSet(text);
    return set === undefined ? undefined : renderMysqlGtidSet(set);
  }
  const list = parseMariadbGtid(text);
  const skips = skippedDomains(connection);
  return list && renderMariadbGtid([...lastPerDomain(list).values()].filter(({ domain }) => !skips(domain)));
}

/** MASTER_GTID_WAIT answers 0 or -1, WAIT_FOR_EXECUTED_GTID_SET 0 or 1; both NULL when they could not wait. */
export function readSlice(flavor: Flavor, value: string | null | undefined): SliceResult {
  if (value === '0') return 'reached';
  return value === (flavor === 'mariadb' ? '-1' : '1') ? 'notYet' : 'unknown';
}

/** How many transactions up to `position` the replica has not applied. Undefined: cannot be told. */
export function transactionsLeft(flavor: Flavor, position: string, replica: InstanceView): bigint | undefined {
  if (replica.snapshot.server.kind !== 'read') return undefined;
  const { gtidSlavePos, gtidExecuted } = replica.snapshot.server.value;
  if (flavor === 'mariadb') {
    const target = parseMariadbGtid(position);
    const applied = gtidSlavePos === undefined ? undefined : parseMariadbGtid(gtidSlavePos);
    return target && applied && mariadbGaps(target, applied).reduce((sum, gap) => sum + gapSize(gap), 0n);
  }
  const target = parseMysqlGtidSet(position);
  const applied = gtidExecuted === undefined ? undefined : parseMysqlGtidSet(gtidExecuted);
  return target && applied && countGtid(subtractGtid(target, applied));
}

/** Which threads are surely stopped, in words. Undefined: none. One that is unknown or connecting is not stopped. */
export function stoppedThreads({ ioThread, sqlThread }: ConnectionStatus): string | undefined {
  const stopped = [ioThread === 'stopped' ? 'IO' : '', sqlThread === 'stopped' ? 'SQL' : ''].filter(Boolean);
  return stopped.length === 0
    ? undefined
    : t`the ${stopped.join(' and ')} ${stopped.length === 1 ? t`thread is` : t`threads are`} stopped`;
}

/** The end in a sentence or two. `ok` only where the replica has caught up. */
export function describeWaitEnd(replicaKey: string, end: WaitEnd): { readonly ok: boolean; readonly text: string } {
  switch (end.kind) {
    case 'caughtUp':
      return {
        ok: true,
        text: t`${replicaKey} caught up after ${formatSeconds(end.afterSeconds)}, at position ${clipped(end.position)}.`,
      };
    case 'tooLate':
      return {
        ok: false,
        text: t`${replicaKey} did not catch up within ${formatSeconds(end.limitSeconds)}: ${leftInWords(end.transactionsLeft)}.`,
      };
    case 'stopped':
      return {
        ok: false,
        text: t`${replicaKey} will not catch up: ${end.threads}; ${leftInWords(end.transactionsLeft)}. Waiting was given up after ${formatSeconds(end.afterSeconds)}.`,
      };
    case 'cannot':
      return { ok: false, text: end.why };
    case 'failed':
      return { ok: false, text: t`${end.key} could not be asked: ${end.text}` };
    case 'cancelled':
      return { ok: false, text: t`Waiting for ${replicaKey} was cancelled after ${formatSeconds(end.afterSeconds)}.` };
  }
}

/** `3 transactions behind`, for the middle of a sentence. */
export function leftInWords(left: bigint | undefined): string {
  return left === undefined
    ? t`how far it is behind could not be read`
    : t`still ${left} ${left === 1n ? t`transaction` : t`transactions`} behind`;
}

function withoutGtid(replicaKey: string, { status }: ConnectionView, flavor: Flavor): string {
  const name = status.name === '' ? replicaKey : t`The connection ${status.name} of ${replicaKey}`;
  return t`${name} does not replicate by GTID. ${comparePositions(flavor)}`;
}

function comparePositions(flavor: Flavor): string {
  return flavor === 'mariadb'
    ? t`Instead, compare SHOW MASTER STATUS on its direct source with Relay_Master_Log_File and Exec_Master_Log_Pos here.`
    : t`Instead, compare the binary log status of its direct source with Relay_Source_Log_File and Exec_Source_Log_Pos here.`;
}

function flavorName(flavor: Flavor): string {
  return flavor === 'mariadb' ? 'MariaDB' : 'MySQL';
}

function clipped(position: string): string {
  return position.length <= 200 ? position : `${position.slice(0, 199)}…`;
}

function cannot(why: string): WaitRefusal {
  return { kind: 'cannot', why };
}
