import type { BurrowSpec } from '../inventory/model';
import type { Severity } from '../findings/finding';
import { formatCount } from '../words';
import type { BurrowFacts, CommittedOffset, ConsumerGroup, ConsumerPartition } from './model';
import { t } from '../l10n';

export type ConsumerProblemId =
  | 'consumer.stalled'
  | 'consumer.stopped'
  | 'consumer.lag'
  | 'consumer.incomplete'
  | 'burrow.groupUnknown'
  | 'burrow.unreachable';

/** Something wrong with one consumer group. */
export interface ConsumerProblem {
  readonly id: ConsumerProblemId;
  readonly severity: Severity;
  readonly group: string;
  /** The end of a sentence that begins with the group. */
  readonly what: string;
  readonly short: string;
  readonly measured: readonly string[];
  readonly request: string;
  readonly at: string;
}

/** Beyond the limit by this much a lag is critical: what mirror-maker's alerts have between their two limits. */
const criticalFactor = 10;
const shownPartitions = 4;

export function judgeBurrow(facts: BurrowFacts, spec: Pick<BurrowSpec, 'maxLag'>): readonly ConsumerProblem[] {
  return facts.groups.flatMap((group) => judgeGroup(group, spec));
}

export function judgeGroup(
  group: ConsumerGroup,
  { maxLag: limit }: Pick<BurrowSpec, 'maxLag'>,
): readonly ConsumerProblem[] {
  const { group: name, request, at } = group;
  const problem = (
    id: ConsumerProblemId,
    severity: Severity,
    what: string,
    short: string,
    measured: readonly string[],
  ): ConsumerProblem => ({ id, severity, group: name, what, short, measured, request, at });
  if (group.kind === 'unknown') {
    return [
      problem('burrow.groupUnknown', 'warning', t`is not known to Burrow`, t`group unknown`, [`${name}: NOTFOUND`]),
    ];
  }
  if (group.kind === 'failed') {
    return [problem('burrow.unreachable', 'warning', t`could not be read`, t`not read`, [`${name}: ${group.text}`])];
  }
  const { partitions, status, complete, maxLag } = group;
  // A window that is not full says nothing of how its offsets move; a lag is a lag all the same.
  const share = complete ?? 1;
  const whole = share >= 1;
  const of = (...statuses: readonly string[]): readonly ConsumerPartition[] =>
    whole ? partitions.filter((each) => each.isComplete && statuses.includes(each.status)) : [];
  const [stalled, stopped] = [of('STALL', 'REWIND'), of('STOP')];
  const found: ConsumerProblem[] = [];
  if (stalled.length > 0) {
    const isRewound = stalled.every((each) => each.status === 'REWIND');
    found.push(
      problem(
        'consumer.stalled',
        'critical',
        isRewound ? t`has gone back` : t`commits, and does not move`,
        isRewound
          ? t`rewound: ${formatCount(stalled.length, 'partition')}`
          : t`stalled: ${formatCount(stalled.length, 'partition')}`,
        stalled.slice(0, shownPartitions).map((each) => partitionWords(each)),
      ),
    );
  }
  if (stopped.length > 0) {
    found.push(
      problem(
        'consumer.stopped',
        'warning',
        t`has stopped committing`,
        t`stopped: ${formatCount(stopped.length, 'partition')}`,
        stopped.slice(0, shownPartitions).map((each) => partitionWords(each)),
      ),
    );
  }
  if (limit !== undefined && maxLag !== undefined && maxLag > limit) {
    const severity = maxLag > limit * criticalFactor ? 'critical' : 'warning';
    const worst = [...partitions].sort((a, b) => (b.currentLag ?? 0) - (a.currentLag ?? 0)).slice(0, shownPartitions);
    found.push(
      problem('consumer.lag', severity, t`is ${formatCount(maxLag, 'message')} behind`, t`lag ${maxLag}`, [
        t`${name}: largest lag ${maxLag}, limit ${limit}, ${group.totalLag ?? t`unknown`} in all partitions`,
        ...worst.filter(({ currentLag = 0 }) => currentLag > 0).map((each) => partitionWords(each)),
      ]),
    );
  } else if (whole && (status === 'WARN' || (status === 'ERR' && stalled.length + stopped.length === 0))) {
    found.push(
      problem('consumer.lag', 'warning', t`does not catch up`, t`Burrow says ${status}`, [
        t`${name}: ${status}, largest lag ${maxLag ?? t`unknown`}`,
        ...of('WARN', 'ERR')
          .slice(0, shownPartitions)
          .map((each) => partitionWords(each)),
      ]),
    );
  }
  if (!whole) {
    found.push(
      problem('consumer.incomplete', 'info', t`is not known well enough yet`, t`window not full`, [
        t`${name}: ${status}, ${Math.floor(share * 100)} % of the window`,
      ]),
    );
  }
  return found;
}

/** As Burrow's own mails write it: `topic:partition (time, offset, lag) → (time, offset, lag)`. */
export function partitionWords({ topic, partition, status, start, end }: ConsumerPartition): string {
  return `${topic}:${partition} ${status} (${offsetWords(start)}) → (${offsetWords(end)})${zeroLag(end, status)}`;
}

function offsetWords(offset: CommittedOffset | undefined): string {
  const time = offset?.at?.slice(0, 19).replace('T', ' ');
  return `${time ?? '?'}, ${offset?.offset ?? '?'}, ${offset?.lag ?? '?'}`;
}

function zeroLag(end: CommittedOffset | undefined, status: ConsumerPartition['status']): string {
  return end?.lag === 0 && status !== 'OK' ? t`: no lag at its last commit, and none since` : '';
}
