import type { EtcdMirrorSpec } from '../inventory/model';

type Prefixes = Pick<EtcdMirrorSpec, 'api' | 'sourcePrefix' | 'destinationPrefix'>;

/** The subject of findings about a mirror, and the key that it is polled under. */
export function mirrorKey(name: string): string {
  return `mirror:${name}`;
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
export function destinationKeyOf({ api, sourcePrefix, destinationPrefix }: Prefixes, key: string): string {
  return api === 'v2'
    ? directoryOf(destinationPrefix) + key.slice(directoryOf(sourcePrefix).length)
    : destinationPrefix + key.slice(sourcePrefix.length);
}

/** The source's name for a key of the destination. */
export function sourceKeyOf({ api, sourcePrefix, destinationPrefix }: Prefixes, key: string): string {
  return destinationKeyOf({ api, sourcePrefix: destinationPrefix, destinationPrefix: sourcePrefix }, key);
}

/** etcd-mirror's pattern matches the whole key of the source; nothing is ignored without one. */
export function ignorePattern(ignoreKeys: string | undefined): (key: string) => boolean {
  if (ignoreKeys === undefined) return () => false;
  const pattern = new RegExp(`^(?:${ignoreKeys})$`);
  return (key) => pattern.test(key);
}
