import { t } from '../l10n';

/**
 * The candidate that a person most likely meant: the smallest edit distance (insert, delete, replace, swap of two
 * neighbours), case ignored, at most a third of the length. Undefined: nothing is near enough to be named.
 */
export function nearest(written: string, candidates: Iterable<string>): string | undefined {
  const wanted = written.toLowerCase();
  // Longer texts are no typing slips, and the distance costs length times length.
  if (wanted.length > 100) return undefined;
  let best: string | undefined;
  let bestDistance = Infinity;
  let looked = 0;
  for (const candidate of candidates) {
    // A typing slip is worth a look at some hundred names, not at a hundred thousand on every key press.
    if (++looked > 500) break;
    const limit = Math.max(1, Math.floor(Math.max(wanted.length, candidate.length) / 3));
    if (candidate.length > 100 || Math.abs(candidate.length - wanted.length) > limit) continue;
    const distance = editDistance(wanted, candidate.toLowerCase());
    if (distance <= limit && distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

/** " Did you mean `x`?" with the leading blank, or nothing. */
export function didYouMean(written: string, candidates: Iterable<string>): string {
  const found = nearest(written, candidates);
  return found === undefined ? '' : t` Did you mean \`${found}\`?`;
}

function editDistance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = (last[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      let cost = Math.min(replaced, (last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        cost = Math.min(cost, (beforeLast[j - 2] ?? 0) + 1);
      }
      row.push(cost);
    }
    beforeLast = last;
    last = row;
  }
  return last[b.length] ?? 0;
}
