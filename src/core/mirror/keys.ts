import type { EtcdMirrorSpec } from '../inventory/model';

type Prefixes = Pick<EtcdMirrorSpec, 'api' | 'sourcePrefix' | 'destinationPrefix'>;

/** The subject of findings about a mirror, and the key that it is polled under. */
export function mirrorKey(name: string): string {
  return `mirror:${name}`;
}

/** The addresses of a side, in the order in which they are asked. */
export function membersOf(spec: EtcdMirrorSpec, side: 'source' | 'destination'): readonly string[] {
  return side === 'source'
    ? [spec.source, ...(spec.otherSources ?? [])]
    : [spec.destination, ...(spec.otherDestinations ?? [])];
}

/** Without the slash at the end; the root is `''`. Only of v2, whose prefixes are directories. */
export function directoryOf(prefix: string): string {
  return prefix.replace(/\/+$/, '');
}

/** Where etcd-mirror keeps its place. Keys below `_` are hidden from listings and are read directly. */
export function indexKeyOf(destinationPrefix: string): string {
  const directory = directoryOf(destinationPrefix);
  return `/__replication${directory === '' ? '/__ROOT__' : directory}`;
}

/** The destination's name for a key of the source: etcd-mirror's `--strip`, make-mirror's `--dest-prefix`. */
export function toDestinationKey({ api, sourcePrefix, destinationPrefix }: Prefixes): (key: string) => string {
  const [from, to] =
    api === 'v2' ? [directoryOf(sourcePrefix), directoryOf(destinationPrefix)] : [sourcePrefix, destinationPrefix];
  // The same prefix on both sides is the usual case, and a new text for each of a hundred thousand keys is not free.
  return from === to ? (key) => key : (key) => to + key.slice(from.length);
}

/** The source's name for a key of the destination. */
export function toSourceKey({ api, sourcePrefix, destinationPrefix }: Prefixes): (key: string) => string {
  return toDestinationKey({ api, sourcePrefix: destinationPrefix, destinationPrefix: sourcePrefix });
}

/** etcd-mirror's pattern matches the whole key of the source; nothing is ignored without one. */
export function ignorePattern(ignoreKeys: string | undefined): (key: string) => boolean {
  if (ignoreKeys === undefined) return () => false;
  const pattern = new RegExp(`^(?:${ignoreKeys})$`);
  return (key) => pattern.test(key);
}
