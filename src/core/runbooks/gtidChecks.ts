import { factsOf } from '../findings/fleetFacts';
import type { FleetView, InstanceView } from '../fleetView';
import { errantTransactions } from '../replication/gtidDistance';
import { lastPerDomain, parseMariadbGtid } from '../replication/mariadbGtid';
import { parseMysqlGtidSet, renderMysqlGtidSet, subtractGtid } from '../replication/mysqlGtid';
import type { ServerFacts } from '../replication/model';
import type { PlanCheck } from './plan';
import { t } from '../l10n';

/** Domains of the source in which the replica has no position: it would start there from the beginning. */
export function domainsCheck(facts: ServerFacts | undefined, source: InstanceView | undefined): PlanCheck {
  const position = parseMariadbGtid(facts?.gtidSlavePos ?? '');
  const there = parseMariadbGtid(factsOf(source)?.gtidBinlogPos ?? '');
  const isKnown =
    facts?.gtidSlavePos !== undefined &&
    factsOf(source)?.gtidBinlogPos !== undefined &&
    position !== undefined &&
    there !== undefined;
  const own = new Set((position ?? []).map(({ domain }) => domain));
  const missing = (there ?? []).map(({ domain }) => domain).filter((domain) => !own.has(domain));
  return {
    id: 'gtid.domains',
    pass: isKnown ? own.size > 0 && missing.length === 0 : 'unknown',
    measured: !isKnown
      ? t`not known`
      : t`gtid_slave_pos ${facts.gtidSlavePos === '' ? t`is empty` : facts.gtidSlavePos}, the source is at ${factsOf(source)?.gtidBinlogPos ?? ''}`,
    needed: t`a position in every domain of the source`,
    fix: t`Let the replica apply an event of each domain first; with an empty position it would start from the beginning.`,
  };
}

/**
 * Transactions that the replica has and the source has not: it could not go on from there. A replica that runs may have
 * got them between the two readings, so they count only once it stands.
 */
export function aheadCheck(
  facts: ServerFacts | undefined,
  source: InstanceView | undefined,
  isStopped: boolean,
): PlanCheck {
  const ahead = aheadOf(facts, factsOf(source));
  return {
    id: 'gtid.notAhead',
    pass: ahead === undefined ? 'unknown' : ahead === '' ? true : isStopped ? false : 'unknown',
    ...(ahead !== undefined && ahead !== '' && !isStopped ? { mayBeUnknown: true } : {}),
    measured:
      ahead === undefined ? t`not known` : ahead === '' ? t`nothing that the source has not` : t`only here: ${ahead}`,
    needed: t`no transaction that the source does not have`,
    fix: t`Find out where they come from: its own writes, or a source that lost its end. The position must not be set back over them.`,
  };
}

/** `''`: none. Undefined: not known. */
function aheadOf(replica: ServerFacts | undefined, source: ServerFacts | undefined): string | undefined {
  if (replica?.flavor === 'mysql') {
    const own = parseMysqlGtidSet(replica.gtidExecuted ?? '?');
    const there = parseMysqlGtidSet(source?.gtidExecuted ?? '?');
    return own === undefined || there === undefined ? undefined : renderMysqlGtidSet(subtractGtid(own, there));
  }
  if (replica?.gtidSlavePos === undefined || source?.gtidBinlogPos === undefined) return undefined;
  const own = parseMariadbGtid(replica.gtidSlavePos);
  const there = parseMariadbGtid(source.gtidBinlogPos);
  if (own === undefined || there === undefined) return undefined;
  const last = lastPerDomain(there);
  // A domain that the source does not have comes from another source of a multi-source replica.
  return own
    .filter(({ domain, sequence }) => sequence > (last.get(domain)?.sequence ?? sequence))
    .map(({ domain, server, sequence }) => `${domain}-${server}-${sequence}`)
    .join(', ');
}

/**
 * Domains (MariaDB) or uuids (MySQL) of the source in which the other one has no position at all; `''`: none.
 * Undefined: not known. A source that never logged anything tells nothing.
 */
export function missingPositions(
  replica: ServerFacts | undefined,
  source: ServerFacts | undefined,
): string | undefined {
  const [own, there] = [positionsOf(replica, 'applied'), positionsOf(source, 'logged')];
  if (own === undefined || there === undefined || there.size === 0) return undefined;
  return streamsInWords([...there].filter((each) => !own.has(each)));
}

/** What an instance has logged itself and none of its sources has; `''`: nothing. Undefined: not known. */
export function errantOf(instance: InstanceView, view: FleetView): string | undefined {
  const facts = factsOf(instance);
  const found = instance.connections.map(({ sourceKey }) => {
    const there = factsOf(view.instances[sourceKey ?? '']);
    return facts === undefined || there === undefined ? undefined : errantTransactions(facts, there);
  });
  if (found.length === 0 || found.some((each) => each === undefined)) return undefined;
  return found.some((each) => each?.count === 0n) ? '' : (found[0]?.text ?? '');
}

/** The streams in which a server has a position: domains (MariaDB) or uuids (MySQL). */
export function positionsOf(
  facts: ServerFacts | undefined,
  which: 'applied' | 'logged',
): ReadonlySet<string> | undefined {
  if (facts === undefined) return undefined;
  if (facts.flavor === 'mysql') {
    const executed = parseMysqlGtidSet(facts.gtidExecuted ?? '?');
    return executed === undefined ? undefined : new Set(executed.keys());
  }
  const listed = parseMariadbGtid((which === 'applied' ? facts.gtidSlavePos : facts.gtidBinlogPos) ?? '?');
  return listed === undefined ? undefined : new Set(listed.map(({ domain }) => String(domain)));
}

/** `domain 1, domain 2`, or uuids; `''`: none. */
export function streamsInWords(streams: Iterable<string>): string {
  return [...streams].map((stream) => (/^\d+$/.test(stream) ? t`domain ${stream}` : stream)).join(', ');
}
