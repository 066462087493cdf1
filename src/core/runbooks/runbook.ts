import { dialectOf, type Dialect } from '../findings/dialect';
import { factsOf } from '../findings/fleetFacts';
import { identityOf } from '../guard/identity';
import type { FleetView, InstanceView, LinkedConnection } from '../fleetView';
import type { ServerFacts } from '../replication/model';
import { parseVersionNumber } from '../replication/parseServerFacts';
import type { MirrorRunbook } from './mirrorRunbook';
import type { ServiceRunbook } from './serviceRunbook';
import type {
  ClientAccount,
  ClientCall,
  ClientPlace,
  DumpLoad,
  PlanCheck,
  PlanSecret,
  PlanServer,
  PlanStep,
} from './plan';
import { t } from '../l10n';

/** Something that the operator says before planning. */
export interface RunbookInput {
  readonly name: string;
  /** What is asked for, a noun phrase. */
  readonly label: string;
  /**
   * What to offer, perhaps with a `<hole>` that is left to the operator; undefined: nothing is known.
   * @param connection as the input of that name has it; undefined: none was chosen
   */
  readonly suggest?: (view: FleetView, key: string, connection?: string) => string | undefined;
  /** Empty is an answer too. */
  readonly isOptional?: true;
}

export interface PlanDraft {
  readonly source?: InstanceView;
  readonly connection?: string;
  readonly checks: readonly PlanCheck[];
  readonly steps: readonly PlanStep[];
}

/** A way to do one thing, with its guards. Pure: plans come from the view alone. */
export type Runbook = InstanceRunbook | MirrorRunbook | ServiceRunbook;

export interface RunbookHead {
  readonly id: string;
  /** `Start replication`. */
  readonly title: string;
  /** One sentence for the list. */
  readonly summary: string;
  readonly inputs: readonly RunbookInput[];
}

export interface InstanceRunbook extends RunbookHead {
  readonly on: 'instance';
  /** Whether to offer it for this instance. What is not known does not rule it out. */
  isOffered(view: FleetView, instance: InstanceView): boolean;
  plan(context: RunbookContext): PlanDraft;
}

export interface RunbookContext {
  readonly view: FleetView;
  readonly key: string;
  readonly instance: InstanceView;
  /** Undefined: not read. */
  readonly facts: ServerFacts | undefined;
  readonly dialect: Dialect;
  readonly version: readonly [number, number, number];
  /** What was given for an input, trimmed; undefined: nothing. */
  readonly input: (name: string) => string | undefined;
  readonly server: PlanServer;
  /** A step on the target. */
  readonly step: (step: StepDraft) => PlanStep;
  /** How a client reaches an instance, with the account that was given. */
  readonly placeOf: (instance: InstanceView) => ClientPlace;
}

/** A step, with its statements in place of the whole call. */
export interface StepDraft extends Omit<PlanStep, 'call'> {
  readonly statements: readonly string[];
  readonly secrets?: readonly PlanSecret[];
  /** Undefined: on the target. */
  readonly on?: InstanceView;
  readonly dump?: ClientCall['dump'];
  readonly load?: DumpLoad;
}

export function contextOf(
  view: FleetView,
  instance: InstanceView,
  inputs: Readonly<Record<string, string>>,
): RunbookContext {
  const { key } = instance.spec;
  const facts = factsOf(instance);
  const { reach } = instance.snapshot;
  const flavor = facts?.flavor ?? (reach.kind === 'answered' ? reach.flavor : 'mariadb');
  const version = facts?.versionNumber ?? parseVersionNumber(reach.kind === 'answered' ? reach.version : '');
  const input = inputReader(inputs);
  const placeOf = (there: InstanceView): ClientPlace => {
    const { credentials, tls } = there.spec;
    const given = input('client');
    const server = toPlanServer(view, there);
    return {
      client: given === 'mariadb' || given === 'mysql' ? given : server.flavor,
      server,
      account: accountOf(input('optionFile'), there),
      tls,
      ...(credentials?.socket === undefined ? {} : { socket: credentials.socket }),
    };
  };
  return {
    ...{ view, key, instance, facts, version, input, placeOf },
    server: toPlanServer(view, instance),
    dialect: dialectOf(flavor, version),
    step: ({ statements, secrets = [], on = instance, dump, load, ...step }) => ({
      ...step,
      call: {
        kind: 'client',
        ...placeOf(on),
        ...{ statements, secrets },
        ...(dump === undefined ? {} : { dump }),
        ...(load === undefined ? {} : { load }),
      },
    }),
  };
}

