import { judgeBurrow, type ConsumerProblem, type ConsumerProblemId } from '../../burrow/judgeBurrow';
import type { BurrowSpec } from '../../inventory/model';
import type { Severity } from '../finding';
import { code, lines, list, plain, statementLength } from '../phrase';
import type { Draft, Explained, ServiceContext, ServiceRule } from '../rule';
import { serviceUnread } from '../serviceUnread';
import { t } from '../../l10n';

const shownEvidence = 6;

/** One finding for each thing that is wrong, with all groups that it is wrong with. */
export const consumers: ServiceRule = {
  scope: 'service',
  ids: {
    'burrow.unreachable': 'warning',
    'burrow.groupUnknown': 'warning',
    'consumer.stalled': 'critical',
    'consumer.stopped': 'warning',
    'consumer.lag': 'warning',
    'consumer.incomplete': 'info',
  },
  check(context) {
    const { service } = context;
    if (service.kind !== 'burrow') return [];
    const { reach } = service.snapshot;
    if (reach.kind !== 'answered') {
      const unread = serviceUnread(context, 'burrow.unreachable', 'Burrow');
      return unread === undefined
        ? []
        : [
            {
              ...unread,
              avoid: unread.avoid ?? t`Do not take silence for consumers that keep up: nothing is known of them now.`,
            },
          ];
    }
    const problems = judgeBurrow(reach.facts, service.spec);
    return (Object.keys(many) as ConsumerProblemId[]).flatMap((id) => {
      const own = problems.filter((problem) => problem.id === id);
      return own.length === 0 ? [] : [toDraft(id, own, context, service.spec)];
    });
  },
};

const order: readonly Severity[] = ['critical', 'warning', 'info'];

const many: Readonly<Record<ConsumerProblemId, string>> = {
  'burrow.unreachable': t`could not be read`,
  'burrow.groupUnknown': t`are not known to Burrow`,
  'consumer.stalled': t`do not move`,
  'consumer.stopped': t`have stopped committing`,
  'consumer.lag': t`are behind`,
  'consumer.incomplete': t`are not known well enough yet`,
};

function toDraft(
  id: ConsumerProblemId,
  problems: readonly ConsumerProblem[],
  { here }: ServiceContext,
  spec: BurrowSpec,
): Draft {
  const sorted = [...problems].sort((a, b) => order.indexOf(a.severity) - order.indexOf(b.severity));
  const [worst] = sorted;
  const { remedy, avoid } = advise(id, sorted, spec);
  const evidence = sorted.flatMap(({ measured, request, at }) =>
    measured.map((each) => ({ measured: plain(each), source: plain(request, statementLength), at })),
  );
  const groups = list(sorted.slice(0, 3).map(({ group }) => code(group)));
  return {
    id,
    severity: worst?.severity ?? 'warning',
    title:
      sorted.length === 1
        ? t`The consumer group ${code(worst?.group ?? '')} ${worst?.what ?? ''} (Burrow ${here}).`
        : t`${sorted.length} consumer groups ${many[id]} (Burrow ${here}): ${groups}${sorted.length > 3 ? t` and others` : ''}.`,
    short: sorted.length === 1 ? (worst?.short ?? '') : t`${sorted.length} groups ${many[id]}`,
    evidence: evidence.slice(0, shownEvidence),
    remedy,
    ...(avoid === undefined ? {} : { avoid }),
    // What is wrong with several is not one group's: the operator chooses there, too.
    ...(id === 'consumer.stalled' || id === 'consumer.stopped' ? { runbook: 'burrow.resetGroup' } : {}),
  };
}

/** A lag of zero beside a bad word: an older Burrow, which asked only how long ago the last commit was. */
function isOldRule(problems: readonly ConsumerProblem[]): boolean {
  return problems.some(({ measured }) =>
    measured.some((each) => each.includes(t`: no lag at its last commit, and none since`)),
  );
}

