import './ui/displayLanguage';
import * as vscode from 'vscode';
import type { MysqlReader } from './adapters/mysql/mysqlReader';
import { systemClock as clock } from './adapters/systemClock';
import type { ReplideckApi } from './api';
import { Fleet } from './app/fleet';
import { Mutes } from './app/mutes';
import { once } from './app/once';
import type { FleetView } from './core/fleetView';
import type { ServiceReaders } from './ports';
import { extensionCommands } from './ui/commands/extensionCommands';
import { registerCommands } from './ui/commands/registerCommands';
import { Daily } from './ui/daily/daily';
import { InventoryAssist } from './ui/documents/inventoryAssist';
import { InventoryFile } from './ui/documents/inventoryFile';
import { createExtensionApi } from './ui/extensionApi';
import { Grants } from './ui/grants/grants';
import { keptIn } from './ui/keptIn';
import { createLog } from './ui/log';
import { MirrorDocuments } from './ui/mirrors/mirrorDocuments';
import { fleetPanelHost } from './ui/panels/fleetPanelHost';
import { LateMirrorPanels } from './ui/panels/lateMirrorPanels';
import { ReplicationPanels, replicationPanelType } from './ui/panels/replicationPanels';
import { Runbooks } from './ui/runbooks/runbooks';
import { ServiceDocuments } from './ui/services/serviceDocuments';
import { StoredSecrets } from './ui/secrets';
import { StatusBar } from './ui/status/statusBar';
import { shellOf } from './ui/terminal/shellOf';
import { registerTools } from './ui/tools/registerTools';
import { FleetTree } from './ui/tree/fleetTree';
import { markDone } from './ui/walkthrough';
import { t } from './core/l10n';

/** What keeps connections, as it is loaded; ended through deactivate, which VS Code awaits. */
const readers: { dispose(): Promise<void> }[] = [];

function kept<T extends { dispose(): Promise<void> }>(reader: T): T {
  readers.push(reader);
  return reader;
}

/**
 * Composition root: the only file that constructs adapters and ui. It opens no connection and loads no driver; those
 * come with the first reading.
 */
