import type { ServerFacts } from '../replication/model';
import { t } from '../l10n';

/** Who a server says it is: what a plan is bound to. Undefined: this server has no such value. */
export interface ServerIdentity {
  readonly serverId: number;
  readonly hostname: string;
  readonly port: number;
  /** MySQL. */
  readonly uuid?: string;
  /** MariaDB, which has no uuid. */
  readonly gtidDomainId?: number;
}

/** What a service is known again by, each fact by its name: `cluster id of the source`. */
export type Identity = Readonly<Record<string, string>>;

/** As `diffIdentity`, for what is not a database server. */
export function diffFacts(planned: Identity, now: Identity | undefined): readonly string[] {
  if (now === undefined) return [t`It does not say who it is now.`];
  return [...new Set([...Object.keys(planned), ...Object.keys(now)])].flatMap((name) =>
    planned[name] === now[name]
      ? []
      : [t`the ${name} was ${planned[name] ?? t`not there`}, is ${now[name] ?? t`not there`}.`],
  );
}

/** Undefined: the server did not tell enough to be known again. */
export function identityOf(facts: ServerFacts | undefined): ServerIdentity | undefined {
  if (facts?.serverId === undefined || facts.hostname === undefined || facts.port === undefined) return undefined;
  const { serverId, hostname, port, uuid, gtidDomainId } = facts;
  return {
    serverId,
    hostname,
    port,
    ...(uuid === undefined ? {} : { uuid }),
    ...(gtidDomainId === undefined ? {} : { gtidDomainId }),
  };
}

/**
 * What is different now, one sentence each; empty: it is the same server. A server that no longer tells who it is
 * counts as another one.
 */
export function diffIdentity(planned: ServerIdentity, now: ServerIdentity | undefined): readonly string[] {
  if (now === undefined) return [t`The server does not say who it is now.`];
  const names = {
    serverId: '@@server_id',
    hostname: '@@hostname',
    port: '@@port',
    uuid: '@@server_uuid',
    gtidDomainId: '@@gtid_domain_id',
  } as const;
  return (Object.keys(names) as (keyof typeof names)[]).flatMap((name) =>
    planned[name] === now[name]
      ? []
      : [t`${names[name]} was ${String(planned[name] ?? t`not there`)}, is ${String(now[name] ?? t`not there`)}.`],
  );
}

/** `server_id 101, hostname db1100, port 3311`. */
export function describeIdentity({ serverId, hostname, port, uuid }: ServerIdentity): string {
  return t`server_id ${serverId}, hostname ${hostname}, port ${port}${uuid === undefined ? '' : t`, uuid ${uuid}`}`;
}

/** As `describeIdentity`, for what is not a database server. */
export function describeFacts(identity: Identity): string {
  return Object.entries(identity)
    .map(([name, value]) => `${name} ${value}`)
    .join(', ');
}
