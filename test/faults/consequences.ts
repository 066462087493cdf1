import { topology } from '../sandbox/topology';

/** A finding that is right beside the fault's own, for it follows from the fault. */
export interface Consequence {
  readonly finding: string;
  /** Names of instances, or `cluster:s1`. */
  readonly subjects: readonly string[];
  /** Is right also once the remedy was followed, as it does not take back all that the fault's story has changed. */
  readonly stays?: true;
}

/** Taken off GTID, and still so when the position is right again: to go back is the remedy of this finding. */
const offGtid: readonly Consequence[] = [{ finding: 'replica.gtidOff', subjects: ['s1-replica'], stays: true }];

/** The credentials of the inventory are those of every instance. */
const refusedEverywhere: readonly Consequence[] = [
  { finding: 'instance.accessDenied', subjects: topology.map(({ name }) => name) },
];

/** By fault: what else is rightly said while it lasts, and why. A finding that is not here is a false alarm. */
export const consequences: Readonly<Record<string, readonly Consequence[]>> = {
  // Its replicas cannot reach it either.
  'primary-down': [{ finding: 'replica.io.unreachable', subjects: ['s1-replica', 's1-codfw'] }],
  'wrong-password': refusedEverywhere,
  'option-file-missing': refusedEverywhere,
  // To ask for a file, the replica was taken off GTID.
  'binlog-missing': [{ finding: 'replica.gtidOff', subjects: ['s1-replica'] }],
  'impossible-position': offGtid,
  'position-inside-event': offGtid,
  'relay-log-corrupt-by-file': offGtid,
  // Nor has it one for us.
  'source-full': [{ finding: 'instance.tooManyConnections', subjects: ['s1-codfw'] }],
  // It applies all that this primary ever wrote, and is behind until then; the two methods are read some seconds of
  // history apart.
  'wrong-source': [
    { finding: 'replica.lag', subjects: ['s1-replica'] },
    { finding: 'replica.lagMethodsDisagree', subjects: ['s1-replica'] },
  ],
  // The write that stands in the way is one that the source lacks.
  'gtid-out-of-order': [{ finding: 'replica.errantTransactions', subjects: ['s1-replica'] }],
  'gtid-diverged': [{ finding: 'replica.errantTransactions', subjects: ['s1-replica'] }],
  // It takes two, and nobody can tell which of them is the wrong one.
  'duplicate-server-id': [{ finding: 'replica.duplicateServerId', subjects: ['s1-replica'] }],
  // It waits, after all: the heartbeats behind that transaction wait with it.
  'old-times': [
    { finding: 'replica.lag', subjects: ['s1-replica'] },
    { finding: 'replica.sql.lockWait', subjects: ['s1-replica'] },
  ],
  // The inventory says that it is a replica, until somebody says that it is not.
  'second-primary': [{ finding: 'replica.notConfigured', subjects: ['s1-replica'] }],
  // The inventory says that the new primary is a replica; and where nothing takes writes, nothing writes heartbeats.
  'switchover-half': [
    { finding: 'replica.notConfigured', subjects: ['s1-codfw'] },
    { finding: 'heartbeat.writerStopped', subjects: ['s1-codfw'] },
  ],
  // It has nothing to send.
  'binlog-off': [{ finding: 'replica.io.binlogDisabled', subjects: ['s1-codfw-leaf'] }],
};
