import type { Severity } from '../findings/finding';
import { t } from '../l10n';

/** A code of Orchestrator's analysis: how bad it is, what it means in words, what to do, and what not. */
export interface AnalysisCode {
  readonly severity: Severity;
  /** Ends "Orchestrator says that …". */
  readonly means: string;
  readonly remedy: string;
  readonly avoid?: string;
  /** What can be planned about it. */
  readonly runbook?: 'orchestrator.relocate';
}

const look = t`Look at the instances themselves: open their panels, and try the hosts from another place.`;
const relocate = t`Relocate the replicas below it to a server that lives: \`orchestrator-client -c relocate-replicas -i INTERMEDIATE -d TARGET\`.`;
const notMove = t`Do not use \`move-up\`, \`move-below\`, \`repoint\` or \`take-master\`: they do not protect data. \`relocate\` checks.`;
const noFailover = t`Do not fail over: the primary serves its replicas. Orchestrator alone does not reach it.`;

const critical = (means: string, remedy: string, avoid?: string): AnalysisCode => ({
  ...{ severity: 'critical', means, remedy },
  ...(avoid === undefined ? {} : { avoid }),
});
const stranded = (means: string, remedy = relocate): AnalysisCode => ({
  ...critical(means, remedy, notMove),
  runbook: 'orchestrator.relocate',
});
const warning = (means: string, remedy: string, avoid?: string): AnalysisCode => ({
  ...critical(means, remedy, avoid),
  severity: 'warning',
});
const info = (means: string, remedy: string): AnalysisCode => ({ severity: 'info', means, remedy });

