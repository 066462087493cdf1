import * as vscode from 'vscode';
import type { FleetView, InstanceView } from '../../core/fleetView';
import { formatCount } from '../../core/words';
import type { PanelSection, Subject } from '../../protocol/replicationPanel';
import { pickScope, scopeOf } from '../daily/pickSubject';
import { toVscodeRange, type InventoryFile } from '../documents/inventoryFile';
import { mirrorOf } from '../mirrors/mirrorOf';
import type { PanelModel } from '../panels/replicationPanels';
import type { FleetTree } from '../tree/fleetTree';
import type { NodeSubject } from '../tree/model';
import type { NoticeAction } from '../tree/notice';
import { acceptIdentity, hasNewIdentity, nothingToAccept } from './acceptIdentity';
import { copyTicket } from './copyTicket';
import { createInventory, type CreateContext } from './createInventory';
import type { CommandArgument, PartCommandId } from './ids';
import { sayThatThereIsNoFleet } from './noFleet';
import { pickCluster, pickInstance } from './pickInstance';
import type { CommandHandlers } from './registerCommands';
import { waitForReplica, type WaitContext } from './waitForReplica';
import { t } from '../../core/l10n';
import { showInformation } from '../messages';
import { withSignal } from '../withProgress';

export interface FleetCommandContext {
  readonly view: () => FleetView | undefined;
  readonly inventory: InventoryFile;
  readonly tree: FleetTree;
  /** Reads the given instances, or all, now. */
  readonly read: (keys: readonly string[] | undefined, signal: AbortSignal) => Promise<void>;
  readonly showPanel: (subject: Subject, section?: PanelSection) => void;
  readonly acceptIdentity: (key: string) => boolean;
  readonly panelModel: () => Promise<PanelModel>;
  /** All that is known of a neighbour, as Markdown. */
  readonly renderService: (view: FleetView, key: string) => Promise<string>;
  readonly forgetPasswords: () => Promise<number>;
  readonly retryPasswords: () => Promise<void>;
  readonly showLog: () => void;
  /** Comes with a chunk of its own. */
  readonly wait: Omit<WaitContext, 'view' | 'read'>;
  readonly create: Omit<CreateContext, 'inventory'>;
}

