import { type Dialect, dialectOf } from '../findings/dialect';
import { factsOf } from '../findings/fleetFacts';
import type { Evidence } from '../findings/finding';
import { plain, sourceOf, variable } from '../findings/phrase';
import type { LinkedCluster, LinkedConnection, LinkedFleet, LinkedInstance } from '../fleetView';
import type { ServerFacts } from '../replication/model';
import { t } from '../l10n';

/** Unknown is neither: it never makes a candidate ready, and never calls it broken. */
export type Pass = boolean | 'unknown';

/** One line of the checklist, with what it rests on. Sentences hold statements between backticks, as findings do. */
export interface ReadinessCheck {
  /** Never changes once released. */
  readonly id: string;
  /** What has to hold, in a few words: "Both threads run". */
  readonly title: string;
  readonly pass: Pass;
  readonly measured: readonly Evidence[];
  readonly needed: string;
  /** What to do where it does not pass; of an unknown one, how it becomes known. Several steps are lines. */
  readonly remedy?: string;
  /** What is left to be done once the switch is over. */
  readonly after?: string;
}

/** A replica, the primary that it would take over from, and the connection that brings it that primary's data. */
export interface Candidacy {
  readonly fleet: LinkedFleet;
  readonly cluster: LinkedCluster;
  readonly primary: LinkedInstance;
  readonly candidate: LinkedInstance;
  /** Direct where there is one, else the one that leads to the primary over others. */
  readonly connection: LinkedConnection | undefined;
  /** The short name of an instance, in backticks. */
  readonly name: (key: string) => string;
}

export type Verdict = Pick<ReadinessCheck, 'pass' | 'measured' | 'remedy' | 'after'>;

export interface Check {
  readonly id: string;
  readonly title: string;
  readonly needed: string;
  /** Undefined: there is nothing of that kind to hold in this cluster. */
  judge(candidacy: Candidacy): Verdict | undefined;
}

export const holds = (measured: readonly Evidence[], after?: string): Verdict => ({
  pass: true,
  measured,
  ...(after === undefined ? {} : { after }),
});
export const fails = (measured: readonly Evidence[], remedy: string): Verdict => ({ pass: false, measured, remedy });
export const unknown = (measured: readonly Evidence[], remedy: string): Verdict => ({
  pass: 'unknown',
  measured,
  remedy,
});

type PartName = 'server' | 'replication' | 'heartbeat';

const partWords: Readonly<Record<PartName, string>> = {
  server: t`its variables`,
  replication: t`its replication status`,
  heartbeat: t`its heartbeat table`,
};

/** The verdict where a part of an instance was not read; undefined where it was. */
export function unread(instance: LinkedInstance, name: PartName, candidacy: Candidacy): Verdict | undefined {
  const { spec, snapshot } = instance;
  const part = snapshot[name];
  if (part.kind === 'read') return undefined;
  const here = candidacy.name(spec.key);
  const seen = (measured: string, source: string): Evidence => ({
    measured: `${spec.key}: ${measured}`,
    source,
    at: snapshot.at ?? candidacy.fleet.snapshot.takenAt,
  });
  if (snapshot.reach.kind === 'pending')
    return unknown([seen(t`not read yet`, t`no reading`)], t`Read ${here} first: refresh the panel.`);
  if (snapshot.reach.kind === 'failed') {
    const { reason, text } = snapshot.reach.failure;
    return unknown(
      [seen(t`not read (${reason}): ${plain(text, 200)}`, 'connection')],
      t`Nothing is known of ${here} now: its own findings say why. Then read it again.`,
    );
  }
  if (part.kind === 'notAsked')
    return unknown([seen(t`${partWords[name]} were not asked for`, t`no statement`)], t`Read ${here} again.`);
  const measured = `${spec.key}: ${part.errno === undefined ? '' : `${part.errno} `}${plain(part.text, 200)}`;
  return unknown(
    [{ measured, ...sourceOf(part) }],
    part.kind === 'denied'
      ? t`Let our account read ${partWords[name]} on ${here}: the finding \`monitor.privilegeMissing\` has the GRANT.`
      : t`The statement gave no answer on ${here}: see why, and read it again.`,
  );
}

type Fact<T> =
  | { readonly kind: 'known'; readonly value: T; readonly evidence: Evidence }
  | { readonly kind: 'unknown'; readonly verdict: Verdict };

/** A variable of a server, with itself as the evidence; or the verdict that it is not known. */
export function fact<T extends string | number | boolean>(
  instance: LinkedInstance,
  variableName: string,
  pick: (facts: ServerFacts) => T | undefined,
  candidacy: Candidacy,
): Fact<T> {
  const facts = factsOf(instance);
  const value = facts === undefined ? undefined : pick(facts);
  if (value !== undefined) {
    const shown = typeof value === 'boolean' ? Number(value) : value;
    return { kind: 'known', value, evidence: variable(instance, variableName, shown) };
  }
  return {
    kind: 'unknown',
    verdict:
      unread(instance, 'server', candidacy) ??
      unknown(
        [{ ...variable(instance, variableName, ''), measured: t`${instance.spec.key}: ${variableName} was not told` }],
        t`Look on ${candidacy.name(instance.spec.key)} by hand: \`SELECT ${variableName}\`.`,
      ),
  };
}

/** What the replication status of an instance says. */
export function fromStatus(instance: LinkedInstance, measured: string): Evidence {
  return { measured: `${instance.spec.key}: ${measured}`, ...sourceOf(instance.snapshot.replication) };
}

/** The first verdict of unread members about who is written to, and who follows whom. */
export function unreadMember(candidacy: Candidacy, name: PartName): Verdict | undefined {
  for (const key of candidacy.cluster.spec.instances) {
    const member = candidacy.fleet.instances[key];
    const verdict = member && unread(member, name, candidacy);
    if (verdict !== undefined) return verdict;
  }
  return undefined;
}

/** Statements in the words of an instance, as far as its flavor and version are known. */
export function wordsOf(instance: LinkedInstance): Dialect {
  const facts = factsOf(instance);
  const { reach } = instance.snapshot;
  return dialectOf(
    facts?.flavor ?? (reach.kind === 'answered' ? reach.flavor : 'mariadb'),
    facts?.versionNumber ?? [0, 0, 0],
  );
}