export function activate(context: vscode.ExtensionContext): ReplideckApi {
  const startedAt = performance.now();
  const log = createLog();
  const logic = once(async () => (await import('./core/fleetLogic')).fleetLogic);
  const grantLogic = once(async () => (await import('./core/grantLogic')).grantLogic);
  const panelParts = once(() => import('./ui/panels/panelParts'));
  const partCommands = once(() => import('./ui/commands/partCommands'));
  const secrets = new StoredSecrets(context, log, () => void fleet.readNow());
  const inventoryFolder = () => inventory.folder;
  const connection = { secrets, clock, inventoryFolder, environment: process.env };
  /** One login at each bastion, whatever is read through it. */
  const bastions = once(async () => {
    const { createBastions } = await import('./adapters/ssh/bastions');
    return kept(createBastions({ command: ['ssh'], environment: process.env }));
  });
  const sources = async () => ({ ...connection, bastions: await bastions() });
  const reader = once<MysqlReader>(async () => {
    const { createMysqlReader } = await import('./adapters/mysql/mysqlReader');
    return kept(createMysqlReader({ ...(await sources()), log }));
  });
  const httpReaders = once(() => import('./adapters/httpReaders'));
  const mirrorReader = once(async () => kept((await httpReaders()).createEtcdReader(connection)));
  const prometheus = once(async () => kept((await httpReaders()).createPrometheusReader(await sources())));
  const serviceReaders: ServiceReaders = {
    prometheus,
    orchestrator: once(async () => kept((await httpReaders()).createOrchestratorReader(await sources()))),
    backups: async () => (await reader()).services.backups,
    pipeline: async () => (await reader()).services.pipeline,
    burrow: once(async () => kept((await httpReaders()).createBurrowReader(await sources()))),
  };
  const connecting = { reader, mayConnect: () => vscode.workspace.isTrusted, clock, log };
  const fleet = new Fleet({
    ...{ logic, mirrorReader, serviceReaders, historyReader: prometheus, ...connecting },
    directPollLimit: () => vscode.workspace.getConfiguration('replideck').get('directPollLimit', 300),
  });
  const mutes = new Mutes(keptIn(context.workspaceState, 'replideck.mutes'), clock);
  const daily = kept(
    new Daily({
      parts: once(() => import('./ui/daily/dailyParts')),
      fleet,
      mutes,
      historyFile: async (inventoryUri, longest) => {
        const { createHistoryFile } = await import('./adapters/files/historyFile');
        return createHistoryFile((context.storageUri ?? context.globalStorageUri).fsPath, inventoryUri, longest);
      },
      ...{ clock, log },
    }),
  );
  const inventory = new InventoryFile(async (text) => (await logic()).parseInventory(text), log);
  const assist = new InventoryAssist(
    inventory,
    once(async () => (await import('./ui/documents/inventoryProviders')).createProviders(context.extensionUri, logic)),
  );
  const grants = new Grants({ logic: grantLogic, fleet, inventory, ...connecting });
  const storage = (name: string) => vscode.Uri.joinPath(context.globalStorageUri, name).fsPath;
  const runbookParts = once(() => import('./ui/runbooks/runbookParts'));
  const runnerFiles = once(async () => {
    const created = (await import('./adapters/files/runnerFiles')).createRunnerFiles({
      ...{ secretFolder: storage('runbooks'), auditFile: storage('audit.jsonl') },
      ...{ environment: process.env, log },
    });
    context.subscriptions.push(created.secretFiles);
    return created;
  });
  const runbookTools = once(async () => {
    const runner = new (await runbookParts()).PlanTerminals();
    context.subscriptions.push(runner);
    return { ...(await runnerFiles()), runner };
  });
  const runbooks = new Runbooks({
    parts: runbookParts,
    tools: runbookTools,
    fleet,
    ...connecting,
    inventoryFolder,
    environment: process.env,
    askPassword: (name) => secrets.ask(name),
    readGrantFix: (key, template, optionFile) => grants.readFix(key, template, optionFile),
    shell: () => shellOf(vscode.env.shell) ?? 'posix',
  });
  const tree = new FleetTree(
    context.workspaceState,
    clock,
    mutes,
    once(() => import('./ui/tree/treeModel')),
  );
  const statusBar = new StatusBar();
  const panels = new ReplicationPanels(context.extensionUri, fleetPanelHost(fleet, runbooks, panelParts, clock, log));
  const mirrorDocuments = new MirrorDocuments(() => fleet.view);
  const mirrorPanels = new LateMirrorPanels({
    ...{ extensionUri: context.extensionUri, fleet, runbooks, documents: mirrorDocuments, parts: panelParts },
    ...{ partCommands, log },
  });
  const serviceDocuments = new ServiceDocuments({ view: () => fleet.view, logic });

  const draw = (view: FleetView | undefined): void => {
    tree.update(view);
    statusBar.update(view);
    panels.update();
    mirrorPanels.update();
    serviceDocuments.refresh();
    if (view !== undefined && tree.visible) markDone('fleet');
    if (panels.anyVisible) markDone('why');
  };
  fleet.store.onDidChange(draw);
  const attend = (): void => {
    const seen = tree.visible || panels.anyVisible || mirrorPanels.anyVisible;
    fleet.setLookedAt(new Set(panels.visibleKeys(fleet.view)));
    fleet.setAttention(!seen ? 'none' : vscode.window.state.focused ? 'full' : 'unfocused');
    statusBar.setPolled(seen);
  };
  /** Hands the inventory on; the API waits for it, since its refresh is about what the file says now. */
  let handedOn: Promise<void> = Promise.resolve();
  inventory.onDidChange((state) => {
    tree.setInventoryState(state);
    handedOn = handedOn.then(async () => {
      // What is known is written before it is forgotten, and comes back once there is something that it is about.
      if (state.kind !== 'loaded') await daily.follow(state);
      await fleet.setInventory(state.kind === 'loaded' ? state.inventory : undefined);
      if (state.kind === 'loaded') void daily.follow(state);
      if (state.kind !== 'loaded') draw(undefined);
      attend();
    });
    handedOn = handedOn.catch((error: unknown) => {
      log.error('The inventory could not be taken over', error);
    });
  });

  context.subscriptions.push(
    log,
    inventory,
    assist,
    tree,
    statusBar,
    panels,
    mirrorPanels,
    grants,
    mirrorDocuments,
    serviceDocuments,
    runbooks,
    fleet,
    tree.onDidChangeVisibility(attend),
    panels.onDidChangeVisibility(attend),
    mirrorPanels.onDidChangeVisibility(attend),
    vscode.window.onDidChangeWindowState(attend),
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration('replideck.directPollLimit')) fleet.retarget();
    }),
    vscode.window.registerWebviewPanelSerializer(replicationPanelType, panels),
    vscode.window.registerWebviewPanelSerializer('replideck.mirror', mirrorPanels),
    registerCommands(
      extensionCommands({
        ...{ fleet, daily, mutes, inventory, tree, panels, grants, mirrorPanels, serviceDocuments, runbooks },
        ...{ secrets, log, clock, logic, reader, partCommands },
        panelModel: panelParts,
      }),
      log,
    ),
  );
  // What a window that crashed has left behind goes as soon as there is time.
  setImmediate(() => void runnerFiles().then(({ secretFiles }) => secretFiles.sweep()));
  const firstLoad = inventory.reload();
  const takeInventory = async (): Promise<void> => {
    await firstLoad;
    await inventory.reload();
    await handedOn;
  };
  const tools = once(async () => {
    const { createFleetTools } = await import('./ui/tools/fleetTools');
    return createFleetTools({ fleet, grants, takeInventory });
  });
  context.subscriptions.push(registerTools(tools));
  log.info(
    `Activated in ${(performance.now() - startedAt).toFixed(1)} ms, ${vscode.env.remoteName === undefined ? t`on this machine` : t`on the remote (${vscode.env.remoteName})`}`,
  );
  return createExtensionApi({ fleet, grants, runbooks, subscriptions: context.subscriptions, takeInventory });
}

export async function deactivate(): Promise<void> {
  await Promise.all(readers.splice(0).map((reader) => reader.dispose()));
}
