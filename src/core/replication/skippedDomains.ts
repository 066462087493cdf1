import type { ConnectionStatus } from './model';

/** Domains that a filter of this connection leaves out. */
export function skippedDomains(connection: ConnectionStatus): (domain: number) => boolean {
  const only = domainsOf(connection, 'replicate_do_domain_ids');
  const ignored = domainsOf(connection, 'replicate_ignore_domain_ids');
  return (domain) => (only.size > 0 && !only.has(domain)) || ignored.has(domain);
}

function domainsOf(connection: ConnectionStatus, kind: string): ReadonlySet<number> {
  const value = connection.filters.find((filter) => filter.kind === kind)?.value ?? '';
  return new Set(value.split(/[\s,]+/).flatMap((word) => (word === '' ? [] : [Number(word)])));
}
