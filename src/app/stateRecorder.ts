import { addTo } from '../core/addTo';
import { factsOfInstance, factsOfOthers, isAwaited, isOfOthers } from '../core/history/factsOf';
import { factsAfter, forgetBefore, horizonOf } from '../core/history/forget';
import { isSameFact, type Change, type Facts, type Span, type StateHistory } from '../core/history/model';
import type { FleetView, InstanceView } from '../core/fleetView';

/** Looks that are farther apart leave a time of which nothing is known in between. */
export const longestPauseMs = 5 * 60_000;

interface Kept {
  sinceMs: number;
  seenMs: number;
  first: Facts;
  now: Facts;
}

/** Writes down how the fleet is at first, and what changes from view to view. */
export class StateRecorder {
  readonly #subjects = new Map<string, Kept>();
  #changes: Change[] = [];
  #watched: Span[] = [];
  #view: FleetView | undefined;
  /** Whether the whole fleet was read when the last view was taken in. */
  #isWhole = false;

  get history(): StateHistory {
    return { watched: this.#watched, subjects: this.#subjects, changes: this.#changes };
  }

  /** Takes over what an earlier window has written down. For a recorder that has not recorded yet. */
  restore({ watched, subjects, changes }: StateHistory): void {
    this.#watched = [...watched];
    this.#changes = [...changes];
    const bySubject = new Map<string, Change[]>();
    for (const change of changes) addTo(bySubject, change.subject, change);
    for (const [subject, { sinceMs, seenMs, first }] of subjects) {
      const now = factsAfter(first, bySubject.get(subject) ?? []);
      this.#subjects.set(subject, { sinceMs, seenMs, first, now });
    }
  }

  /** Takes a view in, and gives what differs from the one before; of what was not known before nothing differs. */
  take(view: FleetView, nowMs: number): readonly Change[] {
    const found: Change[] = [];
    let isNew = false;
    const isWhole = !Object.values(view.instances).some(isAwaited);
    /** What the others tell of an instance is known from this view on: it was no different before. */
    const becomesWhole = isWhole && !this.#isWhole;
    this.#isWhole = isWhole;
    for (const [key, instance] of Object.entries(view.instances)) {
      const { at } = instance.snapshot;
      if (at === undefined) continue;
      const before = this.#view?.instances[key];
      const isRead = before?.snapshot.at !== at;
      if (!isRead && !becomesWhole && looksTheSame(before, instance)) continue;
      isNew ||= isRead;
      const kept = this.#subjects.get(key);
      const atMs = Math.max(isRead ? Date.parse(at) : nowMs, kept?.seenMs ?? 0);
      const facts = factsOfInstance(instance, kept?.now ?? {}, isWhole);
      found.push(...this.#note(key, facts, Math.min(atMs, nowMs), becomesWhole));
    }
    for (const [subject, facts] of factsOfOthers(view)) found.push(...this.#note(subject, facts, nowMs));
    this.#view = view;
    if (isNew) this.#watch(nowMs);
    found.sort((a, b) => a.atMs - b.atMs);
    for (const change of found) this.#changes.push(change);
    return found;
  }

  /** Forgets what is older than a day, or more than there is room for. */
  forget(nowMs: number): void {
    const kept = forgetBefore(this.history, horizonOf(this.#changes, nowMs));
    this.#watched = [...kept.watched];
    this.#changes = [...kept.changes];
    for (const [subject, own] of this.#subjects) {
      const { sinceMs, first } = kept.subjects.get(subject) ?? {};
      if (sinceMs === undefined || first === undefined) this.#subjects.delete(subject);
      else Object.assign(own, { sinceMs, first });
    }
  }

  /** @param becomesWhole what is seen for the first time because the others were read now is no change */
  #note(subject: string, facts: Facts, atMs: number, becomesWhole = false): readonly Change[] {
    const kept = this.#subjects.get(subject);
    if (kept === undefined) {
      this.#subjects.set(subject, { sinceMs: atMs, seenMs: atMs, first: facts, now: facts });
      return [];
    }
    const found: Change[] = [];
    const { now, seenMs: beforeMs } = kept;
    // Until an instance has answered once, what it says is no change of what it said.
    const isFirstAnswer = now['version'] === undefined && facts['version'] !== undefined;
    for (const fact in facts) {
      const to = facts[fact];
      if (to === undefined || isSameFact(fact, now[fact], to)) continue;
      const isFirst = isFirstAnswer ? !fact.startsWith('finding/') : becomesWhole && isOfOthers(fact);
      if (isFirst && now[fact] === undefined) kept.first = { ...kept.first, [fact]: to };
      else found.push({ atMs, beforeMs, subject, fact, to });
    }
    for (const fact in now) if (!(fact in facts)) found.push({ atMs, beforeMs, subject, fact });
    kept.seenMs = atMs;
    kept.now = facts;
    return found;
  }

  #watch(nowMs: number): void {
    const last = this.#watched.at(-1);
    if (last !== undefined && nowMs >= last[1] && nowMs - last[1] <= longestPauseMs) {
      this.#watched[this.#watched.length - 1] = [last[0], nowMs];
    } else {
      this.#watched.push([nowMs, nowMs]);
    }
  }
}

/** Without a new reading only what others make of an instance can have changed. */
function looksTheSame(before: InstanceView | undefined, { state, role, findings }: InstanceView): boolean {
  return (
    before?.state === state &&
    before.role === role &&
    before.findings.length === findings.length &&
    before.findings.every((finding, index) => {
      const other = findings[index];
      return finding.id === other?.id && finding.connection === other.connection && finding.severity === other.severity;
    })
  );
}
