import { addTo } from '../addTo';
import { apply } from './forget';
import { isSameFact, type Change, type Facts, type Span, type StateHistory } from './model';

/** A change with what was there before; undefined: nothing. */
export interface ToldChange extends Change {
  readonly from?: string;
}

/** What is otherwise at the end than it was at the beginning. */
export interface Difference {
  readonly subject: string;
  readonly fact: string;
  readonly from?: string;
  readonly to?: string;
}

export interface ChangesBetween {
  /** In the order of time. */
  readonly changes: readonly ToldChange[];
  readonly differences: readonly Difference[];
  /** From when on anything is known of what was asked for; undefined: nothing is. */
  readonly knownFromMs?: number;
  /** What is known only from later than asked, with the instant. */
  readonly late: readonly { readonly subject: string; readonly sinceMs: number }[];
  /** When nobody looked. */
  readonly pauses: readonly Span[];
}

/** @param isAsked whether a subject is asked for */
export function changesBetween(
  { subjects, changes, watched }: StateHistory,
  isAsked: (subject: string) => boolean,
  [fromMs, toMs]: Span,
): ChangesBetween {
  const bySubject = new Map<string, Change[]>();
  for (const change of changes) if (isAsked(change.subject)) addTo(bySubject, change.subject, change);
  const told: ToldChange[] = [];
  const differences: Difference[] = [];
  const late: { subject: string; sinceMs: number }[] = [];
  let knownFromMs: number | undefined;
  for (const [subject, { sinceMs, first }] of subjects) {
    if (!isAsked(subject) || sinceMs > toMs) continue;
    knownFromMs = Math.min(sinceMs, knownFromMs ?? sinceMs);
    if (sinceMs > fromMs) late.push({ subject, sinceMs });
    const facts: Record<string, string> = { ...first };
    let atStart: Facts = { ...first };
    for (const change of bySubject.get(subject) ?? []) {
      if (change.atMs > toMs) break;
      const from = facts[change.fact];
      apply(facts, change);
      if (change.atMs <= fromMs) atStart = { ...facts };
      else told.push({ ...change, ...(from === undefined ? {} : { from }) });
    }
    differences.push(...differencesOf(subject, atStart, facts));
  }
  return {
    changes: told.sort((a, b) => a.atMs - b.atMs),
    differences,
    ...(knownFromMs === undefined ? {} : { knownFromMs }),
    late,
    pauses: pausesOf(watched, [fromMs, toMs]),
  };
}

function differencesOf(subject: string, before: Facts, after: Facts): readonly Difference[] {
  return [...new Set([...Object.keys(before), ...Object.keys(after)])].flatMap((fact) => {
    const from = before[fact];
    const to = after[fact];
    if (isSameFact(fact, from, to)) return [];
    return [{ subject, fact, ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) }];
  });
}

/** Nobody looks all the time: what is read each minute counts as looked at. */
const shortestPauseMs = 120_000;

/** The times inside a span in which nobody looked; those before the first look and after the last one count too. */
function pausesOf(watched: readonly Span[], [fromMs, toMs]: Span): readonly Span[] {
  const pauses: Span[] = [];
  let openMs = fromMs;
  for (const [start, end] of watched) {
    if (end < fromMs || start > toMs) continue;
    pauses.push([openMs, start]);
    openMs = Math.max(openMs, end);
  }
  pauses.push([openMs, toMs]);
  return pauses.filter(([start, end]) => end - start > shortestPauseMs);
}
