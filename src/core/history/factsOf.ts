import type { Finding } from '../findings/finding';
import type { FleetView, InstanceView } from '../fleetView';
import { redact } from '../redact';
import type { Facts } from './model';

/** Longer words say no more here, and a server's are anybody's. */
const longestValue = 160;

/**
 * What the readings of others tell of an instance: who has replicas is known once these are read, and whom an address
 * of a source means once that one is.
 */
export function isOfOthers(fact: string): boolean {
  return fact === 'role' || fact.startsWith('source/');
}

/** Whether first readings still come in. What nobody reads directly is not awaited: its neighbours may never know it. */
export function isAwaited({ snapshot }: Pick<InstanceView, 'snapshot'>): boolean {
  return snapshot.reach.kind === 'pending' && snapshot.source === 'direct';
}

/**
 * How an instance is now. What could not be read this time stays as it was last seen, except what reaching it says.
 * @param isWhole whether all of the fleet was read, so that it is known what the others tell
 */
export function factsOfInstance(instance: InstanceView, before: Facts, isWhole: boolean): Facts {
  const { snapshot, state, role, connections, findings } = instance;
  const now: Record<string, string> = { state };
  if (snapshot.reach.kind === 'answered') {
    now['version'] = valueOf(snapshot.reach.version);
    if (role !== 'unknown' && isWhole) now['role'] = role;
  }
  const server = snapshot.server.kind === 'read' ? snapshot.server.value : undefined;
  if (server?.readOnly !== undefined) now['readOnly'] = server.readOnly ? 'yes' : 'no';
  if (server?.serverId !== undefined) now['serverId'] = String(server.serverId);
  for (const { status, source, sourceKey } of connections) {
    const fact = `source/${status.name}`;
    const known = isWhole || sourceKey !== undefined ? valueOf(source) : before[fact];
    if (known !== undefined) now[fact] = known;
    now[`io/${status.name}`] = status.ioThread;
    now[`sql/${status.name}`] = status.sqlThread;
  }
  addFindings(now, findings);
  const isRead = snapshot.replication.kind === 'read';
  for (const [fact, value] of Object.entries(before)) {
    if (!(fact in now) && isKept(fact, snapshot.reach.kind === 'answered', isRead)) now[fact] = value;
  }
  return now;
}

/** Whether a fact that this reading does not show may still hold. */
function isKept(fact: string, hasAnswered: boolean, hasReplication: boolean): boolean {
  const [kind = '', id = '', ...connection] = fact.split('/');
  if (kind === 'finding') {
    // Of what does not answer only the findings about reaching it can be made.
    if (!hasAnswered) return !id.startsWith('instance.');
    return !hasReplication && connection.length > 0;
  }
  return kind === 'source' || kind === 'io' || kind === 'sql' ? !hasReplication : true;
}

/**
 * How everything else is now: clusters, mirrors and neighbours, by subject. What was never read is not among them, nor a
 * cluster while first readings still come in: half of it looks like another one. Its state is that of its instances.
 */
export function factsOfOthers(view: FleetView): ReadonlyMap<string, Facts> {
  const facts = new Map<string, Facts>();
  const add = (subject: string, state: string | undefined, findings: readonly Finding[]): void => {
    const now: Record<string, string> = state === undefined ? {} : { state };
    addFindings(now, findings);
    facts.set(subject, now);
  };
  const isKeyAwaited = (key: string): boolean => {
    const instance = view.instances[key];
    return instance !== undefined && isAwaited(instance);
  };
  for (const { spec, findings } of view.clusters) {
    if (!spec.instances.some(isKeyAwaited)) add(`cluster:${spec.name}`, undefined, findings);
  }
  for (const { key, state, findings, snapshot } of view.mirrors) {
    if (snapshot.reach.kind !== 'pending') add(key, state, findings);
  }
  for (const { key, state, findings, snapshot } of view.services) {
    if (snapshot.reach.kind !== 'pending') add(key, state, findings);
  }
  return facts;
}

function addFindings(facts: Record<string, string>, findings: readonly Finding[]): void {
  for (const { id, connection, severity, short } of findings) {
    if (severity === 'info') continue;
    facts[connection === undefined ? `finding/${id}` : `finding/${id}/${connection}`] = valueOf(
      `${severity}: ${short}`,
    );
  }
}

function valueOf(text: string): string {
  return redact(text).slice(0, longestValue);
}
