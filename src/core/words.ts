/** Durations and sizes as an operator reads them: one form for the tree, the panels and the findings. */

import { t, translate } from './l10n';
import type { Effect } from './guard/effect';
import type { Role, State } from './report';

const minute = 60;
const hour = 60 * minute;
const day = 24 * hour;

/**
 * A duration: `0.4 s`, `42 s`, `3 min 20 s`, `2 h 5 min`, `3 d 4 h`. Two units at most; a fraction only below ten
 * seconds, where it says something. A negative one (a heartbeat from the future) keeps its sign.
 */
export function formatSeconds(seconds: number): string {
  if (seconds < 0) return `-${formatSeconds(-seconds)}`;
  if (seconds < 9.95) return `${Number.isInteger(seconds) ? String(seconds) : seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < minute) return `${whole} s`;
  if (whole < hour) return twoUnits(Math.floor(whole / minute), 'min', whole % minute, 's');
  if (whole < day) return twoUnits(Math.floor(whole / hour), 'h', Math.floor((whole % hour) / minute), 'min');
  return twoUnits(Math.floor(whole / day), 'd', Math.floor((whole % day) / hour), 'h');
}

function twoUnits(large: number, largeUnit: string, small: number, smallUnit: string): string {
  return small === 0 ? `${large} ${largeUnit}` : `${large} ${largeUnit} ${small} ${smallUnit}`;
}

/**
 * How long ago, in one unit, so that it stays short while it ticks: `just now`, `8 s ago`, `3 min ago`, `2 h ago`.
 * Two clocks that differ by a second or two are no news; a larger negative age says so (`in 40 s`).
 */
export function formatAge(seconds: number): string {
  if (seconds < -2) return `in ${oneUnit(-seconds)}`;
  return seconds < 1 ? t`just now` : t`${oneUnit(seconds)} ago`;
}

function oneUnit(seconds: number): string {
  if (seconds < minute) return `${Math.floor(seconds)} s`;
  if (seconds < hour) return t`${Math.floor(seconds / minute)} min`;
  if (seconds < 2 * day) return `${Math.floor(seconds / hour)} h`;
  return `${Math.floor(seconds / day)} d`;
}

/** An instant of ISO 8601 in UTC to the second: `2026-11-29 07:14:32 UTC`. */
export function formatInstant(at: string): string {
  return `${at.slice(0, 19).replace('T', ' ')} UTC`;
}

/** `812 B`, `1.2 KiB`, `3.4 GiB`. */
export function formatBytes(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${unit === 0 || value >= 100 ? value.toFixed(0) : value.toFixed(1)} ${units[unit] ?? ''}`;
}

/** `1 instance`, `3 instances`. */
export function formatCount(count: number, noun: string, plural = `${noun}s`): string {
  return translate(`{0} ${count === 1 ? noun : plural}`, count);
}

/** States, severities, roles and effects as people read them; the plain word is what the API and menus go by. */
export function wordOf(word: Role | State | 'info' | Effect): string {
  switch (word) {
    case 'ok':
      return t`ok`;
    case 'info':
      return t`info`;
    case 'warning':
      return t`warning`;
    case 'critical':
      return t`critical`;
    case 'unknown':
      return t`unknown`;
    case 'denied':
      return t`denied`;
    case 'unreachable':
      return t`unreachable`;
    case 'primary':
      return t`primary`;
    case 'replica':
      return t`replica`;
    case 'standalone':
      return t`standalone`;
    case 'read':
      return t`reads`;
    case 'write':
      return t`writes`;
    case 'destructive':
      return t`destructive`;
  }
}
