import * as vscode from 'vscode';
import type { Fleet } from '../../app/fleet';
import type { FleetView } from '../../core/fleetView';
import type { Log } from '../../ports';
import type { RunbookOffer } from '../../protocol/mirrorPanel';
import type * as partCommands from '../commands/partCommands';
import type { MirrorDocuments } from '../mirrors/mirrorDocuments';
import type { Runbooks } from '../runbooks/runbooks';
import { MirrorPanels, type MirrorPanelHost, type MirrorPanelModel } from './mirrorPanels';

export interface MirrorPanelParts {
  readonly fleet: Fleet;
  readonly runbooks: Runbooks;
  readonly documents: MirrorDocuments;
  readonly parts: () => Promise<MirrorPanelModel>;
  readonly partCommands: () => Promise<typeof partCommands>;
  readonly log: Log;
}

export function createMirrorPanels(extensionUri: vscode.Uri, parts: MirrorPanelParts): MirrorPanels {
  return new MirrorPanels(extensionUri, mirrorPanelHost(parts));
}

/** What the panels of mirrors show and ask for. */
function mirrorPanelHost({ fleet, runbooks, documents, parts, partCommands, log }: MirrorPanelParts): MirrorPanelHost {
  return {
    view: () => fleet.view,
    mirrors: fleet.mirrors,
    refresh: (key) => fleet.readNow([key]),
    compare: async (name) => (await partCommands()).compareWithProgress(fleet.mirrors, name),
    openDiff: (name, key) => documents.openDiff(name, key),
    runbooks: (view, key) => offersOf(view, key, runbooks),
    planRunbook: async (key, id) => {
      await vscode.commands.executeCommand('replideck.runbook.plan', `${key} ${id}`);
    },
    model: parts,
    reportError: (what, error) => {
      log.error(what, error);
    },
  };
}

/** Those that a finding names first, then what else the registry offers for a mirror in this state. */
async function offersOf(view: FleetView, key: string, runbooks: Runbooks): Promise<readonly RunbookOffer[]> {
  const findings = view.findings.filter(({ subject }) => subject === key);
  const { runbookLogic: logic } = await runbooks.parts();
  const choices = logic.runbooksFor(logic.runbooks, view, key);
  const named = findings.flatMap(({ id: finding, runbook: id }): readonly RunbookOffer[] => {
    const runbook = choices.find((choice) => choice.runbook.id === id)?.runbook;
    return runbook === undefined ? [] : [{ id: runbook.id, title: runbook.title, finding }];
  });
  const others = choices.filter(({ runbook, isOffered }) => isOffered && named.every(({ id }) => id !== runbook.id));
  return [...named, ...others.map(({ runbook: { id, title } }) => ({ id, title }))];
}
