import type { Sandbox } from './sandbox';
import type { ServerKind } from './serverKinds';

/** Something that goes wrong on real servers, how to see it without the product, and how to make it good again. */
export interface Fault {
  /** What has happened, in a few words. */
  readonly title: string;
  /** Name of the instance it is about, or `cluster:s1`, `mirror:conf-codfw`. */
  readonly subject: string;
  /** Replication connection it is about; undefined: not about one. */
  readonly connection?: string;
  /** Ids of design/findings.md of which the product shows at least one on the subject. */
  readonly findings: readonly string[];
  /** How many readings, some seconds apart, it takes to see it: it shows in what changes. Undefined: one. */
  readonly readings?: number;
  /** Flavors that can have it; undefined: both. */
  readonly flavors?: readonly ServerKind['flavor'][];
  /** Why servers of a kind cannot have it here; undefined: they can. */
  readonly lacks?: (kind: ServerKind) => Promise<string | undefined>;
  /** Needs the etcd clusters. */
  readonly etcd?: true;
  readonly inject: (sandbox: Sandbox) => Promise<void>;
  /** Brings the sandbox back to how it was built, also where the fault is mended already by other means. */
  readonly heal: (sandbox: Sandbox) => Promise<void>;
  /** What was measured when the fault is there; undefined: it is not (yet). */
  readonly proof: (sandbox: Sandbox) => Promise<string | undefined>;
}

export type Faults = Readonly<Record<string, Fault>>;
