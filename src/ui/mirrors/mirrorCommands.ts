import * as vscode from 'vscode';
import type { Mirrors } from '../../app/mirrors';
import { placeOf } from '../../core/findings/mirrorFacts';
import type { FleetView, MirrorView } from '../../core/fleetView';
import type { MirrorComparison } from '../../core/mirror/model';
import { formatCount } from '../../core/words';
import type { CommandArgument, MirrorCommandId } from '../commands/ids';
import type { CommandHandlers } from '../commands/registerCommands';
import type { LateMirrorPanels } from '../panels/lateMirrorPanels';
import { stateIcons } from '../stateIcon';
import type { NodeSubject } from '../tree/model';
import { compareWithProgress } from './compareWithProgress';
import { mirrorOf } from './mirrorOf';
import { t } from '../../core/l10n';
import { showInformation } from '../messages';

export interface MirrorCommandContext {
  readonly view: () => FleetView | undefined;
  readonly mirrors: Mirrors;
  readonly panels: LateMirrorPanels;
  /** What a tree node stands for; undefined: the text is no node's id. */
  readonly subjectOf: (argument: string) => NodeSubject | undefined;
}

/** The commands about etcd mirrors. Each works from the palette too: without an argument it asks. */
export function mirrorCommands(context: MirrorCommandContext): Pick<CommandHandlers, MirrorCommandId> {
  const { view, panels } = context;

  const named = async (argument: CommandArgument, title: string): Promise<string | undefined> => {
    const mirrors = view()?.mirrors ?? [];
    const known = argument === undefined ? undefined : (mirrorOf(context.subjectOf(argument)) ?? argument);
    if (mirrors.some(({ spec }) => spec.name === known)) return known;
    return pickMirror(mirrors, title);
  };

  return {
    'replideck.mirror.open': async (argument) => {
      const name = await named(argument, t`Open the panel of`);
      if (name !== undefined) await panels.show(name);
    },
    'replideck.mirror.compare': async (argument) => {
      const name = await named(argument, t`Compare the contents of`);
      if (name === undefined) return;
      const compared = await compareWithProgress(context.mirrors, name);
      if (compared === undefined) return;
      if (compared.items.length > 0) {
        await panels.show(name, 'drift');
        return;
      }
      // Not awaited: the command is over, whether or not the message is closed.
      void showInformation(equalWords(name, compared));
    },
  };
}

function equalWords(name: string, { compared, ignored, pending }: MirrorComparison): string {
  const rest = [
    ...(ignored === 0 ? [] : [t`${formatCount(ignored, 'key')} ignored by the pattern`]),
    ...(pending === 0 ? [] : [t`${formatCount(pending, 'change')} on the way`]),
  ];
  return t`${formatCount(compared, 'key')} of ${name} ${compared === 1 ? t`is` : t`are`} equal on both sides${rest.length === 0 ? '' : `, ${rest.join(', ')}`}.`;
}

async function pickMirror(mirrors: readonly MirrorView[], title: string): Promise<string | undefined> {
  if (mirrors.length === 0) {
    await showInformation(t`The inventory names no mirror: they stand under \`etcdMirrors\`.`);
    return undefined;
  }
  const items = mirrors.map(({ spec, state }) => ({
    label: `$(${stateIcons[state].icon}) ${spec.name}`,
    description: `${placeOf(spec.source)} → ${placeOf(spec.destination)}`,
    name: spec.name,
  }));
  return (await vscode.window.showQuickPick(items, { title, matchOnDescription: true }))?.name;
}
