/**
 * How instances are called on screen: `db1100:3311` for `db1100.eqiad.wmnet:3311`, unless two hosts of the fleet
 * share that short name. Addresses stay whole.
 * @param keys `host:port`, each once
 */
export function shortNames(keys: readonly string[]): Readonly<Record<string, string>> {
  const hostsByShort = new Map<string, Set<string>>();
  const parts = keys.map((key) => ({ key, ...split(key) }));
  for (const { host, short } of parts) hostsByShort.set(short, (hostsByShort.get(short) ?? new Set()).add(host));
  return Object.fromEntries(
    parts.map(({ key, host, short, port }) => [
      key,
      `${(hostsByShort.get(short)?.size ?? 0) > 1 ? host : short}:${port}`,
    ]),
  );
}

function split(key: string): { host: string; short: string; port: string } {
  const colon = key.lastIndexOf(':');
  const host = key.slice(0, colon);
  const isAddress = host.startsWith('[') || /^[\d.]+$/.test(host);
  return { host, short: isAddress ? host : (host.split('.')[0] ?? host), port: key.slice(colon + 1) };
}
