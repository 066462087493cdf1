import type { TimeFormat } from '../pipelines/timeFormat';

/** The inventory after parsing: every default is applied, every section name is a port. Format version 1. */

/** Zero-based, end exclusive, as VS Code counts. `character` is in UTF-16 units. */
export interface Position {
  readonly line: number;
  readonly character: number;
}
export interface Range {
  readonly start: Position;
  readonly end: Position;
}

/** Something wrong in the inventory. The part it stands on is left out or defaulted; the rest keeps working. */
export interface Problem {
  readonly severity: 'error' | 'warning';
  readonly message: string;
  readonly range: Range;
  /** What most likely was meant. */
  readonly fix?: Fix;
}

/** One edit that mends a problem. */
export interface Fix {
  /** Plain text, short: what the edit does. */
  readonly title: string;
  readonly range: Range;
  readonly text: string;
}

export type TlsMode = 'disabled' | 'preferred' | 'required' | 'verify-ca' | 'verify-identity';

/** Paths are as written; relative ones are relative to the inventory's folder. */
export interface TlsSpec {
  readonly mode: TlsMode;
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  readonly serverName?: string;
}

/** Where a password comes from. The inventory itself never holds one. */
export type PasswordSource =
  { readonly kind: 'secret'; readonly name: string } | { readonly kind: 'env'; readonly variable: string };

/** How a neighbour that speaks HTTP is shown who asks, where it is not by user and password. */
export type HttpLoginSpec =
  | { readonly kind: 'bearer'; readonly value: PasswordSource }
  | { readonly kind: 'cookie'; readonly name: string; readonly value: PasswordSource }
  /** What a proxy in front believes, such as `X-Cas-Uid`. */
  | { readonly kind: 'header'; readonly name: string; readonly value: PasswordSource };

export interface CredentialSpec {
  readonly name: string;
  readonly user?: string;
  readonly password?: PasswordSource;
  /** Path of a MySQL option file, `~` allowed. */
  readonly optionFile?: string;
  /** Group of the option file; `client` unless given. */
  readonly group?: string;
  readonly socket?: string;
  /** For neighbours that speak HTTP only; no user stands beside it. */
  readonly http?: HttpLoginSpec;
}

export interface Thresholds {
  readonly lagWarnSeconds: number;
  readonly lagCritSeconds: number;
}

export interface InstanceSpec {
  /** `host:port`, host as written in the inventory (`[v6]:port` for IPv6). Unique over the fleet. */
  readonly key: string;
  readonly host: string;
  readonly port: number;
  readonly section?: string;
  readonly datacenter?: string;
  /** Names of the clusters that list it; several for a multi-source replica. Empty only for those in `outside`. */
  readonly clusters: readonly string[];
  readonly credentials?: CredentialSpec;
  readonly tls: TlsSpec;
  /** `schema.table` of the pt-heartbeat table; undefined: none is kept (`heartbeat: false`). */
  readonly heartbeatTable?: string;
  readonly thresholds: Thresholds;
  readonly pollSeconds: number;
  readonly timeoutSeconds: number;
  /** Intended delay of a delayed replica; undefined: none is intended. */
  readonly delaySeconds?: number;
  /** `ssh://host` to tunnel through. */
  readonly via?: string;
}

/** Expected primaries: one, or one per data centre that replicate from each other (co-primaries). */
export type ExpectedPrimary =
  | { readonly kind: 'single'; readonly key: string }
  | { readonly kind: 'perDatacenter'; readonly keys: Readonly<Record<string, string>> };

export interface ClusterSpec {
  readonly name: string;
  readonly production: boolean;
  readonly primary?: ExpectedPrimary;
  /** Keys of instances, in the order of the inventory. */
  readonly instances: readonly string[];
}

export type TemplateVariable = string | readonly string[];

export interface GrantTemplateSpec {
  readonly files: string;
  readonly clusters: readonly string[];
  readonly on: 'primary' | 'all';
  readonly variables: Readonly<Record<string, TemplateVariable>>;
}

