import type { GrantReport } from '../grants/grantReport';
import { mirrorKey } from '../mirror/keys';
import { failed, ok, type Outcome } from '../outcome';
import type { FindingReport, FleetReport, InstanceReport, MirrorReport, State } from '../report';
import { t } from '../l10n';

/** What the tools hand to a language model: the report, cut down to what was asked. Plain JSON, still unredacted. */
export interface FleetAnswer {
  readonly takenAt: string;
  readonly clusters: readonly {
    readonly name: string;
    readonly production: boolean;
    readonly states: Partial<Record<State, number>>;
    /** Whole, where something is to be said of them. */
    readonly notOk: readonly InstanceReport[];
    readonly ok: readonly string[];
  }[];
  readonly mirrors: readonly MirrorReport[];
  readonly services: readonly { readonly kind: string; readonly name: string; readonly state: State }[];
  readonly findings: readonly FindingReport[];
}

export interface InstanceAnswer {
  readonly takenAt: string;
  readonly clusters: readonly string[];
  readonly production: boolean;
  readonly instance: InstanceReport;
  /** Of the instance itself, then of its clusters. */
  readonly findings: readonly FindingReport[];
}

export interface MirrorAnswer {
  readonly takenAt: string;
  readonly mirror: MirrorReport;
  readonly findings: readonly FindingReport[];
}

export interface GrantAnswer extends Omit<GrantReport, 'accounts' | 'fixSql'> {
  /** Those with a difference, whole. */
  readonly differing: GrantReport['accounts'];
  readonly matching: readonly string[];
}

/** The whole fleet, or one cluster of it. */
export function fleetAnswer(report: FleetReport, cluster?: string): FleetAnswer {
  const clusters = report.clusters.filter(({ name }) => cluster === undefined || name === cluster);
  const subjects = new Set(
    clusters.flatMap(({ name, instances }) => [`cluster:${name}`, ...instances.map(({ key }) => key)]),
  );
  return {
    takenAt: report.takenAt,
    clusters: clusters.map(({ name, production, instances }) => ({
      name,
      production,
      states: countStates(instances),
      notOk: instances.filter(({ state }) => state !== 'ok'),
      ok: instances.filter(({ state }) => state === 'ok').map(({ key }) => key),
    })),
    mirrors: cluster === undefined ? report.mirrors : [],
    services: cluster === undefined ? report.services.map(({ kind, name, state }) => ({ kind, name, state })) : [],
    findings: report.findings.filter(({ subject }) => cluster === undefined || subjects.has(subject)),
  };
}

/** One instance with everything that was found about it; undefined: the report does not have it. */
export function instanceAnswer(report: FleetReport, key: string): InstanceAnswer | undefined {
  const clusters = report.clusters.filter(({ instances }) => instances.some((each) => each.key === key));
  const instance = clusters[0]?.instances.find((each) => each.key === key);
  if (instance === undefined) return undefined;
  const names = clusters.map(({ name }) => name);
  const about = (subjects: readonly string[]): FindingReport[] =>
    report.findings.filter(({ subject }) => subjects.includes(subject));
  return {
    takenAt: report.takenAt,
    clusters: names,
    production: clusters.some(({ production }) => production),
    instance,
    findings: [...about([key]), ...about(names.map((name) => `cluster:${name}`))],
  };
}

/** One etcd mirror; undefined: the report does not have it. */
export function mirrorAnswer(report: FleetReport, name: string): MirrorAnswer | undefined {
  const mirror = report.mirrors.find((each) => each.name === name);
  if (mirror === undefined) return undefined;
  return {
    takenAt: report.takenAt,
    mirror,
    findings: report.findings.filter(({ subject }) => subject === mirrorKey(name)),
  };
}

/** The differences alone. The SQL that would mend them stays here: it may carry hashes, and is reviewed by people. */
export function grantAnswer({ instance, template, accounts, problems }: GrantReport): GrantAnswer {
  return {
    instance,
    template,
    problems,
    differing: accounts.filter(({ state }) => state !== 'match'),
    matching: accounts.filter(({ state }) => state === 'match').map(({ account }) => account),
  };
}

/**
 * Which of the known names a model means: the name itself, or the host without its port or domain where only one fits.
 * @returns the known name, or a sentence that says what there is
 */
export function chooseKnown(asked: string, known: readonly string[], kind: string): Outcome<string, string> {
  if (known.includes(asked)) return ok(asked);
  const fitting = known.filter((name) => name.startsWith(asked) && /^[.:]/.test(name.slice(asked.length)));
  const [only] = fitting;
  if (only !== undefined && fitting.length === 1) return ok(only);
  if (fitting.length > 1) return failed(t`More than one ${kind} is meant by "${asked}": ${listed(fitting)}.`);
  if (known.length === 0) return failed(t`The inventory names no ${kind}.`);
  return failed(t`The inventory names no ${kind} "${asked}". It names ${listed(known)}.`);
}

function listed(names: readonly string[]): string {
  const most = 20;
  return names.length <= most
    ? names.join(', ')
    : t`${names.slice(0, most).join(', ')} and ${names.length - most} more`;
}

function countStates(instances: readonly InstanceReport[]): Partial<Record<State, number>> {
  const counts: Partial<Record<State, number>> = {};
  for (const { state } of instances) counts[state] = (counts[state] ?? 0) + 1;
  return counts;
}
