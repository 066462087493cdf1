import { addTo } from './addTo';
import type { LinkedCluster, LinkedConnection, LinkedFleet, LinkedInstance } from './fleetView';
import type { InstanceSpec } from './inventory/model';
import { linkMirror } from './mirror/linkMirror';
import { rateLag } from './replication/lag';
import { type Candidate, canonicalHost, matchSource, toCandidates } from './replication/matchSource';
import type { ConnectionStatus, ServerFacts } from './replication/model';
import { expectedPrimaries, nestCluster } from './replication/nestCluster';
import type { Role } from './report';
import { linkServices } from './services/linkServices';
import type { FleetSnapshot, InstanceSnapshot } from './snapshot';
import { finish, stepwise, type Steps } from './steps';
import { pendingSnapshot } from './toInstanceSnapshot';

/** What the linking knows of an instance: now, and for its place in the tree also from before. */
interface Known extends Candidate {
  readonly snapshot: InstanceSnapshot;
  /** Undefined: not known at this moment. */
  readonly connections?: readonly ConnectionStatus[];
  /** Now, or as last known. */
  readonly placing: readonly ConnectionStatus[];
}

interface Match {
  readonly connection: ConnectionStatus;
  readonly sourceKey: string | undefined;
}

/** Works out who replicates from whom, and how late. Pure: the same snapshot gives the same fleet. */
export function linkFleet(snapshot: FleetSnapshot): LinkedFleet {
  return finish(linkFleetSteps(snapshot));
}

export function* linkFleetSteps(snapshot: FleetSnapshot): Steps<LinkedFleet> {
  const { inventory } = snapshot;
  const known = new Map<string, Known>();
  yield* stepwise(inventory.instances, (spec) => known.set(spec.key, toKnown(spec, snapshot)));
  const candidates = [...known.values()];
  const places = yield* toCandidates(candidates);
  const matches = new Map<string, readonly Match[]>();
  yield* stepwise(candidates, (instance) => {
    const own = instance.placing.map((connection) => ({
      connection,
      sourceKey: matchSource(connection, instance, places),
    }));
    matches.set(instance.spec.key, own);
  });
  const sourcesOf = (key: string): readonly string[] =>
    (matches.get(key) ?? []).flatMap(({ sourceKey }) => (sourceKey === undefined ? [] : [sourceKey]));
  const replicas = new Map<string, string[]>();
  for (const { key } of inventory.instances) {
    for (const source of new Set(sourcesOf(key))) {
      addTo(replicas, source, key);
    }
  }
  const replicasOf = (key: string): readonly string[] => replicas.get(key) ?? [];
  const expected = new Set(inventory.clusters.flatMap(expectedPrimaries));

  const roles = new Map<string, Role>();
  yield* stepwise(candidates, (instance) => {
    const { key } = instance.spec;
    roles.set(key, toRole(instance, expected, replicasOf(key), sourcesOf));
  });

  const multiSource = inventory.instances
    .map((instance) => instance.key)
    .filter((key) => (matches.get(key)?.length ?? 0) > 1);
  const clusters: LinkedCluster[] = [];
  yield* stepwise(inventory.clusters, (spec) => {
    const listed = spec.instances.filter((key) => known.has(key));
    // A multi-source replica hangs under each of its sources, also where only one of their clusters lists it.
    const guests = multiSource.filter(
      (key) => !listed.includes(key) && sourcesOf(key).some((source) => listed.includes(source)),
    );
    const primaries = expectedPrimaries(spec);
    const rank = (key: string): number => {
      const place = primaries.indexOf(key);
      const replicas = replicasOf(key).length;
      return place >= 0 ? place : primaries.length + (roles.get(key) === 'primary' ? 0 : replicas > 0 ? 1 : 2);
    };
    clusters.push(nestCluster(spec, [...listed, ...guests], sourcesOf, rank));
  });

  const topology = { snapshot, sourcesOf };
  const instances: Record<string, LinkedInstance> = {};
  yield* stepwise(candidates, ({ spec, snapshot: own, connections }) => {
    const previous = snapshot.previous[spec.key];
    const identity = snapshot.identities?.[spec.key];
    instances[spec.key] = {
      spec,
      snapshot: own,
      ...(previous === undefined ? {} : { previous }),
      ...(identity === undefined ? {} : { known: identity }),
      role: roles.get(spec.key) ?? 'unknown',
      connections: (connections ?? []).map((status): LinkedConnection => {
        const sourceKey = matches.get(spec.key)?.find(({ connection }) => connection === status)?.sourceKey;
        return {
          status,
          ...(sourceKey === undefined ? {} : { sourceKey }),
          source: sourceKey ?? addressOf(status),
          ...rateLag(status, spec, sourceKey, topology),
        };
      }),
      replicas: replicasOf(spec.key),
    };
  });
  const mirrors = inventory.etcdMirrors.map((spec) => linkMirror(spec, snapshot.mirrors[spec.name]));
  return { snapshot, clusters, instances, mirrors, services: linkServices(inventory, snapshot.services) };
}