export interface EtcdMirrorSpec {
  readonly name: string;
  readonly api: 'v2' | 'v3';
  /** The member that is asked first. */
  readonly source: string;
  readonly destination: string;
  /** Further members of the source's cluster, asked in this order where those before give no answer. */
  readonly otherSources?: readonly string[];
  readonly otherDestinations?: readonly string[];
  readonly sourcePrefix: string;
  readonly destinationPrefix: string;
  /** Regular expression, full match, as etcd-mirror's own option. */
  readonly ignoreKeys?: string;
  readonly metrics?: string;
  readonly credentials?: CredentialSpec;
  /** Of `https` addresses. What the servers of MySQL call `preferred` is verified here, as etcd's own clients do. */
  readonly tls: TlsSpec;
  readonly pollSeconds: number;
  readonly timeoutSeconds: number;
}

/** When a neighbour is read, and how long its answer may take. */
export interface ServicePace {
  readonly pollSeconds: number;
  readonly timeoutSeconds: number;
}

/** A neighbour that is read over HTTP. */
export interface HttpServiceSpec extends ServicePace {
  readonly name: string;
  readonly url: string;
  readonly credentials?: CredentialSpec;
  /** Of `https` addresses; verified unless it says `required` or `verify-ca`. */
  readonly tls: TlsSpec;
  /** `ssh://host` to tunnel through. */
  readonly via?: string;
}

export interface OrchestratorSpec extends HttpServiceSpec {
  /** Its clusters join the fleet. */
  readonly discover: boolean;
}

export type PrometheusSpec = HttpServiceSpec;

export interface BackupExpectation {
  readonly section: string;
  readonly type: string;
  readonly maxAgeDays?: number;
  readonly minBytes?: number;
  readonly warnChangePercent?: number;
  readonly critChangePercent?: number;
}

export interface BackupsSpec extends ServicePace {
  readonly name: string;
  /** `host:port` of the instance that holds the metadata table. */
  readonly instance: string;
  readonly table: string;
  readonly expect: readonly BackupExpectation[];
}

export interface PipelineSpec extends ServicePace {
  readonly name: string;
  readonly source: string;
  readonly replica: string;
  readonly tables: string;
  readonly timeColumn: string;
  readonly timeFormat: TimeFormat;
  readonly bucket: 'minute' | 'hour' | 'day';
  readonly maxLagSeconds: number;
}

export interface BurrowSpec extends HttpServiceSpec {
  readonly cluster: string;
  readonly groups: readonly string[];
  readonly maxLag?: number;
}

/** What an instance is given that only Orchestrator names: the `defaults`. */
export interface DiscoveryDefaults extends Pick<
  InstanceSpec,
  'credentials' | 'tls' | 'heartbeatTable' | 'thresholds' | 'pollSeconds' | 'timeoutSeconds'
> {
  readonly datacenters: readonly { readonly name: string; readonly pattern: string }[];
}

export interface Inventory {
  readonly clusters: readonly ClusterSpec[];
  readonly instances: readonly InstanceSpec[];
  readonly grantTemplates: readonly GrantTemplateSpec[];
  readonly etcdMirrors: readonly EtcdMirrorSpec[];
  readonly orchestrators: readonly OrchestratorSpec[];
  /** Undefined: no Orchestrator is to discover clusters. */
  readonly discovery?: DiscoveryDefaults;
  readonly prometheus: readonly PrometheusSpec[];
  readonly backups: readonly BackupsSpec[];
  readonly pipelines: readonly PipelineSpec[];
  readonly burrow: readonly BurrowSpec[];
  /** Instances that backups and pipelines refer to and no cluster lists. */
  readonly outside: readonly InstanceSpec[];
  /** Where each `host:port` first stands, for "Open in inventory". */
  readonly locations: Readonly<Record<string, Range>>;
}

export interface ParsedInventory {
  readonly inventory: Inventory;
  readonly problems: readonly Problem[];
}
