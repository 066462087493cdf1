/** What the sandbox is made of, before ports and folders are known. */
export interface PlannedInstance {
  readonly name: string;
  readonly cluster: 's1' | 'analytics';
  readonly role: 'primary' | 'replica';
  readonly datacenter: 'eqiad' | 'codfw';
  readonly serverId: number;
  /** MariaDB: distinct per primary, as multi-source replication needs it. */
  readonly gtidDomainId: number;
  /** Of the heartbeat row that is written here; undefined: none is. */
  readonly shard?: string;
  /** Section of the inventory that stands for the port. */
  readonly section?: string;
  /** Replication connections; `''` is the default one. */
  readonly sources: readonly { readonly connection: string; readonly source: string }[];
}

const from = (source: string, connection = '') => ({ connection, source });

export const topology: readonly PlannedInstance[] = [
  {
    ...{ name: 's1-primary', cluster: 's1', role: 'primary', datacenter: 'eqiad', serverId: 101, gtidDomainId: 1 },
    ...{ shard: 's1', sources: [] },
  },
  {
    ...{ name: 's1-replica', cluster: 's1', role: 'replica', datacenter: 'eqiad', serverId: 102, gtidDomainId: 1 },
    sources: [from('s1-primary')],
  },
  {
    ...{ name: 's1-codfw', cluster: 's1', role: 'replica', datacenter: 'codfw', serverId: 201, gtidDomainId: 1 },
    sources: [from('s1-primary')],
  },
  {
    ...{ name: 's1-codfw-leaf', cluster: 's1', role: 'replica', datacenter: 'codfw', serverId: 202, gtidDomainId: 1 },
    sources: [from('s1-codfw')],
  },
  {
    ...{ name: 'matomo', cluster: 'analytics', role: 'primary', datacenter: 'eqiad', serverId: 301, gtidDomainId: 2 },
    ...{ shard: 'matomo', section: 'matomo', sources: [] },
  },
  {
    ...{ name: 'analytics-meta', cluster: 'analytics', role: 'primary', datacenter: 'eqiad' },
    // The column is varbinary(10): pt-heartbeat stores "analytics_meta" like this where strict mode is off.
    ...{ serverId: 302, gtidDomainId: 3, shard: 'analytics_', section: 'analytics_meta', sources: [] },
  },
  {
    ...{ name: 'analytics-replica', cluster: 'analytics', role: 'replica', datacenter: 'eqiad' },
    ...{ serverId: 303, gtidDomainId: 4 },
    sources: [from('matomo', 'matomo'), from('analytics-meta', 'analytics_meta')],
  },
];
