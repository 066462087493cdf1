import type { BurrowSpec } from '../inventory/model';
import type { State } from '../report';
import type { ServiceItem, ServicePicture, ServiceType } from '../services/model';
import { formatCount } from '../words';
import { judgeGroup, partitionWords } from './judgeBurrow';
import type { BurrowFacts, ConsumerGroup, ConsumerPartition, ConsumerStatus } from './model';
import { toBurrowFacts } from './toBurrowFacts';
import { t } from '../l10n';

/** What Burrow's words mean, since their names do not say it. */
export const statusMeanings: Readonly<Record<ConsumerStatus, string>> = {
  NOTFOUND: t`Burrow has seen no commit of this group, or does not watch this cluster.`,
  OK: t`The group keeps up: its lag is zero, or falls.`,
  WARN: t`Its offsets move, and its lag does not fall: it reads slower than others write.`,
  ERR: t`At least one partition has stopped, stalled or gone back.`,
  STOP: t`No commit for longer than the whole window took: the consumer is gone, or its broker does not answer.`,
  STALL: t`It commits the same offset again and again while messages wait.`,
  REWIND: t`Its offset is lower than before: somebody has reset it, or an older one was committed late.`,
  UNKNOWN: t`Burrow says a word that Replideck does not know.`,
};

/** Consumer groups of Kafka, as Burrow judges them. */
export const burrowType: ServiceType<'burrow'> = {
  kind: 'burrow',
  word: 'Burrow',
  place: ({ url, cluster }) => t`${cluster} on ${url}`,
  toFacts: toBurrowFacts,
  picture,
  detail: ({ api, groups }) => ({
    api,
    groups: groups.map(({ request: _request, ...group }) => group),
  }),
};

function picture({ api, groups }: BurrowFacts, spec: BurrowSpec): ServicePicture {
  const lags = groups.flatMap((group) => (group.kind === 'read' ? (group.maxLag ?? []) : []));
  return {
    short: `${formatCount(groups.length, 'group')}${lags.length === 0 ? '' : t` · lag ${Math.max(...lags)}`}`,
    lines: [`API ${api}`],
    items: groups.map((group) => groupItem(group, spec)),
  };
}

function groupItem(group: ConsumerGroup, spec: BurrowSpec): ServiceItem {
  const problems = judgeGroup(group, spec);
  const base = { id: group.group, label: group.group };
  const [worst] = [...problems].sort((a, b) => rank(a.severity) - rank(b.severity));
  if (group.kind === 'failed') return { ...base, description: t`not read`, state: 'unknown', lines: [group.text] };
  if (group.kind === 'unknown') {
    return { ...base, description: t`unknown to Burrow`, state: 'warning', lines: [statusMeanings.NOTFOUND] };
  }
  const { status, complete, maxLag, totalLag, partitionCount, partitions } = group;
  const isPartial = complete !== undefined && complete < 1;
  const known: State = worst?.severity === 'critical' ? 'critical' : worst?.severity === 'warning' ? 'warning' : 'ok';
  const lag = maxLag === undefined ? t`lag unknown` : t`lag ${maxLag}`;
  return {
    ...base,
    description: worst?.short ?? `${status} · ${lag}`,
    // A window that is not full reassures nobody.
    state: known === 'ok' && isPartial ? 'unknown' : known,
    lines: [
      `${status}: ${statusMeanings[status]}`,
      t`Largest ${lag}, ${totalLag ?? t`unknown`} in all ${partitionCount ?? partitions.length} partitions`,
      ...(isPartial
        ? [t`Burrow has ${Math.floor(complete * 100)} % of its window of commits: its status is not judged yet.`]
        : []),
      ...problems.flatMap(({ measured }) => measured),
    ],
    items: partitions.filter(({ status: own }) => own !== 'OK').map(partitionItem),
  };
}

function partitionItem(partition: ConsumerPartition): ServiceItem {
  const { topic, partition: number, status, currentLag, owner, isComplete } = partition;
  return {
    id: `${topic}:${number}`,
    label: `${topic}:${number}`,
    description: `${status} · ${currentLag === undefined ? t`lag unknown` : t`lag ${currentLag}`}`,
    state: !isComplete ? 'unknown' : status === 'STALL' || status === 'REWIND' ? 'critical' : 'warning',
    lines: [statusMeanings[status], partitionWords(partition), ...(owner === undefined ? [] : [t`Owned by ${owner}`])],
  };
}

function rank(severity: string): number {
  return ['critical', 'warning', 'info'].indexOf(severity);
}
