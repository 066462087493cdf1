import { t } from '../../core/l10n';

/**
 * Every command of the extension: its id, its words in the palette and what it may do. package.json is held against
 * this table by a test. All are reads: a write is a step of a runbook, never a command of its own.
 */
export interface CommandInfo {
  readonly title: string;
  readonly icon?: string;
  /** Hidden in the palette: it makes sense only on the node that it is invoked on. */
  readonly nodeOnly?: true;
}

export const commands = {
  'replideck.fleet.refresh': { title: t`Refresh Fleet`, icon: '$(refresh)' },
  'replideck.fleet.filter': { title: t`Filter Fleet...`, icon: '$(filter)' },
  'replideck.fleet.clearFilter': { title: t`Clear Fleet Filter`, icon: '$(clear-all)' },
  'replideck.fleet.openNode': { title: t`Open`, nodeOnly: true },
  'replideck.findings.showWorst': { title: t`Show the Worst Finding`, icon: '$(error)' },
  'replideck.instance.open': { title: t`Open Replication Panel of an Instance...`, icon: '$(open-preview)' },
  'replideck.cluster.open': { title: t`Open Replication Panel of a Cluster...`, icon: '$(open-preview)' },
  'replideck.cluster.switchoverReadiness': { title: t`Switchover Readiness of a Cluster...`, icon: '$(checklist)' },
  'replideck.instance.refresh': { title: t`Read Instance Now...`, icon: '$(refresh)' },
  'replideck.instance.acceptIdentity': { title: t`Accept the New Identity of an Instance...`, icon: '$(check)' },
  'replideck.instance.copyAddress': { title: t`Copy Address of an Instance...` },
  'replideck.instance.showInInventory': { title: t`Show Instance in Inventory...` },
  'replideck.replica.waitCaughtUp': { title: t`Wait for a Replica to Catch Up...`, icon: '$(watch)' },
  'replideck.grants.show': { title: t`Show Grants of an Instance...`, icon: '$(key)' },
  'replideck.grants.diffTemplate': { title: t`Diff Grants Against Template...`, icon: '$(diff)' },
  'replideck.grants.diffInstances': { title: t`Diff Grants of Two Instances...`, icon: '$(diff)' },
  'replideck.grants.exportTemplate': { title: t`Export Grants of an Instance as Template...` },
  'replideck.grants.fix': { title: t`Show SQL That Would Make Grants Match a Template...` },
  'replideck.grants.apply': { title: t`Plan to Make Grants Match a Template...`, icon: '$(checklist)' },
  'replideck.grants.read': { title: t`Read Grants for a Template Now...`, icon: '$(refresh)' },
  'replideck.grants.copyTicket': { title: t`Copy Grants Against Template as Ticket...`, icon: '$(copy)' },
  'replideck.mirror.open': { title: t`Open Panel of an Etcd Mirror...`, icon: '$(open-preview)' },
  'replideck.mirror.compare': { title: t`Compare Contents of a Mirror...`, icon: '$(diff)' },
  'replideck.service.open': { title: t`Show What a Neighbour of the Fleet Says...`, icon: '$(open-preview)' },
  'replideck.orchestrator.import': { title: t`Add Clusters from Orchestrator...`, icon: '$(cloud-download)' },
  'replideck.runbook.plan': { title: 'Plan a Runbook...', icon: '$(checklist)' },
  'replideck.runbook.check': { title: t`Check the Open Runbook Plan Again`, icon: '$(refresh)' },
  'replideck.runbook.runStep': { title: t`Run a Step of the Open Runbook Plan...`, icon: '$(play)' },
  'replideck.runbook.verifyStep': { title: t`Verify a Step of the Open Runbook Plan...`, icon: '$(check)' },
  'replideck.runbook.callOff': { title: t`Call Off the Running Step of the Open Runbook Plan`, icon: '$(debug-stop)' },
  'replideck.audit.show': { title: t`Show Audit Log`, icon: '$(history)' },
  'replideck.runbook.copyCommand': { title: t`Copy the Command of a Step of the Open Runbook Plan...` },
  'replideck.runbook.copyTicket': { title: t`Copy the Open Runbook Plan as Ticket`, icon: '$(copy)' },
  'replideck.audit.copyTicket': { title: t`Copy the Newest of the Audit Log as Ticket`, icon: '$(copy)' },
  'replideck.finding.copyTicket': { title: t`Copy Findings as Ticket...`, icon: '$(copy)' },
  'replideck.history.compare': { title: t`What Changed Since...`, icon: '$(history)' },
  'replideck.notifications.mute': { title: t`Mute Notifications...`, icon: '$(bell-slash)' },
  'replideck.notifications.showMuted': { title: t`Show Muted Notifications...` },
  'replideck.inventory.open': { title: t`Open Inventory`, icon: '$(go-to-file)' },
  'replideck.inventory.create': { title: t`Create Inventory` },
  'replideck.secret.forget': { title: t`Forget Stored Passwords` },
  'replideck.report.open': { title: t`Developer: Open Report` },
  'replideck.log.show': { title: t`Show Log` },
} as const satisfies Readonly<Record<string, CommandInfo>>;

export type CommandId = keyof typeof commands;
export type MirrorCommandId = Extract<CommandId, `replideck.mirror.${string}`>;
export type RunbookCommandId = Extract<CommandId, `replideck.runbook.${string}` | `replideck.audit.${string}`>;
export type GrantCommandId = Extract<CommandId, `replideck.grants.${string}`>;
export type ServiceCommandId = Extract<CommandId, `replideck.service.${string}` | `replideck.orchestrator.${string}`>;
export type DailyCommandId = Extract<
  CommandId,
  `replideck.history.${string}` | `replideck.notifications.${string}` | `replideck.report.${string}`
>;
/** Of everything but the fleet itself. */
export type PartCommandId = DailyCommandId | GrantCommandId | MirrorCommandId | RunbookCommandId | ServiceCommandId;

/** What every handler can be called with: nothing (palette), a node's id (tree), a URI (editor), a key or name (other code). */
export type CommandArgument = string | undefined;
