import { t } from '../l10n';

/** Where a server listens, as the inventory writes it: `host`, `host:port`, `host:section`, `[v6]:port`, plain v6. */
export interface Address {
  /** As written, an IPv6 address without its brackets. */
  readonly host: string;
  /** Undefined where none is written. */
  readonly port?: number;
  /** Name after the colon that is no number; the inventory's `sections` give its port. */
  readonly section?: string;
}

export type AddressResult =
  { readonly kind: 'ok'; readonly address: Address } | { readonly kind: 'bad'; readonly sentence: string };

/** The port where the inventory gives none. */
export const defaultPort = 3306;

/** Section names; at least one character is no digit, or `host:1` could not be told from a port. */
export const sectionPattern = /^(?!\d+$|__proto__$)[A-Za-z0-9_.-]+$/;

/** Never throws; a bad address comes with a sentence that says what is wrong with it. */
export function parseAddress(text: string): AddressResult {
  const bracketed = /^\[([^\]]*)\](?::(.*))?$/s.exec(text);
  if (bracketed) {
    const host = bracketed[1] ?? '';
    if (!isIpv6(host)) return bad(t`Between the brackets stands no IPv6 address.`);
    return withTail(host, bracketed[2]);
  }
  if (isIpv6(text)) return { kind: 'ok', address: { host: text } };
  const colon = text.indexOf(':');
  const host = colon < 0 ? text : text.slice(0, colon);
  const tail = colon < 0 ? undefined : text.slice(colon + 1);
  if (tail?.includes(':')) return bad(t`Not an address: write \`host:port\`, \`host:section\` or \`[IPv6]:port\`.`);
  if (!isHostName(host)) {
    return bad(t`Not a host name: letters, digits, \`-\`, \`_\` and dots, and no \`-\` at the beginning.`);
  }
  return withTail(host, tail);
}

/** `host:port`, with brackets around IPv6: the key of an instance. */
export function formatKey(host: string, port: number): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

/** The same for every spelling of one address: case, trailing dot, the forms of IPv6. Not for display. */
export function addressIdentity(host: string, port: number): string {
  const [plain = '', zone] = host.toLowerCase().split('%');
  const groups = ipv6Groups(plain);
  if (groups === undefined) return `${plain.replace(/\.$/, '')}:${port}`;
  return `[${groups.join(':')}${zone === undefined ? '' : `%${zone}`}]:${port}`;
}

/** A DNS name or an IPv4 address. A leading `-` would be read as an option by ssh. */
export function isHostName(text: string): boolean {
  return text.length <= 253 && /^[A-Za-z0-9_][A-Za-z0-9_-]*(\.[A-Za-z0-9_][A-Za-z0-9_-]*)*\.?$/.test(text);
}

/** With or without a zone (`fe80::1%eth0`). */
export function isIpv6(text: string): boolean {
  const [plain = '', zone, ...more] = text.split('%');
  if (more.length > 0 || (zone !== undefined && !/^[\w.-]+$/.test(zone))) return false;
  return ipv6Groups(plain) !== undefined;
}

export function isPort(port: number): boolean {
  return Number.isInteger(port) && port >= 1 && port <= 65535;
}

/** `*` stands for any text, also across dots; letter case is ignored, as in DNS. Linear in practice, no regular expression. */
export function matchesHostPattern(pattern: string, host: string): boolean {
  const wanted = pattern.toLowerCase();
  const text = host.toLowerCase();
  let at = 0;
  let next = 0;
  let star = -1;
  let resume = 0;
  while (at < text.length) {
    if (wanted[next] === '*') {
      star = next++;
      resume = at;
    } else if (wanted[next] === text[at]) {
      next++;
      at++;
    } else if (star >= 0) {
      next = star + 1;
      at = ++resume;
    } else {
      return false;
    }
  }
  while (wanted[next] === '*') next++;
  return next === wanted.length;
}

function withTail(host: string, tail: string | undefined): AddressResult {
  if (tail === undefined) return { kind: 'ok', address: { host } };
  if (tail === '') return bad(t`Nothing stands after the colon. Write a port or the name of a section.`);
  if (/^-?\d+$/.test(tail)) {
    const port = Number(tail);
    return isPort(port) ? { kind: 'ok', address: { host, port } } : bad(t`Ports go from 1 to 65535.`);
  }
  if (!sectionPattern.test(tail)) return bad(t`After the colon stands neither a port nor the name of a section.`);
  return { kind: 'ok', address: { host, section: tail } };
}

/** The eight groups as plain hexadecimal, or undefined where `text` is no IPv6 address. */
function ipv6Groups(text: string): readonly string[] | undefined {
  if (!text.includes(':') || text.length > 45) return undefined;
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const [head, tail] = halves.map((half, index) => groupsOf(half, index === halves.length - 1));
  if (head === undefined) return undefined;
  if (halves.length === 1) return head.length === 8 ? head : undefined;
  if (tail === undefined || head.length + tail.length > 7) return undefined;
  return [...head, ...Array.from({ length: 8 - head.length - tail.length }, () => '0'), ...tail];
}

function groupsOf(half: string, mayEndDotted: boolean): string[] | undefined {
  if (half === '') return [];
  const groups: string[] = [];
  const parts = half.split(':');
  for (const [index, part] of parts.entries()) {
    const dotted = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(part);
    if (dotted && mayEndDotted && index === parts.length - 1) {
      const [a = 0, b = 0, c = 0, d = 0] = dotted.slice(1).map(Number);
      if (Math.max(a, b, c, d) > 255) return undefined;
      groups.push((a * 256 + b).toString(16), (c * 256 + d).toString(16));
    } else if (/^[0-9a-f]{1,4}$/i.test(part)) {
      groups.push(parseInt(part, 16).toString(16));
    } else {
      return undefined;
    }
  }
  return groups;
}

function bad(sentence: string): AddressResult {
  return { kind: 'bad', sentence };
}
