import * as vscode from 'vscode';
import type { Fleet } from '../../app/fleet';
import { once } from '../../app/once';
import type { FleetLogic } from '../../core/fleetLogic';
import type { Clock, PositionReader, TrialReader } from '../../ports';
import type { Mutes } from '../../app/mutes';
import type { Daily } from '../daily/daily';
import type { InventoryFile } from '../documents/inventoryFile';
import type { Grants } from '../grants/grants';
import type { LateMirrorPanels } from '../panels/lateMirrorPanels';
import type { PanelModel, ReplicationPanels } from '../panels/replicationPanels';
import type { Runbooks } from '../runbooks/runbooks';
import type { ServiceDocuments } from '../services/serviceDocuments';
import type { OutputLog } from '../log';
import { refusedSecrets, type StoredSecrets } from '../secrets';
import type { FleetTree } from '../tree/fleetTree';
import type * as partCommands from './partCommands';
import { commands, type CommandId } from './ids';
import type { CommandHandlers } from './registerCommands';

export interface ExtensionParts {
  readonly fleet: Fleet;
  readonly daily: Daily;
  readonly mutes: Mutes;
  readonly inventory: InventoryFile;
  readonly tree: FleetTree;
  readonly panels: ReplicationPanels;
  readonly grants: Grants;
  readonly mirrorPanels: LateMirrorPanels;
  readonly serviceDocuments: ServiceDocuments;
  readonly runbooks: Runbooks;
  readonly secrets: StoredSecrets;
  readonly log: OutputLog;
  readonly clock: Clock;
  readonly logic: () => Promise<FleetLogic>;
  readonly reader: () => Promise<PositionReader & TrialReader>;
  readonly panelModel: () => Promise<PanelModel>;
  /** The module that comes with its chunk. */
  readonly partCommands: () => Promise<typeof partCommands>;
}

/** The handlers of all commands, over the parts that the composition root made. Their code comes with the first call. */
export function extensionCommands(parts: ExtensionParts): CommandHandlers {
  const { fleet, inventory, tree, panels, grants, mirrorPanels, runbooks, secrets, log, clock, panelModel } = parts;
  const view = () => fleet.view;
  const subjectOf = (id: string) => tree.node(id)?.subject;
  const load = once(async (): Promise<CommandHandlers> => {
    const part = await parts.partCommands();
    return {
      ...part.fleetCommands({
        ...{ view, inventory, tree, panelModel },
        read: (keys, signal) => fleet.readNow(keys, signal),
        showPanel: (subject, section) => {
          panels.show(subject, section);
        },
        renderService: async (shown, key) => (await parts.logic()).service.renderService(shown, key),
        acceptIdentity: (key) => fleet.acceptIdentity(key),
        forgetPasswords: () => secrets.forgetAll(),
        retryPasswords: () => secrets.retry(refusedSecrets(fleet.view)),
        showLog: () => {
          log.show();
        },
        wait: {
          // Nothing connects to hosts that only an untrusted workspace names.
          positions: () => (vscode.workspace.isTrusted ? parts.reader() : Promise.resolve(undefined)),
          logic: async () => (await parts.logic()).wait,
          clock,
        },
        create: {
          logic: async () => (await parts.logic()).firstServer,
          importable: async (text) => {
            const { service } = await parts.logic();
            return fleet.view === undefined ? [] : service.importableClusters(fleet.view, text);
          },
          // Nothing connects from an untrusted workspace.
          reader: () => (vscode.workspace.isTrusted ? parts.reader() : Promise.resolve(undefined)),
          askPassword: (name, title) => secrets.ask(name, title),
          forgetPassword: (name) => secrets.retry([name]),
        },
      }),
      ...part.grantCommands({ grants, subjectOf }),
      ...part.mirrorCommands({ view, mirrors: fleet.mirrors, panels: mirrorPanels, subjectOf }),
      ...part.serviceCommands({
        ...{ view, subjectOf, documents: parts.serviceDocuments, logic: parts.logic },
        inventoryUri: () => ('uri' in inventory.state ? inventory.state.uri : undefined),
      }),
      ...part.dailyCommands({
        daily: parts.daily,
        mutes: parts.mutes,
        view,
        now: () => clock.now(),
        logLines: () => log.lastLines(),
        subjectOf,
      }),
      ...part.runbookCommands({ runbooks, view, subjectOf }),
    };
  });
  const ids = Object.keys(commands) as CommandId[];
  const handlers = ids.map((id) => [id, async (argument: string | undefined) => (await load())[id](argument)] as const);
  return Object.fromEntries(handlers) as CommandHandlers;
}
