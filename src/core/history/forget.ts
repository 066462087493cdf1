import type { Change, Facts, StateHistory, SubjectHistory } from './model';

const hourMs = 3_600_000;
/** A day, and an hour for whoever looks a little late. */
export const keptMs = 25 * hourMs;
/** Characters of changes in the file: some 20,000 of them, the newest. */
export const longestChanges = 2 * 1024 * 1024;
const mostSpans = 500;

/** The instant from which on changes are kept: a day ago, later where there are more changes than there is room for. */
export function horizonOf(changes: readonly Change[], nowMs: number, room = longestChanges): number {
  let length = 0;
  for (let index = changes.length - 1; index >= 0; index--) {
    const change = changes[index];
    if (change === undefined) continue;
    length += change.subject.length + change.fact.length + (change.to ?? '').length + 48;
    // All of one instant go together.
    if (length > room) return Math.max(nowMs - keptMs, change.atMs + 1);
  }
  return nowMs - keptMs;
}

/** The history from an instant on; what changed before becomes how things were then. */
export function forgetBefore({ watched, subjects, changes }: StateHistory, horizonMs: number): StateHistory {
  const forgotten = new Map<string, Record<string, string>>();
  for (const change of changes) {
    const own = subjects.get(change.subject);
    if (change.atMs >= horizonMs || own === undefined) continue;
    const facts = forgotten.get(change.subject) ?? { ...own.first };
    apply(facts, change);
    forgotten.set(change.subject, facts);
  }
  const kept = new Map<string, SubjectHistory>();
  for (const [subject, own] of subjects) {
    // What nobody has looked at since is not known any more.
    if (own.seenMs < horizonMs) continue;
    const first = forgotten.get(subject) ?? own.first;
    kept.set(subject, { ...own, first, sinceMs: Math.max(own.sinceMs, horizonMs) });
  }
  return {
    watched: watched.filter(([, to]) => to >= horizonMs).slice(-mostSpans),
    subjects: kept,
    changes: changes.filter(({ atMs, subject }) => atMs >= horizonMs && kept.has(subject)),
  };
}

/** Makes the facts those after the change. */
export function apply(facts: Record<string, string>, { fact, to }: Change): void {
  if (to !== undefined) facts[fact] = to;
  // eslint-disable-next-line @typescript-eslint/no-dynamic-delete -- a fact that is gone is absent.
  else delete facts[fact];
}

/** How a subject is after all its changes. */
export function factsAfter(first: Facts, changes: readonly Change[]): Facts {
  const facts = { ...first };
  for (const change of changes) apply(facts, change);
  return facts;
}
