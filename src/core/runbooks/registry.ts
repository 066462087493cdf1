import { createMonitorAccount, createReplicationAccount } from './accounts';
import { resetGroup } from './burrowReset';
import { applyGrants } from './grantsApply';
import { removeStaleHeartbeatRows } from './heartbeatRows';
import { setReadOnly, setWritable } from './instanceReadOnly';
import { advanceIndex, setInitialIndex } from './mirrorIndex';
import { makeMirror } from './mirrorMake';
import { migratePrefix } from './mirrorMigrate';
import { reloadMirror } from './mirrorReload';
import { discover } from './orchestratorDiscover';
import { forgetGhost } from './orchestratorGhost';
import { relocate } from './orchestratorRelocate';
import { upgrade } from './orchestratorUpgrade';
import { enableGtid } from './replicaGtid';
import { repairRelayLog } from './replicaRelayLog';
import { repointReplica } from './replicaRepoint';
import { removeErrant } from './replicaErrant';
import { rebuildReplica } from './replicaRebuild';
import { repairRow } from './replicaRow';
import { setUpReplica } from './replicaSetUp';
import { enableBinlog } from './sourceBinlog';
import { startReplica, stopReplica } from './replicaThreads';
import { enableTls } from './replicaTls';
import type { Runbook } from './runbook';

/** Every runbook, in the order of the list. A new one is added here and nowhere else. */
export const runbooks: readonly Runbook[] = [
  setUpReplica,
  rebuildReplica,
  repairRow,
  removeErrant,
  enableBinlog,
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
  applyGrants,
  advanceIndex,
  setInitialIndex,
  reloadMirror,
  migratePrefix,
  makeMirror,
  discover,
  forgetGhost,
  relocate,
  upgrade,
  resetGroup,
];

export function findRunbook(id: string): Runbook | undefined {
  return runbooks.find((runbook) => runbook.id === id);
}
