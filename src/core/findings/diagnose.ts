import { addTo } from '../addTo';
import type { LinkedConnection, LinkedFleet, LinkedInstance } from '../fleetView';
import { parseVersionNumber } from '../replication/parseServerFacts';
import { shortNames } from '../shortNames';
import { finish, stepwise, type Steps } from '../steps';
import { dialectOf } from './dialect';
import type { Finding, Severity } from './finding';
import { connectionsBefore, factsOf } from './fleetFacts';
import { clip, code } from './phrase';
import type { ConnectionContext, Contexts, FleetContext, InstanceContext, Rule, RuleOf, Scope } from './rule';
import { rules as allRules } from './rules';

const order: Readonly<Record<Severity, number>> = { critical: 0, warning: 1, info: 2 };

/** What fits beside a name in the tree. */
const shortLength = 40;

/** Everything that needs attention, worst first, then by subject, connection and id. Pure. */
export function diagnose(fleet: LinkedFleet, rules?: readonly Rule[]): readonly Finding[] {
  return finish(diagnoseSteps(fleet, rules));
}

export function* diagnoseSteps(fleet: LinkedFleet, rules: readonly Rule[] = allRules): Steps<readonly Finding[]> {
  const subjects = yield* subjectsOf(fleet);
  const found: Finding[] = [];
  const idsByPlace = new Map<string, string[]>();
  const isSpoken = (yieldsTo: readonly string[], place: string) =>
    idsByPlace.get(place)?.some((id) => yieldsTo.some((start) => id.startsWith(start))) === true;
  const judge = <S extends Scope>(rule: RuleOf<S>, all: readonly Subject<S>[]): Steps<void> =>
    stepwise(all, ({ subject, connection, context }) => {
      const drafts = rule.check(context);
      if (drafts.length === 0) return;
      if (rule.yieldsTo !== undefined && isSpoken(rule.yieldsTo, placeOf(subject, connection))) return;
      for (const draft of drafts) {
        const about = draft.subject ?? subject;
        addTo(idsByPlace, placeOf(about, connection), draft.id);
        found.push({
          ...draft,
          severity: draft.severity ?? rule.ids[draft.id] ?? 'warning',
          subject: about,
          short: clip(draft.short, shortLength),
          ...(connection === undefined ? {} : { connection }),
        });
      }
    });
  for (const rule of rules) yield* judgeScope(rule, subjects, judge);
  return found.sort(
    (a, b) =>
      order[a.severity] - order[b.severity] ||
      compare(a.subject, b.subject) ||
      compare(a.connection ?? '', b.connection ?? '') ||
      compare(a.id, b.id),
  );
}

function placeOf(subject: string, connection: string | undefined): string {
  return JSON.stringify([subject, connection]);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** What a rule is asked about, and under which name the answer is kept. */
interface Subject<S extends Scope> {
  readonly subject: string;
  readonly connection?: string;
  readonly context: Contexts[S];
}

type Subjects = { readonly [S in Scope]: readonly Subject<S>[] };

function judgeScope(
  rule: Rule,
  subjects: Subjects,
  judge: <S extends Scope>(rule: RuleOf<S>, subjects: readonly Subject<S>[]) => Steps<void>,
): Steps<void> {
  switch (rule.scope) {
    case 'instance':
      return judge(rule, subjects.instance);
    case 'connection':
      return judge(rule, subjects.connection);
    case 'cluster':
      return judge(rule, subjects.cluster);
    case 'mirror':
      return judge(rule, subjects.mirror);
    case 'service':
      return judge(rule, subjects.service);
  }
}

function* subjectsOf(fleet: LinkedFleet): Steps<Subjects> {
  const instances = Object.values(fleet.instances);
  const short = shortNames(instances.map(({ spec }) => spec.key));
  yield;
  const base: FleetContext = { fleet, name: (key) => code(short[key] ?? key) };
  const instance: Subject<'instance'>[] = [];
  const connection: Subject<'connection'>[] = [];
  yield* stepwise(instances, (each) => {
    const context = toInstanceContext(base, each);
    const subject = context.key;
    instance.push({ subject, context });
    for (const own of each.connections) {
      connection.push({ subject, connection: own.status.name, context: toConnectionContext(context, own) });
    }
  });
  return {
    instance,
    connection,
    cluster: fleet.clusters.map((cluster) => ({
      subject: `cluster:${cluster.spec.name}`,
      context: { ...base, cluster, members: cluster.spec.instances.flatMap((key) => fleet.instances[key] ?? []) },
    })),
    mirror: fleet.mirrors.map((mirror) => ({
      subject: mirror.key,
      context: { ...base, mirror, here: code(mirror.spec.name) },
    })),
    service: fleet.services.map((service) => ({
      subject: service.key,
      context: { ...base, service, here: code(service.name) },
    })),
  };
}

function toInstanceContext(base: FleetContext, instance: LinkedInstance): InstanceContext {
  const { reach } = instance.snapshot;
  const facts = factsOf(instance);
  const key = instance.spec.key;
  const flavor = facts?.flavor ?? (reach.kind === 'answered' ? reach.flavor : 'mariadb');
  const version = facts?.versionNumber ?? parseVersionNumber(reach.kind === 'answered' ? reach.version : '');
  const { fleet, name } = base;
  // Without spreading: for each of thousands that would take longer than most rules do.
  return { fleet, name, instance, key, here: name(key), facts, dialect: dialectOf(flavor, version) };
}

function toConnectionContext(context: InstanceContext, connection: LinkedConnection): ConnectionContext {
  const { status } = connection;
  const { fleet, name, instance, key, here, facts, dialect } = context;
  return {
    ...{ fleet, name, instance, key, here, facts, dialect },
    connection,
    status,
    before: connectionsBefore(context.instance)?.find(({ name }) => name === status.name),
    source: context.fleet.instances[connection.sourceKey ?? ''],
    there: context.name(connection.source),
  };
}
