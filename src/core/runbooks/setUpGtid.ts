import { factsOf } from '../findings/fleetFacts';
import { errantTransactions } from '../replication/gtidDistance';
import { advice, check } from './checks';
import { positionsOf, streamsInWords } from './gtidChecks';
import type { PlanCheck } from './plan';
import type { SetUp } from './setUp';
import { t } from '../l10n';

/** What a start by GTID needs of both sides. */
export function setUpGtidChecks(setUp: SetUp): readonly PlanCheck[] {
  const { context, source, name, host, port } = setUp;
  const { facts, instance, dialect, view } = context;
  const there = factsOf(source);
  const logged = positionsOf(there, 'logged');
  const own = positionsOf(facts, 'applied');
  const hasPosition = check(
    'source.gtid',
    logged === undefined ? undefined : logged.size > 0,
    logged === undefined ? t`not known` : logged.size === 0 ? t`no GTID yet` : streamsInWords(logged),
    t`at least one transaction in the binary log of the source`,
    t`Write something there first: a source that never logged a transaction has no position to start from. Or give input \`position\`: file.`,
  );
  if (dialect.flavor === 'mysql') {
    const modes = [facts?.gtidMode, there?.gtidMode];
    return [
      check(
        'gtid.mode',
        modes.every((mode) => mode !== undefined) ? modes.every((mode) => mode.toUpperCase() === 'ON') : undefined,
        t`gtid_mode here ${modes[0] ?? t`not known`}, on the source ${modes[1] ?? t`not known`}`,
        t`gtid_mode ON on both`,
        t`Switch \`gtid_mode\` on in both, step by step (OFF_PERMISSIVE, ON_PERMISSIVE, ON), or give input \`position\`: file.`,
      ),
      hasPosition,
    ];
  }
  const ours = instance.connections.find(({ status }) => status.name === name)?.status;
  const isOurs = ours?.sourceHost === host && ours.sourcePort === port;
  const clash = [...(logged ?? [])].filter((domain) => own?.has(domain) === true);
  const others = instance.connections
    .filter(({ status }) => status.name !== name)
    .flatMap(({ sourceKey }) => {
      const domain = factsOf(view.instances[sourceKey ?? ''])?.gtidDomainId;
      return domain === undefined ? [] : [String(domain)];
    });
  const shared = others.filter((domain) => logged?.has(domain) === true);
  return [
    hasPosition,
    check(
      'gtid.domain',
      logged === undefined ? undefined : shared.length === 0,
      shared.length > 0
        ? t`${streamsInWords(shared)} of another source of this replica too`
        : t`no domain of another source`,
      t`a gtid_domain_id of its own for each source of a replica`,
      t`Give the sources different \`gtid_domain_id\`s: two in one domain overwrite the position of each other.`,
      { hasNoOverride: true },
    ),
    check(
      'gtid.positionFree',
      own === undefined || logged === undefined ? undefined : isOurs || clash.length === 0,
      own === undefined || logged === undefined
        ? t`not known`
        : clash.length === 0
          ? t`no position in a domain of the source`
          : t`gtid_slave_pos ${facts?.gtidSlavePos ?? ''}${isOurs ? t`, of this connection` : ''}`,
      t`no position of an earlier life in the domains of the source`,
      'RESET SLAVE keeps the position. Where this server is to be filled anew, plan replica.rebuild on it, which clears it.',
    ),
  ];
}

/** Its own transactions would never come to the source, and break replication when it is promoted. */
export function ownWritesCheck(setUp: SetUp): PlanCheck {
  const { context, position } = setUp;
  const errant = ownTransactions(setUp);
  return check(
    'target.noOwnWrites',
    errant === undefined || (errant !== '' && position === 'file') ? undefined : errant === '',
    errantWords(errant),
    t`nothing in its binary log that the source does not have`,
    t`Where the server is empty or may be emptied, plan replica.rebuild, which clears its binary log.`,
    context.facts?.logBin === false || position === 'file' ? advice : {},
  );
}

/** Where it is emptied on purpose they go as well, which may be what is wanted; nobody is to learn of it afterwards. */
export function ownWritesGoCheck(setUp: SetUp): PlanCheck {
  const errant = ownTransactions(setUp);
  return check(
    'target.noOwnWrites',
    errant === '' ? true : undefined,
    errantWords(errant),
    t`nothing in its binary log that the source does not have, or nothing that anybody needs`,
    t`Step 1 deletes them with the binary log, for good. Save them first where they may be needed, with \`mysqlbinlog\` on ${setUp.context.key}, and write on the source what belongs there.`,
    advice,
  );
}

/** Transactions of the target that no source of it has, as text; empty: none, undefined: not known. */
export function ownTransactions({ context: { facts, instance, view }, source }: SetUp): string | undefined {
  const there = factsOf(source);
  const sources = instance.connections.flatMap(({ sourceKey }) => factsOf(view.instances[sourceKey ?? '']) ?? []);
  const all = [...(there === undefined ? [] : [there]), ...sources];
  const found = facts === undefined ? [] : all.map((each) => errantTransactions(facts, each));
  if (found.length === 0 || found.some((each) => each === undefined)) return undefined;
  return found.some((each) => each?.count === 0n) ? '' : (found[0]?.text ?? '');
}

function errantWords(errant: string | undefined): string {
  if (errant === undefined) return t`not known`;
  return errant === '' ? t`no transaction of its own` : t`its own: ${errant}`;
}