/** By the code that it sends, gravest first. Texts and meanings: go/inst/analysis_dao.go and docs/failure-detection.md. */
export const analysisCodes: Readonly<Record<string, AnalysisCode>> = {
  DeadMaster: critical(
    t`the primary is dead: it cannot be reached, and none of its replicas gets anything from it`,
    t`${look} If it is down, fail over to the replica that is furthest ahead, or bring it back.`,
    t`Do not start a second primary before the old one is known to be down: both would take writes.`,
  ),
  DeadMasterAndSomeReplicas: critical(
    t`the primary and some of its replicas are dead, and none of the others replicates`,
    t`${look} Fail over to the reachable replica that is furthest ahead.`,
    t`Do not choose a replica before it is known what the unreachable ones have: they may be further ahead.`,
  ),
  DeadMasterAndReplicas: critical(
    t`neither the primary nor any of its replicas can be reached`,
    t`Suspect the network of Orchestrator itself before the servers. ${look}`,
    t`Do not fail over on this word alone: all that is dead may be the way from Orchestrator.`,
  ),
  DeadMasterWithoutReplicas: critical(
    t`the primary is dead and has no replica: there is nothing to fail over to`,
    t`${look} Bring it back, or restore its newest backup.`,
  ),
  DeadCoMaster: critical(t`a co-primary is dead, and none of its replicas replicates`, look, notMove),
  DeadCoMasterAndSomeReplicas: critical(t`a co-primary and some of its replicas are dead`, look, notMove),
  DeadIntermediateMaster: stranded(t`an intermediate source is dead, and none of its replicas replicates`),
  DeadIntermediateMasterAndSomeReplicas: stranded(t`an intermediate source and some of its replicas are dead`),
  DeadIntermediateMasterWithSingleReplica: stranded(
    t`an intermediate source is dead, and its one replica does not replicate`,
  ),
  DeadIntermediateMasterWithSingleReplicaFailingToConnect: stranded(
    t`an intermediate source is dead, and its one replica fails to connect to it`,
  ),
  DeadIntermediateMasterAndReplicas: stranded(
    t`an intermediate source and all of its replicas cannot be reached`,
    `${look} ${relocate}`,
  ),
  DeadReplicationGroupMemberWithReplicas: stranded(
    t`a member of the replication group is dead, and its replicas do not replicate`,
  ),
  LockedSemiSyncMaster: critical(
    t`the primary waits for acknowledgements that do not come, so writes hang`,
    t`Bring a semi-synchronous replica back, or lower \`rpl_semi_sync_master_wait_for_slave_count\` knowingly: a crash then may lose commits.`,
  ),
  AllMasterReplicasNotReplicating: critical(
    t`the primary lives and none of its replicas replicates`,
    t`Read the replicas’ errors: one cause for all is often a grant, a purged binary log or TLS at the primary.`,
    t`Do not restart the primary: it is the one server that works.`,
  ),
  AllMasterReplicasNotReplicatingOrDead: critical(
    t`the primary lives, and each of its replicas is dead or does not replicate`,
    t`Read the errors of those replicas that answer, and look at the hosts of those that do not.`,
    t`Do not restart the primary: it is the one server that works.`,
  ),
  AllCoMasterReplicasNotReplicating: critical(
    t`a co-primary lives and none of its replicas replicates`,
    t`Read the replicas’ errors.`,
  ),
  MasterSingleReplicaNotReplicating: critical(
    t`the primary’s only replica does not replicate: there is no second copy`,
    t`Read the replica’s error and mend it.`,
  ),
  MasterSingleReplicaDead: critical(
    t`the primary’s only replica is dead: there is no second copy`,
    t`Bring the replica back, or build another.`,
  ),
  AllIntermediateMasterReplicasNotReplicating: warning(
    t`none of the replicas of an intermediate source replicates`,
    t`Read the replicas’ errors.`,
  ),
  AllIntermediateMasterReplicasFailingToConnectOrDead: warning(
    t`the replicas of an intermediate source are dead or fail to connect to it`,
    t`Read the replicas’ errors: address, account and TLS of the intermediate source.`,
  ),
  UnreachableMaster: warning(
    t`it cannot reach the primary, whose replicas do replicate`,
    t`Check the network between Orchestrator and the primary, its account there, and \`max_connections\`.`,
    noFailover,
  ),
  UnreachableMasterWithLaggingReplicas: warning(
    t`it cannot reach the primary, and all replicas lag`,
    t`Check whether the primary has run out of connections or hangs. Orchestrator restarts the replicas’ IO threads by itself to learn more.`,
    noFailover,
  ),
  UnreachableCoMaster: warning(t`it cannot reach a co-primary, whose replicas do replicate`, look, noFailover),
  UnreachableIntermediateMaster: warning(t`it cannot reach an intermediate source, whose replicas do replicate`, look),
  UnreachableIntermediateMasterWithLaggingReplicas: warning(
    t`it cannot reach an intermediate source, and its replicas lag`,
    look,
  ),
  FirstTierReplicaFailingToConnectToMaster: warning(
    t`a replica of the primary fails to connect to it`,
    t`Read the replica’s IO error. Beside a dead primary this is only its echo.`,
  ),
  BinlogServerFailingToConnectToMaster: warning(
    t`a binlog server fails to connect to its source`,
    t`Read its log, and check its account.`,
  ),
  LockedSemiSyncMasterHypothesis: warning(
    t`the primary seems to wait for acknowledgements`,
    t`Wait for Orchestrator’s next sample: it says by itself whether this holds.`,
  ),
  MasterWithTooManySemiSyncReplicas: warning(
    t`more replicas are semi-synchronous than is configured`,
    t`Switch \`rpl_semi_sync_slave_enabled\` off on those that need not be.`,
  ),
  NoWriteableMasterStructureWarning: critical(
    t`the primary has replicas and is \`read_only\``,
    t`Find out who set it: a switchover that ended half way, or a restart. Then let it take writes, if it is the right one.`,
    t`Do not make it writable before it is known that no other server takes the writes.`,
  ),
  StatementAndMixedLoggingReplicasStructureWarning: info(
    t`replicas of one source log in STATEMENT and in MIXED format`,
    t`Give them one \`binlog_format\`.`,
  ),
  StatementAndRowLoggingReplicasStructureWarning: info(
    t`replicas of one source log in STATEMENT and in ROW format`,
    t`Give them one \`binlog_format\`.`,
  ),
  MixedAndRowLoggingReplicasStructureWarning: info(
    t`replicas of one source log in MIXED and in ROW format`,
    t`Give them one \`binlog_format\`.`,
  ),
  MultipleMajorVersionsLoggingReplicasStructureWarning: info(
    t`replicas that log are of several major versions`,
    t`Do not promote one of the newer ones while older ones would have to follow it.`,
  ),
  NoLoggingReplicasStructureWarning: warning(
    t`no replica has a binary log with its replicated changes: none can be promoted`,
    t`Switch \`log_slave_updates\` on where it is off.`,
  ),
  DifferentGTIDModesStructureWarning: warning(
    t`servers of the cluster differ in \`gtid_mode\``,
    t`Bring all to one mode before the next switchover.`,
  ),
  ErrantGTIDStructureWarning: warning(
    t`a replica has transactions that its source never had`,
    t`Compare the sets in its panel before anything is promoted.`,
  ),
  NoFailoverSupportStructureWarning: warning(
    t`neither GTID nor Pseudo-GTID nor a binlog server would let replicas follow another primary`,
    t`Switch the replicas to GTID.`,
  ),
  NotEnoughValidSemiSyncReplicasStructureWarning: warning(
    t`fewer semi-synchronous replicas live than the primary waits for`,
    t`Bring one back.`,
  ),
};

const gravity = Object.keys(analysisCodes);

/** What is said of a code of a version that we do not know. */
const unknownCode: AnalysisCode = warning(t`something that this version of Replideck has no words for`, look);

export function analysisCodeOf(code: string): AnalysisCode {
  return Object.hasOwn(analysisCodes, code) ? (analysisCodes[code] ?? unknownCode) : unknownCode;
}

/** Gravest first; unknown ones last. */
export function compareCodes(a: string, b: string): number {
  const rank = (code: string): number => (gravity.includes(code) ? gravity.indexOf(code) : gravity.length);
  return rank(a) - rank(b);
}

/** Orchestrator's own names of what is wrong with one instance. */
export const problemWords: Readonly<Record<string, readonly [severity: Severity, words: string]>> = {
  last_check_invalid: ['critical', t`its last check failed`],
  not_recently_checked: ['warning', t`it was not checked for a while`],
  not_replicating: ['critical', t`it does not replicate`],
  replication_lag: ['warning', t`it lags`],
  errant_gtid: ['warning', t`it has transactions that its source never had`],
  group_replication_member_not_online: ['critical', t`it is not online in its replication group`],
};
