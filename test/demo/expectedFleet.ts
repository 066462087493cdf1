import type { State } from '../../src/core/report';
import type { ServiceKind } from '../../src/core/services/model';
import type { Fault } from '../sandbox/fault';
import type { Sandbox } from '../sandbox/sandbox';

/** The fleet as the sandbox was built, in the words of a report. */
export interface ExpectedFleet {
  readonly clusters: readonly {
    readonly name: string;
    readonly production: boolean;
    readonly instances: readonly ExpectedInstance[];
  }[];
  readonly mirrors: readonly { readonly name: string; readonly api: 'v2' | 'v3' }[];
  readonly services: readonly ExpectedService[];
}

/** A neighbour: what is wrong there is meant to be. */
export interface ExpectedService {
  readonly kind: ServiceKind;
  readonly name: string;
  readonly state: State;
  readonly findings: readonly string[];
}

export interface ExpectedInstance {
  readonly key: string;
  readonly role: 'primary' | 'replica';
  readonly datacenter: string;
  /** The start of it; the server adds its own words. */
  readonly version: string;
  readonly serverId: number;
  readonly readOnly: boolean;
  /** By connection name the key of the source. */
  readonly connections: readonly { readonly name: string; readonly source: string }[];
}

export function toExpectedFleet(sandbox: Sandbox): ExpectedFleet {
  const instancesOf = (cluster: string) =>
    sandbox.instances
      .filter((instance) => instance.cluster === cluster)
      .map(({ key, role, datacenter, serverId, sources }) => ({
        ...{ key, role, datacenter, serverId, version: sandbox.kind.version, readOnly: role === 'replica' },
        connections: sources.map(({ connection, source }) => ({
          name: connection,
          source: sandbox.instance(source).key,
        })),
      }));
  return {
    clusters: [
      { name: 's1', production: true, instances: instancesOf('s1') },
      { name: 'analytics', production: false, instances: instancesOf('analytics') },
    ],
    mirrors: (sandbox.etcd?.mirrors ?? []).map(({ name, api }) => ({ name, api })),
    services: sandbox.neighbours?.known ?? [],
  };
}

/** A fault that is in the sandbox, with the names of the sandbox turned into those of a report. */
export interface ExpectedFault {
  readonly name: string;
  /** `host:port`, `cluster:s1`, `mirror:conf-codfw`. */
  readonly subject: string;
  readonly connection?: string;
  /** One of these ids is to be found on the subject. */
  readonly findings: readonly string[];
}

/** A fault in the names of a report: the subject is a key of the inventory. */
export function toExpectedFault(sandbox: Sandbox, name: string, fault: Fault): ExpectedFault {
  const { subject, connection, findings } = fault;
  return {
    ...{ name, findings, subject: subject.includes(':') ? subject : sandbox.instance(subject).key },
    ...(connection === undefined ? {} : { connection }),
  };
}
