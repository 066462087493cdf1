import { createMonitorAccount, createReplicationAccount } from './accounts';
import { removeStaleHeartbeatRows } from './heartbeatRows';
import { setReadOnly, setWritable } from './instanceReadOnly';
import { enableGtid } from './replicaGtid';
import { repairRelayLog } from './replicaRelayLog';
import { repointReplica } from './replicaRepoint';
import { setUpReplica } from './replicaSetUp';
import { startReplica, stopReplica } from './replicaThreads';
import { enableTls } from './replicaTls';
import type { Runbook } from './runbook';

/** Every runbook, in the order of the list. A new one is added here and nowhere else. */
export const runbooks: readonly Runbook[] = [
  setUpReplica,
  startReplica,
  stopReplica,
  repairRelayLog,
  enableGtid,
  enableTls,
  repointReplica,
  setReadOnly,
  setWritable,
  removeStaleHeartbeatRows,
  createReplicationAccount,
  createMonitorAccount,
];

export function findRunbook(id: string): Runbook | undefined {
  return runbooks.find((runbook) => runbook.id === id);
}
