import * as vscode from 'vscode';
import type { FleetLogic } from '../../core/fleetLogic';
import type { FleetView } from '../../core/fleetView';
import { formatCount } from '../../core/words';
import type { ServiceCommandId } from '../commands/ids';
import type { CommandHandlers } from '../commands/registerCommands';
import { proposeText } from '../documents/proposeText';
import { stateIcons } from '../stateIcon';
import type { NodeSubject } from '../tree/model';
import type { ServiceDocuments } from './serviceDocuments';
import { t } from '../../core/l10n';
import { showInformation, showWarning } from '../messages';

export interface ServiceCommandContext {
  readonly view: () => FleetView | undefined;
  readonly documents: ServiceDocuments;
  readonly logic: () => Promise<Pick<FleetLogic, 'service'>>;
  /** Where the inventory is; undefined: there is none. */
  readonly inventoryUri: () => vscode.Uri | undefined;
  readonly subjectOf: (argument: string) => NodeSubject | undefined;
}

/** The commands about neighbours. Each works from the palette too: without an argument it asks. */
export function serviceCommands(context: ServiceCommandContext): Pick<CommandHandlers, ServiceCommandId> {
  const { view, documents } = context;
  return {
    'replideck.service.open': async (argument) => {
      const services = view()?.services ?? [];
      const subject = argument === undefined ? undefined : context.subjectOf(argument);
      const known = subject?.kind === 'service' ? subject.subject : argument;
      const key = services.find((service) => service.key === known)?.key ?? (await pickService(services));
      if (key !== undefined) await vscode.commands.executeCommand('markdown.showPreview', documents.uriOf(key));
    },
    'replideck.orchestrator.import': async () => {
      await importClusters(context);
    },
  };
}

async function pickService(services: FleetView['services']): Promise<string | undefined> {
  if (services.length === 0) {
    await showInformation(
      t`The inventory names no neighbour: no Orchestrator, Prometheus, backups, pipelines or Burrow.`,
    );
    return undefined;
  }
  const items = services.map(({ kind, name, key, state, place }) => ({
    label: `$(${stateIcons[state].icon}) ${name}`,
    description: `${kind} · ${place}`,
    key,
  }));
  return (await vscode.window.showQuickPick(items, { title: t`Show what is known of`, matchOnDescription: true }))?.key;
}

/** Proposes clusters that Orchestrator knows for the inventory. */
async function importClusters({ view, logic, inventoryUri }: ServiceCommandContext): Promise<void> {
  const uri = inventoryUri();
  const fleet = view();
  if (uri === undefined || fleet === undefined) {
    await showInformation(t`There is no inventory yet. Create one that names an Orchestrator first.`);
    return;
  }
  const { importableClusters, addClusters } = (await logic()).service;
  const document = await vscode.workspace.openTextDocument(uri);
  const clusters = importableClusters(fleet, document.getText());
  if (clusters.length === 0) {
    const isRead = fleet.services.some(
      ({ kind, snapshot }) => kind === 'orchestrator' && snapshot.reach.kind === 'answered',
    );
    await showInformation(
      isRead
        ? t`Every cluster that Orchestrator knows is in the inventory.`
        : t`No Orchestrator has answered. The inventory names them under \`orchestrators\`; the tree says what keeps one from answering.`,
    );
    return;
  }
  const picked = await vscode.window.showQuickPick(
    clusters.map((cluster) => ({
      label: cluster.name,
      description: formatCount(cluster.instances.length, 'instance'),
      detail: cluster.instances.map(({ host, port }) => `${host}:${port}`).join(', '),
      picked: true,
      cluster,
    })),
    { title: t`Add clusters from Orchestrator to the inventory`, canPickMany: true, matchOnDetail: true },
  );
  if (picked === undefined || picked.length === 0) return;
  const added = addClusters(
    document.getText(),
    picked.map(({ cluster }) => cluster),
  );
  if (added.kind === 'failed') {
    await showWarning(added.reason);
    return;
  }
  await proposeText(document, added.value);
  void showInformation(
    t`${formatCount(picked.length, 'cluster')} added. Mark what is production, and save: then they are read.`,
  );
}
