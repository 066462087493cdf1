import { formatSeconds } from '../words';
import { t } from '../l10n';

/** A write starts at most this long after the reading that it relies on: long enough for a reading and a typed name. */
export const freshSeconds = 30;

/**
 * Why a reading is no ground for a write; undefined: it is fresh.
 * @param at ISO 8601, UTC; undefined: never read
 */
export function whyStale(key: string, at: string | undefined, nowMs: number): string | undefined {
  const readMs = at === undefined ? Number.NaN : Date.parse(at);
  if (Number.isNaN(readMs)) return t`${key} has not been read yet.`;
  const ageSeconds = (nowMs - readMs) / 1000;
  // A reading from the future comes from a clock that was set back: its age is not known.
  if (ageSeconds < -2)
    return t`The reading of ${key} has a time in the future: the clock of this machine was set back.`;
  return ageSeconds <= freshSeconds
    ? undefined
    : t`${key} was read ${formatSeconds(ageSeconds)} ago; a write needs a reading of the last ${freshSeconds} s.`;
}
