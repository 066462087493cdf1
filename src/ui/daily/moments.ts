/** Moments as somebody types them, and as they are said: of the clock on the wall, not UTC. */

export interface Moments {
  readonly fromMs: number;
  /** Undefined: until now. */
  readonly toMs?: number;
}

const dayMs = 24 * 3_600_000;
const unitMs: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: dayMs };

/**
 * `02:00`, `2026-11-28 22:10`, `11-28 22:10`, `90 min`, `2 h`, `1 d`, or two of them with `-` or `to` in between. A time
 * of the day that is still to come was yesterday. Undefined: it says none of it.
 */
export function parseMoments(typed: string, nowMs: number): Moments | undefined {
  const [first = '', second, ...more] = typed.trim().split(/\s+-\s+|\s+to\s+|\s*[–…]\s*|(?<=\d:\d\d)\s*-\s*(?=\d)/);
  const fromMs = parseMoment(first, nowMs);
  if (fromMs === undefined || fromMs > nowMs || more.length > 0) return undefined;
  if (second === undefined) return { fromMs };
  const toMs = parseMoment(second, nowMs);
  return toMs === undefined || toMs <= fromMs || toMs > nowMs ? undefined : { fromMs, toMs };
}

function parseMoment(typed: string, nowMs: number): number | undefined {
  const ago = /^(\d+(?:\.\d+)?)\s*(m|min|minutes?|h|hours?|d|days?)(?:\s+ago)?$/i.exec(typed.trim());
  if (ago !== null) return nowMs - Number(ago[1]) * (unitMs[(ago[2] ?? '').charAt(0).toLowerCase()] ?? 0);
  const clock = /^(?:(?:(\d{4})-)?(\d{1,2})-(\d{1,2})[T ]+)?(\d{1,2}):(\d{2})(?::(\d{2}))?$/.exec(typed.trim());
  if (clock === null) return undefined;
  const now = new Date(nowMs);
  const number = (index: number, otherwise: number): number => Number(clock[index] ?? otherwise);
  const [month, day, hour, minute, second] = [
    number(2, now.getMonth() + 1),
    number(3, now.getDate()),
    number(4, 0),
    number(5, 0),
    number(6, 0),
  ];
  const moment = new Date(number(1, now.getFullYear()), month - 1, day, hour, minute, second);
  // The 31st of November, 25 o'clock: Date would take another day for it.
  const isReal =
    moment.getMonth() === month - 1 && moment.getDate() === day && moment.getHours() === hour && minute < 60;
  // An hour that summer time leaves out is none that was typed wrong.
  if (!isReal && !(hour < 24 && minute < 60 && moment.getDate() === day)) return undefined;
  if (clock[2] === undefined && moment.getTime() > nowMs) moment.setDate(moment.getDate() - 1);
  return moment.getTime();
}

const two = (value: number): string => String(value).padStart(2, '0');

/** `02:13:20` today, else `2026-11-28 22:10:05`. */
export function sayMoment(ms: number, nowMs: number): string {
  const moment = new Date(ms);
  const time = `${two(moment.getHours())}:${two(moment.getMinutes())}:${two(moment.getSeconds())}`;
  const day = (each: Date): string => `${each.getFullYear()}-${two(each.getMonth() + 1)}-${two(each.getDate())}`;
  return day(moment) === day(new Date(nowMs)) ? time : `${day(moment)} ${time}`;
}

/** `UTC+01:00` at that moment. */
export function zoneOf(ms: number): string {
  const minutes = -new Date(ms).getTimezoneOffset();
  const sign = minutes < 0 ? '-' : '+';
  return `UTC${sign}${two(Math.floor(Math.abs(minutes) / 60))}:${two(Math.abs(minutes) % 60)}`;
}
