import { factsOf } from '../findings/fleetFacts';
import type { InstanceView } from '../fleetView';
import { lastPerDomain, parseMariadbGtid } from '../replication/mariadbGtid';
import { parseMysqlGtidSet, renderMysqlGtidSet, subtractGtid } from '../replication/mysqlGtid';
import type { ServerFacts } from '../replication/model';
import type { PlanCheck } from './plan';

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
      ? 'not known'
      : `gtid_slave_pos ${facts.gtidSlavePos === '' ? 'is empty' : facts.gtidSlavePos}, the source is at ${factsOf(source)?.gtidBinlogPos ?? ''}`,
    needed: 'a position in every domain of the source',
    fix: 'Let the replica apply an event of each domain first; with an empty position it would start from the beginning.',
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
      ahead === undefined ? 'not known' : ahead === '' ? 'nothing that the source has not' : `only here: ${ahead}`,
    needed: 'no transaction that the source does not have',
    fix: 'Find out where they come from: its own writes, or a source that lost its end. The position must not be set back over them.',
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
