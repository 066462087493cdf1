import { addTo } from '../addTo';
import type { LinkedConnection, LinkedFleet, LinkedInstance } from '../fleetView';
import { parseVersionNumber } from '../replication/parseServerFacts';
import { shortNames } from '../shortNames';
import { dialectOf } from './dialect';
import type { Finding, Severity } from './finding';
import { connectionsBefore, factsOf } from './fleetFacts';
import { clip, code } from './phrase';
import type {
  ClusterContext,
  ConnectionContext,
  Contexts,
  Draft,
  FleetContext,
  InstanceContext,
  MirrorContext,
  Rule,
  Scope,
  ServiceContext,
} from './rule';
import { rules as allRules } from './rules';

const order: Readonly<Record<Severity, number>> = { critical: 0, warning: 1, info: 2 };

/** What fits beside a name in the tree. */
const shortLength = 40;

/** Everything that needs attention, worst first, then by subject, connection and id. Pure. */
export function diagnose(fleet: LinkedFleet, rules: readonly Rule[] = allRules): readonly Finding[] {
  const contexts = contextsOf(fleet);
  const found: Finding[] = [];
  const idsBySubject = new Map<string, string[]>();
  const placeOf = (subject: string, connection: string | undefined): string => JSON.stringify([subject, connection]);
  const isSpoken = (yieldsTo: readonly string[], subject: string, connection: string | undefined) =>
    yieldsTo.length > 0 &&
    idsBySubject.get(placeOf(subject, connection))?.some((id) => yieldsTo.some((start) => id.startsWith(start))) ===
      true;
  for (const rule of rules) {
    for (const { subject, connection, drafts } of apply(rule, contexts)) {
      if (isSpoken(rule.yieldsTo ?? [], subject, connection)) continue;
      for (const draft of drafts) {
        const about = draft.subject ?? subject;
        addTo(idsBySubject, placeOf(about, connection), draft.id);
        found.push({
          ...draft,
          severity: draft.severity ?? rule.ids[draft.id] ?? 'warning',
          subject: about,
          short: clip(draft.short, shortLength),
          ...(connection === undefined ? {} : { connection }),
        });
      }
    }
  }
  return found.sort(
    (a, b) =>
      order[a.severity] - order[b.severity] ||
      compare(a.subject, b.subject) ||
      compare(a.connection ?? '', b.connection ?? '') ||
      compare(a.id, b.id),
  );
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

interface Spoken {
  readonly subject: string;
  readonly connection?: string;
  readonly drafts: readonly Draft[];
}

type AllContexts = { readonly [S in Scope]: readonly Contexts[S][] };

function apply(rule: Rule, contexts: AllContexts): readonly Spoken[] {
  switch (rule.scope) {
    case 'instance':
      return contexts.instance.map((context) => ({ subject: context.key, drafts: rule.check(context) }));
    case 'connection':
      return contexts.connection.map((context) => ({
        subject: context.key,
        connection: context.status.name,
        drafts: rule.check(context),
      }));
    case 'cluster':
      return contexts.cluster.map((context) => ({
        subject: `cluster:${context.cluster.spec.name}`,
        drafts: rule.check(context),
      }));
    case 'mirror':
      return contexts.mirror.map((context) => ({ subject: context.mirror.key, drafts: rule.check(context) }));
    case 'service':
      return contexts.service.map((context) => ({ subject: context.service.key, drafts: rule.check(context) }));
  }
}

function contextsOf(fleet: LinkedFleet): AllContexts {
  const instances = Object.values(fleet.instances);
  const short = shortNames(instances.map(({ spec }) => spec.key));
  const base: FleetContext = { fleet, name: (key) => code(short[key] ?? key) };
  const instance = instances.map((each) => toInstanceContext(base, each));
  return {
    instance,
    connection: instance.flatMap((context) =>
      context.instance.connections.map((connection) => toConnectionContext(context, connection)),
    ),
    cluster: fleet.clusters.map((cluster): ClusterContext => ({
      ...base,
      cluster,
      members: cluster.spec.instances.flatMap((key) => fleet.instances[key] ?? []),
    })),
    mirror: fleet.mirrors.map((mirror): MirrorContext => ({ ...base, mirror, here: code(mirror.spec.name) })),
    service: fleet.services.map((service): ServiceContext => ({ ...base, service, here: code(service.name) })),
  };
}

function toInstanceContext(base: FleetContext, instance: LinkedInstance): InstanceContext {
  const { reach } = instance.snapshot;
  const facts = factsOf(instance);
  const key = instance.spec.key;
  const flavor = facts?.flavor ?? (reach.kind === 'answered' ? reach.flavor : 'mariadb');
  const version = facts?.versionNumber ?? parseVersionNumber(reach.kind === 'answered' ? reach.version : '');
  return { ...base, instance, key, here: base.name(key), facts, dialect: dialectOf(flavor, version) };
}

function toConnectionContext(context: InstanceContext, connection: LinkedConnection): ConnectionContext {
  const { status } = connection;
  return {
    ...context,
    connection,
    status,
    before: connectionsBefore(context.instance)?.find(({ name }) => name === status.name),
    source: context.fleet.instances[connection.sourceKey ?? ''],
    there: context.name(connection.source),
  };
}