function advise(
  id: ConsumerProblemId,
  problems: readonly ConsumerProblem[],
  spec: BurrowSpec,
): { readonly remedy: string; readonly avoid?: string } {
  const oldRule =
    isOldRule(problems) &&
    t`A lag of zero is no all-clear here: the commits have stopped, and what was written since is not counted. It happens, too, when a broker that leads a partition goes offline, and passes by itself when it is back.`;
  switch (id) {
    case 'consumer.stalled':
      return {
        remedy: lines(
          t`The process runs and commits without getting on: look in its log for the message that it stumbles over, or for the server that it writes to.`,
          oldRule,
          t`Where its topics were given to other consumers, the group that Burrow remembers is an old one: make it forget that group (\`burrow.resetGroup\`).`,
        ),
        avoid: t`Do not reset the offsets of the group to get past: what lies between is never read.`,
      };
    case 'consumer.stopped':
      return {
        remedy: lines(
          t`See whether the process of the consumer runs; start it where it does not. It goes on where it had stopped, as long as Kafka keeps the messages.`,
          oldRule,
          t`Where the group is gone for good, make Burrow forget it (\`burrow.resetGroup\`).`,
        ),
        avoid: t`Do not wait longer than the retention of the topic: what is deleted there is lost to the copy.`,
      };
    case 'consumer.lag':
      return {
        remedy: t`Look at what the consumer writes to first: a slow or locked table makes it wait.\nA burst passes by itself: the lag has to fall from reading to reading. If it does not, more consumers or larger batches are needed.`,
        avoid: t`Do not restart the consumer for a lag that falls: it costs a rebalance of the whole group.`,
      };
    case 'consumer.incomplete':
      return {
        remedy: t`Wait until Burrow has seen as many commits as its window holds. That it stays so means that the group commits seldom, or that Burrow was restarted.`,
      };
    case 'burrow.groupUnknown':
      return {
        remedy: lines(
          t`See which groups it knows: ${code(`curl ${spec.url.replace(/\/+$/, '')}/v3/kafka/${spec.cluster}/consumer`)}. It answers alike for a cluster that it does not watch.`,
          t`A group comes back with its next commit. One without a commit for a week has expired.`,
        ),
        avoid: t`Do not take it for a group without lag.`,
      };
    case 'burrow.unreachable':
      return {
        remedy: t`The other groups were read. Read the text; the next reading tries again.`,
        avoid: t`Do not take silence for consumers that keep up.`,
      };
  }
}

export const consumersExplained: Explained = {
  'burrow.unreachable': {
    means: 'Burrow, or one of its answers, cannot be read.',
    when: 'Refused, no answer within `timeoutSeconds`, a login page, an error, or an answer that is not Burrow’s.',
    why: 'Burrow is down, the address is wrong, or a proxy stands in between. Nothing is known of the consumers meanwhile.',
  },
  'burrow.groupUnknown': {
    means: 'Burrow does not know a group that the inventory names.',
    when: 'NOTFOUND, with HTTP 404.',
    why: 'The group has not committed since Burrow started, has expired (a week), was deleted, or is spelt differently. An unknown cluster is answered alike.',
  },
  'consumer.stalled': {
    means: 'A consumer commits and does not get on, or has gone back.',
    when: 'Burrow says STALL (the same offset over the whole window, with a lag) or REWIND of a partition whose window is full.',
    why: 'It fails at one message again and again, what it writes to is stuck, or somebody has reset it.',
  },
  'consumer.stopped': {
    means: 'A consumer has not committed for longer than its whole window took.',
    when: 'Burrow says STOP of a partition whose window is full. Older versions say so at a lag of zero, too.',
    why: 'The consumer is gone, or the broker that leads the partition is. At a lag of zero nobody knows what has been written since.',
  },
  'consumer.lag': {
    means: 'A consumer is behind.',
    when: 'The largest lag is above `maxLag` (critical at ten times as much), or Burrow says WARN: the lag does not fall over its window.',
    why: 'It reads slower than others write: a burst, too few consumers, or a slow server behind it.',
  },
  'consumer.incomplete': {
    means: 'Burrow has not seen enough of a group to judge it.',
    when: '`complete` is below 1, or false.',
    why: 'Burrow was restarted, the group is new, or it commits seldom. Its status is unknown until then, also where it says OK.',
  },
};
