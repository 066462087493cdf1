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
  'replideck.fleet.refresh': { title: 'Refresh Fleet', icon: '$(refresh)' },
  'replideck.fleet.filter': { title: 'Filter Fleet...', icon: '$(filter)' },
  'replideck.fleet.clearFilter': { title: 'Clear Fleet Filter', icon: '$(clear-all)' },
  'replideck.fleet.openNode': { title: 'Open', nodeOnly: true },
  'replideck.instance.open': { title: 'Open Replication Panel of an Instance...', icon: '$(open-preview)' },
  'replideck.cluster.open': { title: 'Open Replication Panel of a Cluster...', icon: '$(open-preview)' },
  'replideck.cluster.switchoverReadiness': { title: 'Switchover Readiness of a Cluster...', icon: '$(checklist)' },
  'replideck.instance.refresh': { title: 'Read Instance Now...', icon: '$(refresh)' },
  'replideck.instance.acceptIdentity': { title: 'Accept the New Identity of an Instance...', icon: '$(check)' },
  'replideck.instance.copyAddress': { title: 'Copy Address of an Instance...' },
  'replideck.instance.showInInventory': { title: 'Show Instance in Inventory...' },
  'replideck.replica.waitCaughtUp': { title: 'Wait for a Replica to Catch Up...', icon: '$(watch)' },
  'replideck.grants.show': { title: 'Show Grants of an Instance...', icon: '$(key)' },
  'replideck.grants.diffTemplate': { title: 'Diff Grants Against Template...', icon: '$(diff)' },
  'replideck.grants.diffInstances': { title: 'Diff Grants of Two Instances...', icon: '$(diff)' },
  'replideck.grants.exportTemplate': { title: 'Export Grants of an Instance as Template...' },
  'replideck.grants.fix': { title: 'Show SQL That Would Make Grants Match a Template...' },
  'replideck.grants.apply': { title: 'Plan to Make Grants Match a Template...', icon: '$(checklist)' },
  'replideck.grants.read': { title: 'Read Grants for a Template Now...', icon: '$(refresh)' },
  'replideck.mirror.open': { title: 'Open Panel of an Etcd Mirror...', icon: '$(open-preview)' },
  'replideck.mirror.compare': { title: 'Compare Contents of a Mirror...', icon: '$(diff)' },
  'replideck.service.open': { title: 'Show What a Neighbour of the Fleet Says...', icon: '$(open-preview)' },
  'replideck.orchestrator.import': { title: 'Add Clusters from Orchestrator...', icon: '$(cloud-download)' },
  'replideck.runbook.plan': { title: 'Plan a Runbook...', icon: '$(checklist)' },
  'replideck.runbook.check': { title: 'Check the Open Runbook Plan Again', icon: '$(refresh)' },
  'replideck.runbook.runStep': { title: 'Run a Step of the Open Runbook Plan...', icon: '$(play)' },
  'replideck.runbook.verifyStep': { title: 'Verify a Step of the Open Runbook Plan...', icon: '$(check)' },
  'replideck.runbook.callOff': { title: 'Call Off the Running Step of the Open Runbook Plan', icon: '$(debug-stop)' },
  'replideck.audit.show': { title: 'Show Audit Log', icon: '$(history)' },
  'replideck.runbook.copyCommand': { title: 'Copy the Command of a Runbook Step', nodeOnly: true },
  'replideck.finding.copyTicket': { title: 'Copy Findings as Ticket...', icon: '$(copy)' },
  'replideck.inventory.open': { title: 'Open Inventory', icon: '$(go-to-file)' },
  'replideck.inventory.create': { title: 'Create Inventory' },
  'replideck.secret.forget': { title: 'Forget Stored Passwords' },
  'replideck.log.show': { title: 'Show Log' },
} as const satisfies Readonly<Record<string, CommandInfo>>;

export type CommandId = keyof typeof commands;
export type MirrorCommandId = Extract<CommandId, `replideck.mirror.${string}`>;
export type RunbookCommandId = Extract<CommandId, `replideck.runbook.${string}` | `replideck.audit.${string}`>;
export type GrantCommandId = Extract<CommandId, `replideck.grants.${string}`>;
export type ServiceCommandId = Extract<CommandId, `replideck.service.${string}` | `replideck.orchestrator.${string}`>;
/** Of everything but the fleet itself. */
export type PartCommandId = GrantCommandId | MirrorCommandId | RunbookCommandId | ServiceCommandId;

/** What every handler can be called with: nothing (palette), a node's id (tree), a URI (editor), a key or name (other code). */
export type CommandArgument = string | undefined;
