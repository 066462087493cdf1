import { upstreamOf } from '../findings/fleetFacts';
import type { InstanceView } from '../fleetView';
import type { GtidUse } from '../replication/model';
import type { RunbookContext } from './runbook';

/** What a replica is set up with: inputs, and what follows from them. */
export interface SetUp {
  readonly context: RunbookContext;
  readonly source: InstanceView;
  /** Of the new connection; `''` is the default one. */
  readonly name: string;
  /** The source's host as the replica has to name it. */
  readonly host: string;
  readonly port: number;
  readonly position: 'gtid' | 'file';
  readonly gtid: GtidUse;
  /** Undefined: all. */
  readonly databases: readonly string[] | undefined;
  /** Where the dump is written; undefined: it is streamed. */
  readonly file: string | undefined;
  readonly user: string;
  /** Hosts of a replication account that is to be made; undefined: it is there. */
  readonly userHost: string | undefined;
  /** The server that the account is made on: the top of the chain. Undefined: not known. */
  readonly accountAt: InstanceView | undefined;
  /** Certificate of the authority, as the replica's server sees it. */
  readonly ca: string | undefined;
  /** Names of the replica's other connections. */
  readonly others: readonly string[];
}

export function setUpOf(context: RunbookContext, source: InstanceView): SetUp {
  const { view, instance, dialect, input } = context;
  const given = input('name') ?? input('connection');
  const name = given === undefined || given === '(default)' ? '' : given;
  const position = input('position')?.toLowerCase() === 'file' ? 'file' : 'gtid';
  const databases = input('databases')
    ?.split(',')
    .map((each) => each.trim())
    .filter((each) => each !== '');
  const above = upstreamOf(view, source.spec.key);
  const top = above.map((key) => view.instances[key]).filter((each) => each?.connections.length === 0);
  const isTop = source.snapshot.replication.kind === 'read' && source.connections.length === 0;
  return {
    ...{ context, source, name, position, databases },
    host: source.spec.host.replace(/^\[(.*)\]$/, '$1'),
    port: source.spec.port,
    gtid: position === 'file' ? 'no' : dialect.flavor === 'mariadb' ? 'slavePos' : 'autoPosition',
    file: input('file'),
    user: input('user') ?? 'repl',
    userHost: input('host'),
    accountAt: isTop ? source : top.length === 1 ? top[0] : undefined,
    ca: input('ca'),
    others: instance.connections.map(({ status }) => status.name).filter((other) => other !== name),
  };
}