function toKnown(spec: InstanceSpec, fleet: FleetSnapshot): Known {
  const snapshot = fleet.instances[spec.key] ?? pendingSnapshot(spec.key);
  const previous = fleet.previous[spec.key];
  const facts = factsOf(snapshot) ?? factsOf(previous);
  const connections = connectionsOf(snapshot);
  return {
    spec,
    host: canonicalHost(spec.host),
    snapshot,
    ...(facts === undefined ? {} : { facts }),
    ...(connections === undefined ? {} : { connections }),
    // What is down keeps its place: the tree must not jump at the moment when it is needed most.
    placing: connections ?? connectionsOf(previous) ?? [],
  };
}

function factsOf(snapshot: InstanceSnapshot | undefined): ServerFacts | undefined {
  return snapshot?.server.kind === 'read' ? snapshot.server.value : undefined;
}

function connectionsOf(snapshot: InstanceSnapshot | undefined): readonly ConnectionStatus[] | undefined {
  return snapshot?.replication.kind === 'read' ? snapshot.replication.value : undefined;
}

/**
 * - unknown: its replication status could not be read now. A refused read is not "not a replica".
 * - primary: no connection, and expected as primary or with replicas. Also with a connection: in a ring the expected
 *   one, else the writable one; and an expected primary that is writable and has only stopped connections, as a
 *   promotion by hand leaves it.
 * - replica: every other one with a connection.
 * - standalone: neither connection, nor replicas, nor expected as primary.
 */
function toRole(
  instance: Known,
  expected: ReadonlySet<string>,
  replicas: readonly string[],
  sourcesOf: (key: string) => readonly string[],
): Role {
  if (instance.connections === undefined) {
    return 'unknown';
  }
  const key = instance.spec.key;
  const isExpected = expected.has(key);
  if (instance.connections.length === 0) {
    return isExpected || replicas.length > 0 ? 'primary' : 'standalone';
  }
  const isWritable = factsOf(instance.snapshot)?.readOnly === false;
  const ring = ringOf(key, sourcesOf);
  if (ring.length > 0) {
    return isExpected || (isWritable && !ring.some((member) => expected.has(member))) ? 'primary' : 'replica';
  }
  const allStopped = instance.connections.every(
    ({ ioThread, sqlThread }) => ioThread === 'stopped' && sqlThread === 'stopped',
  );
  return isExpected && isWritable && allStopped ? 'primary' : 'replica';
}

/** The instances that a key reaches going up, and that reach it in turn; empty: in no ring. */
function ringOf(key: string, sourcesOf: (key: string) => readonly string[]): readonly string[] {
  const above = ancestorsOf(key, sourcesOf);
  return above.has(key) ? [...above].filter((other) => ancestorsOf(other, sourcesOf).has(key)) : [];
}

function ancestorsOf(key: string, sourcesOf: (key: string) => readonly string[]): ReadonlySet<string> {
  const found = new Set<string>();
  const open = [...sourcesOf(key)];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (!found.has(next)) {
      found.add(next);
      open.push(...sourcesOf(next));
    }
  }
  return found;
}

function addressOf({ sourceHost, sourcePort }: ConnectionStatus): string {
  return sourceHost.includes(':') ? `[${sourceHost}]:${sourcePort}` : `${sourceHost}:${sourcePort}`;
}
