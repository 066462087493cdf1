import { accountKey, type AccountName } from './accountName';
import { matchesPattern } from './scope';

/** `10.64.0.0/255.255.0.0` and `10.64.0.0/16` as the pattern that fits the same addresses; only whole octets. */
export function hostPattern(host: string): string {
  const match = /^(\d+)\.(\d+)\.(\d+)\.(\d+)\/(?:(\d+)\.(\d+)\.(\d+)\.(\d+)|(\d+))$/.exec(host);
  if (!match) return host;
  const octets = match.slice(1, 5);
  const mask = match.slice(5, 9);
  // A mask has its whole octets in front and nothing behind them.
  const full = mask.findIndex((octet) => octet !== '255');
  const plain = mask.slice(full < 0 ? 4 : full).every((octet) => octet === '0');
  const whole = match[9] !== undefined ? Number(match[9]) / 8 : plain ? (full < 0 ? 4 : full) : 0;
  if (!Number.isInteger(whole) || whole < 1 || whole > 4) return host;
  return whole === 4 ? octets.join('.') : `${octets.slice(0, whole).join('.')}.%`;
}

/** IPv6 text with every group written out, so that `::1` and `0:0:0:0:0:0:0:1` are seen to be the same address. */
export function normalIpv6(host: string): string | undefined {
  if (!host.includes(':') || !/^[\da-f:]+$/i.test(host)) return undefined;
  const [head = '', tail] = host.split('::', 2);
  const groups = (text: string) => (text === '' ? [] : text.split(':'));
  const before = groups(head);
  const after = groups(tail ?? '');
  const missing = 8 - before.length - after.length;
  if (missing < 0 || (tail === undefined && missing !== 0)) return undefined;
  return [...before, ...Array<string>(missing).fill('0'), ...after]
    .map((group) => parseInt(group || '0', 16).toString(16))
    .join(':');
}

/** Whether one may have been written where the other was meant: another account that reads the same. */
export function isSimilar(a: AccountName, b: AccountName): boolean {
  if (accountKey(a) === accountKey(b) || (a.host === undefined) !== (b.host === undefined)) return false;
  const plain = (user: string) => user.replaceAll('\\', '').toLowerCase();
  if (plain(a.user) !== plain(b.user)) return false;
  const address = (host: string) => normalIpv6(host) ?? hostPattern(host).toLowerCase();
  return address(a.host ?? '') === address(b.host ?? '');
}

/**
 * Whether some clients that `account` is for get `other` instead: servers look for the most specific host first, then
 * for a user name, and an account without a name takes any.
 */
export function shadows(other: AccountName, account: AccountName): boolean {
  if (other.host === undefined || account.host === undefined) return false;
  if (other.user !== account.user && other.user !== '') return false;
  const [narrow, wide] = [hostPattern(other.host), hostPattern(account.host)];
  return narrow !== wide && matchesPattern(wide, narrow);
}
