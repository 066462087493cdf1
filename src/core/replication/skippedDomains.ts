import type { ConnectionStatus } from './model';
import { t } from '../l10n';

/** Domains that a filter of this connection leaves out. */
export function skippedDomains(connection: ConnectionStatus): (domain: number) => boolean {
  const only = domainsOf(connection, t`do domain`);
  const ignored = domainsOf(connection, t`ignore domain`);
  return (domain) => (only.size > 0 && !only.has(domain)) || ignored.has(domain);
}

function domainsOf(connection: ConnectionStatus, kind: string): ReadonlySet<number> {
  const value = connection.filters.find((filter) => filter.kind === kind)?.value ?? '';
  return new Set(value.split(/[\s,]+/).flatMap((word) => (word === '' ? [] : [Number(word)])));
}