/** The handlers of the commands about the fleet. Each works from the palette too: without an argument it asks. */
export function fleetCommands(context: FleetCommandContext): Omit<CommandHandlers, PartCommandId> {
  const { inventory, tree, view } = context;

  /** What a node stands for, or undefined where the argument is no node's id. */
  const subjectOf = (argument: CommandArgument): NodeSubject | undefined =>
    argument === undefined ? undefined : tree.node(argument)?.subject;

  const instanceOf = async (
    argument: CommandArgument,
    title: string,
    isWanted?: (instance: InstanceView) => boolean,
    whyNone?: string,
  ): Promise<string | undefined> => {
    const subject = subjectOf(argument);
    if (subject?.kind === 'instance' || subject?.kind === 'connection') return subject.key;
    if (subject?.kind === 'finding' && view()?.instances[subject.finding.subject] !== undefined)
      return subject.finding.subject;
    if (argument !== undefined && view()?.instances[argument] !== undefined) return argument;
    return pickInstance(view(), title, isWanted, whyNone);
  };

  const clusterOf = async (argument: CommandArgument, title: string): Promise<string | undefined> => {
    const subject = subjectOf(argument);
    if (subject?.kind === 'cluster') return subject.name;
    if (argument !== undefined && view()?.clusters.some(({ spec }) => spec.name === argument) === true) return argument;
    return pickCluster(view(), title);
  };

  const panelSubjectOf = (subject: NodeSubject): Subject | undefined => {
    switch (subject.kind) {
      case 'cluster':
        return subject;
      case 'instance':
      case 'connection':
        return { kind: 'instance', key: subject.key };
      case 'finding': {
        const about = subject.finding.subject;
        if (about.startsWith('cluster:')) return { kind: 'cluster', name: about.slice('cluster:'.length) };
        return view()?.instances[about] === undefined ? undefined : { kind: 'instance', key: about };
      }
      case 'mirror':
      case 'service':
      case 'notice':
      case 'group':
        return undefined;
    }
  };

  /** The key of the neighbour that a node or a finding is about. */
  const neighbourOf = (subject: NodeSubject | undefined): string | undefined => {
    const key = subject?.kind === 'finding' ? subject.finding.subject : undefined;
    return subject?.kind === 'service' ? subject.subject : view()?.services.find((service) => service.key === key)?.key;
  };

  const openInventory = async (selection?: vscode.Range): Promise<void> => {
    const { state } = inventory;
    if (!('uri' in state)) {
      await vscode.commands.executeCommand('replideck.inventory.create');
      return;
    }
    await vscode.window.showTextDocument(state.uri, selection === undefined ? {} : { selection });
  };

  return {
    'replideck.fleet.refresh': async () => {
      await context.retryPasswords();
      await inventory.reload();
      if (Object.keys(view()?.instances ?? {}).length === 0) {
        await sayThatThereIsNoFleet();
        return;
      }
      await withViewProgress((signal) => context.read(undefined, signal));
      sayWhatWasRead(view());
    },
    'replideck.fleet.filter': async () => {
      const filter = await vscode.window.showInputBox({
        title: t`Filter the fleet`,
        prompt: t`Part of a name, a state, a data centre or a problem; empty shows all.`,
        value: tree.filter,
      });
      if (filter !== undefined) await tree.setFilter(filter);
    },
    'replideck.fleet.clearFilter': async () => {
      if (tree.filter === '') await showInformation(t`The fleet has no filter: all of it is shown.`);
      else await tree.setFilter('');
    },
    'replideck.fleet.openNode': async (argument) => {
      const subject = subjectOf(argument);
      if (mirrorOf(subject) !== undefined) await vscode.commands.executeCommand('replideck.mirror.open', argument);
      const neighbour = neighbourOf(subject);
      if (neighbour !== undefined) await vscode.commands.executeCommand('replideck.service.open', neighbour);
      if (subject?.kind === 'notice') await vscode.commands.executeCommand(noticeCommands[subject.action]);
      const wanted = subject && panelSubjectOf(subject);
      if (wanted !== undefined) context.showPanel(wanted);
    },
    'replideck.findings.showWorst': async () => {
      if (view() === undefined) await sayThatThereIsNoFleet();
      else await tree.showWorst();
    },
    'replideck.instance.open': async (argument) => {
      const key = await instanceOf(argument, t`Open the replication panel of`);
      if (key !== undefined) context.showPanel({ kind: 'instance', key });
    },
    'replideck.cluster.open': async (argument) => {
      const name = await clusterOf(argument, t`Open the replication panel of`);
      if (name !== undefined) context.showPanel({ kind: 'cluster', name });
    },
    'replideck.cluster.switchoverReadiness': async (argument) => {
      const name = await clusterOf(argument, t`Show the switchover readiness of`);
      if (name !== undefined) context.showPanel({ kind: 'cluster', name }, 'readiness');
    },
    'replideck.instance.refresh': async (argument) => {
      const key = await instanceOf(argument, t`Read now`);
      if (key !== undefined) await withViewProgress((signal) => context.read([key], signal));
    },
    'replideck.instance.acceptIdentity': async (argument) => {
      const key = await instanceOf(argument, t`Accept the new identity of`, hasNewIdentity, nothingToAccept);
      if (key !== undefined) await acceptIdentity(key, view, context.acceptIdentity);
    },
    'replideck.instance.copyAddress': async (argument) => {
      const key = await instanceOf(argument, t`Copy the address of`);
      if (key !== undefined) await vscode.env.clipboard.writeText(key);
    },
    'replideck.instance.showInInventory': async (argument) => {
      const key = await instanceOf(argument, t`Show in the inventory`);
      if (key === undefined || inventory.state.kind !== 'loaded') return;
      const range = inventory.state.inventory.locations[key];
      await openInventory(range && toVscodeRange(range));
    },
    'replideck.replica.waitCaughtUp': async (argument) => {
      const key = await instanceOf(
        argument,
        t`Wait for a replica to catch up`,
        ({ connections }) => connections.length > 0,
      );
      if (key !== undefined) await waitForReplica({ ...context.wait, view, read: context.read }, key);
    },
    'replideck.finding.copyTicket': async (argument) => {
      const present = view();
      const scope = scopeOf(subjectOf(argument)) ?? (await pickScope(present, t`Copy the findings of`, false));
      if (present === undefined || scope === undefined || scope.kind === 'fleet') return;
      const model = await context.panelModel();
      if (scope.kind === 'cluster') {
        await copyTicket(model.renderTicket(present, scope));
        return;
      }
      const { subject } = scope;
      if (subject.startsWith('mirror:'))
        await copyTicket(model.renderMirrorTicket(present, subject.slice('mirror:'.length)));
      else if (present.services.some(({ key }) => key === subject))
        await copyTicket(await context.renderService(present, subject));
      else await copyTicket(model.renderTicket(present, { kind: 'instance', key: subject }));
    },
    'replideck.inventory.open': () => openInventory(),
    'replideck.inventory.create': () => createInventory({ ...context.create, inventory }),
    'replideck.secret.forget': async () => {
      const count = await context.forgetPasswords();
      await showInformation(
        count === 0
          ? t`No password was stored.`
          : t`${count === 1 ? t`One password is` : t`${count} passwords are`} forgotten.`,
      );
    },
    'replideck.log.show': context.showLog,
  };
}

const noticeCommands: Readonly<Record<NoticeAction, string>> = {
  trust: 'workbench.trust.manage',
  refresh: 'replideck.fleet.refresh',
};

/** The tree shows it, where it is in view. */
function sayWhatWasRead(view: FleetView | undefined): void {
  const instances = Object.values(view?.instances ?? {});
  const answered = instances.filter(({ snapshot }) => snapshot.reach.kind === 'answered').length;
  vscode.window.setStatusBarMessage(
    t`Replideck: ${answered} of ${formatCount(instances.length, 'instance')} answered`,
    3000,
  );
}

/** Progress in the view itself, with a way to stop from the notification-free place where it shows. */
async function withViewProgress(work: (signal: AbortSignal) => Promise<void>): Promise<void> {
  await vscode.window.withProgress({ location: { viewId: 'replideck.fleet' } }, (_progress, token) =>
    withSignal(token, work),
  );
}
