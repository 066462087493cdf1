import type { FleetView, MirrorView } from '../../../core/fleetView';
import type { Finding } from '../../../core/findings/finding';
import { placeOf } from '../../../core/findings/mirrorFacts';
import { windowEvents } from '../../../core/mirror/distance';
import type { MirrorPart } from '../../../core/mirror/model';
import type {
  GapHistory,
  LabelledText,
  MirrorEnd,
  MirrorPanelState,
  ProcessWords,
  RunbookOffer,
} from '../../../protocol/mirrorPanel';
import { redactFinding } from '../redactFinding';
import { toContentsView } from './contentsView';
import { toGauge } from './gauge';
import { t } from '../../../core/l10n';

export interface MirrorPanelContext {
  readonly reading: boolean;
  readonly driftFilter: string;
  readonly runbooks: readonly RunbookOffer[];
}

/** What the panel of a mirror shows. Pure: the same view gives the same state. */
export function toMirrorPanelState(view: FleetView, name: string, context: MirrorPanelContext): MirrorPanelState {
  const subject = { kind: 'mirror', name } as const;
  const mirror = view.mirrors.find(({ spec }) => spec.name === name);
  if (mirror === undefined) return goneState(subject);
  const { spec, state, snapshot } = mirror;
  const findings = mirror.findings.map(redactFinding);
  return {
    ...{ subject, title: name, state, summary: summaryOf(mirror, findings), production: false, facts: factsOf(mirror) },
    ...(snapshot.at === undefined ? {} : { at: snapshot.at }),
    reading: context.reading,
    source: { place: placeOf(spec.source), prefix: spec.sourcePrefix, index: sourceIndex(mirror) },
    destination: { place: placeOf(spec.destination), prefix: spec.destinationPrefix, index: replicatedIndex(mirror) },
    gauge: toGauge(mirror),
    figuresHeading: spec.api === 'v2' ? t`Rates` : t`Keys`,
    figures: figuresOf(mirror),
    history: historyOf(mirror),
    findings,
    runbooks: context.runbooks,
    process: processOf(mirror),
    contents: toContentsView(mirror, context.driftFilter),
  };
}

function goneState(subject: MirrorPanelState['subject']): MirrorPanelState {
  const index = { label: t`Index`, value: t`unknown` };
  const end: MirrorEnd = { place: '', prefix: '', index };
  const words = t`The inventory no longer names this mirror.`;
  return {
    ...{ subject, title: subject.name, state: 'unknown', summary: words, production: false, facts: [], reading: false },
    ...{ source: end, destination: end, gauge: { kind: 'none', why: words }, findings: [], runbooks: [] },
    ...{ figuresHeading: t`Rates`, figures: [] },
    history: { at: [], gaps: [], windowEvents },
    process: { state: 'notAsked', words },
    contents: { kind: 'notCompared', words },
  };
}

function summaryOf({ spec, snapshot, distance, comparison }: MirrorView, findings: readonly Finding[]): string {
  const [worst] = findings.filter(({ severity }) => severity !== 'info');
  if (worst !== undefined) return worst.title.replaceAll('`', '');
  const route = t`Copies ${spec.sourcePrefix} of ${placeOf(spec.source)} to ${placeOf(spec.destination)}`;
  if (snapshot.reach.kind === 'pending') return t`${route}. Not read yet.`;
  if (snapshot.reach.kind === 'failed') return t`${route}. Not read: ${snapshot.reach.failure.text}`;
  if (distance.gap !== undefined)
    return t`${route}; ${distance.gap} of the ${windowEvents} events that etcd remembers are used.`;
  return comparison === undefined
    ? t`${route}; the contents have not been compared yet.`
    : t`${route}; the contents agree.`;
}

function factsOf({ spec, snapshot }: MirrorView): readonly LabelledText[] {
  const { source, destination } = snapshot;
  const cluster = (part: MirrorPart<{ readonly clusterId?: string }>): string =>
    (part.kind === 'read' ? part.value.clusterId : undefined) ?? 'unknown';
  return [
    { label: 'API', value: spec.api === 'v2' ? 'etcd v2, etcd-mirror' : 'etcd v3, make-mirror' },
    { label: t`Cluster of the source`, value: cluster(source), how: 'X-Etcd-Cluster-Id' },
    { label: t`of the destination`, value: cluster(destination), how: 'X-Etcd-Cluster-Id' },
    ...(spec.ignoreKeys === undefined ? [] : [{ label: t`Ignored keys`, value: spec.ignoreKeys }]),
  ];
}

function sourceIndex({ spec, distance }: MirrorView): LabelledText {
  const label = spec.api === 'v2' ? t`Source index` : t`Source revision`;
  return {
    label,
    value: numberWords(distance.sourceIndex),
    how: spec.api === 'v2' ? t`X-Etcd-Index of the source` : t`revision of the source`,
  };
}