/** What was given for an input, trimmed; undefined: nothing. */
export function inputReader(inputs: Readonly<Record<string, string>>): RunbookContext['input'] {
  return (name) => {
    const given = inputs[name]?.trim();
    return given === '' ? undefined : given;
  };
}

export function toPlanServer(view: FleetView, instance: InstanceView): PlanServer {
  const { spec, snapshot } = instance;
  const facts = factsOf(instance);
  const identity = identityOf(facts);
  const { reach } = snapshot;
  return {
    kind: 'instance',
    key: spec.key,
    host: spec.host,
    port: spec.port,
    isProduction: view.clusters.some((cluster) => cluster.spec.production && cluster.spec.instances.includes(spec.key)),
    ...(identity === undefined ? {} : { identity }),
    flavor: facts?.flavor ?? (reach.kind === 'answered' ? reach.flavor : 'mariadb'),
    ...(reach.kind === 'answered' ? { version: reach.version } : {}),
    ...(snapshot.at === undefined ? {} : { readAt: snapshot.at }),
  };
}

/** The operator's own choice first, then what the inventory names. */
function accountOf(optionFile: string | undefined, { spec }: InstanceView): ClientAccount {
  if (optionFile !== undefined) return { kind: 'optionFile', path: optionFile };
  const { credentials } = spec;
  const named = optionFileOf(spec);
  if (named !== undefined) return { kind: 'optionFile', path: named };
  return credentials?.user === undefined || credentials.password === undefined
    ? { kind: 'own' }
    : { kind: 'written', user: credentials.user, password: credentials.password };
}

/** The option file that the inventory names; undefined: there is none, or not one that a client can take as a whole. */
export function optionFileOf({ credentials }: InstanceView['spec']): string | undefined {
  // Another group than [client] would have to be named to the client in another way.
  return (credentials?.group ?? 'client') === 'client' ? credentials?.optionFile : undefined;
}

/** The connection that the input names, or the only one. A string: the sentence that says why there is none. */
export function connectionOf({ instance, input }: RunbookContext): LinkedConnection | string {
  const { connections } = instance;
  const named = input('connection');
  if (instance.snapshot.replication.kind !== 'read') return t`Its replication status could not be read.`;
  if (connections.length === 0) return t`It has no replication connection.`;
  const found =
    named === undefined
      ? (connections.find(({ status }) => status.name === '') ??
        (connections.length === 1 ? connections[0] : undefined))
      : connections.find(({ status }) => status.name === (named === '(default)' ? '' : named));
  if (found !== undefined) return found;
  const names = connections.map(({ status }) => (status.name === '' ? '(default)' : status.name)).join(', ');
  return named === undefined
    ? t`It has several connections, and none was named: ${names}.`
    : t`It has no connection named ${named}; there are: ${names}.`;
}

export const connectionInput: RunbookInput = {
  name: 'connection',
  label: t`replication connection`,
  isOptional: true,
  suggest: (view, key) => {
    const names = view.instances[key]?.connections.map(({ status }) => status.name) ?? [];
    return names.includes('') || names.length === 0 ? undefined : names[0];
  },
};

/** What the server calls a named connection, in words: `connection 'matomo' of db1108:3306`. */
export function connectionWords(key: string, name: string): string {
  return name === '' ? t`the default connection of ${key}` : t`connection ${name} of ${key}`;
}

/** The statement that shows a connection's status. */
export function statusQuery({ dialect }: RunbookContext): string {
  return dialect.flavor === 'mariadb'
    ? 'SHOW ALL SLAVES STATUS'
    : dialect.start('').includes('REPLICA')
      ? 'SHOW REPLICA STATUS'
      : 'SHOW SLAVE STATUS';
}

/** `db2100:3311 and db2101:3311 below it`. */
export function replicasInWords({ instance }: RunbookContext): string {
  const { replicas } = instance;
  return replicas.length === 0
    ? t`No replica of the inventory hangs below it.`
    : t`Below it hang ${replicas.join(', ')}.`;
}