function replicatedIndex({ spec, distance }: MirrorView): LabelledText {
  return spec.api === 'v2'
    ? {
        label: t`Replicated index`,
        value: numberWords(distance.replicatedIndex),
        how: t`the index key at the destination`,
      }
    : { label: t`Replicated revision`, value: t`none is kept`, how: t`make-mirror keeps no index` };
}

function figuresOf(mirror: MirrorView): readonly LabelledText[] {
  const { spec, distance, snapshot } = mirror;
  const { source, destination } = snapshot;
  const { sourceIndex: index, replicatedIndex: replicated, eventsPerSecond, appliedPerSecond } = distance;
  if (spec.api === 'v3') {
    const keys = (part: MirrorPart<{ readonly keyCount?: number }>): string =>
      numberWords(part.kind === 'read' ? part.value.keyCount : undefined);
    return [
      { label: t`Keys at the source`, value: keys(source), how: t`under ${spec.sourcePrefix}` },
      { label: t`Keys at the destination`, value: keys(destination), how: t`under ${spec.destinationPrefix}` },
    ];
  }
  return [
    {
      label: t`Events at the source`,
      value: rateWords(eventsPerSecond),
      how: t`of the whole keyspace, in the last ten minutes at most`,
    },
    { label: t`Index moves by`, value: rateWords(appliedPerSecond), how: t`the replicated index, over the same time` },
    {
      label: t`Index unchanged since`,
      value: stillWords(distance),
      how: t`as far as Replideck has read it`,
    },
    { label: t`Next event to copy`, value: waitingWords(mirror), how: t`under the prefix, by a long poll` },
    {
      label: t`Oldest event kept`,
      value: numberWords(index === undefined ? undefined : Math.max(1, index - windowEvents + 1)),
      how: t`source index - 999`,
    },
    {
      label: t`Lost when the source is at`,
      value: numberWords(replicated === undefined ? undefined : replicated + windowEvents + 1),
      how: t`replicated index + 1001`,
    },
  ];
}

/** One reading, or a side that was not read, does not show that it moves. */
function stillWords({ stillSince, gap, appliedPerSecond }: MirrorView['distance']): string {
  if (stillSince !== undefined) return `${stillSince.slice(11, 19)} UTC`;
  return gap === undefined || appliedPerSecond === undefined ? t`unknown` : t`it moves`;
}

function waitingWords({ snapshot, distance }: MirrorView): string {
  if (snapshot.source.kind !== 'read') return 'unknown';
  const { waiting } = snapshot.source.value;
  switch (waiting.kind) {
    case 'event':
      return `${waiting.action} ${waiting.key} (${waiting.index})`;
    case 'none':
      return t`none yet`;
    case 'cleared':
      return t`unknown: etcd has forgotten the next event`;
    case 'notAsked':
      return distance.gap === 0 ? t`none yet` : t`unknown`;
  }
}

function historyOf({ samples }: MirrorView): GapHistory {
  return {
    at: samples.map(({ atMs }) => Math.round(atMs / 100) / 10),
    gaps: samples.map((sample) => Math.max(0, sample.sourceIndex - sample.replicatedIndex)),
    windowEvents,
  };
}

function processOf({ spec, snapshot: { process } }: MirrorView): ProcessWords {
  if (process.kind === 'notAsked') {
    return {
      state: 'notAsked',
      words:
        spec.api === 'v3'
          ? t`make-mirror has no metrics: every 30 s it prints how many keys it has applied, and nothing else.`
          : t`The inventory names no \`metrics\` for it, so its process is known only by what it does to the index.`,
    };
  }
  const { request: source, at } = process;
  if (process.kind === 'failed') {
    const isDown = process.failure.reason === 'refused';
    return {
      ...{ state: isDown ? 'down' : 'unknown', measured: process.failure.text, source, at },
      words: isDown ? t`Nothing listens on its metrics port: the process is down.` : t`Its metrics could not be read.`,
    };
  }
  const { lag } = process.value;
  return {
    ...{ state: 'runs', source, at },
    measured: t`etcdmirror_lag ${lag ?? t`not given`}`,
    words: t`Not to be trusted as a distance: it moves only when an event is applied. −1 is how it reads in health, and it keeps its last value while the mirror stands still. The gap above is worked out from both clusters.`,
  };
}

function rateWords(perSecond: number | undefined): string {
  if (perSecond === undefined) return t`unknown`;
  return perSecond > 0 && perSecond < 0.1
    ? t`${(perSecond * 60).toFixed(1)} per min`
    : t`${perSecond.toFixed(2)} per s`;
}

/** Without groups of digits: it is copied into commands. */
function numberWords(value: number | undefined): string {
  return value === undefined ? t`unknown` : String(value);
}
