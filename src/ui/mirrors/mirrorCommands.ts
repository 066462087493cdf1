import * as vscode from 'vscode';
import type { Mirrors } from '../../app/mirrors';
import { placeOf } from '../../core/findings/mirrorFacts';
import type { FleetView, MirrorView } from '../../core/fleetView';
import type { DriftItem, MirrorComparison } from '../../core/mirror/model';
import { formatBytes, formatCount } from '../../core/words';
import type { CommandArgument, MirrorCommandId } from '../commands/ids';
import type { CommandHandlers } from '../commands/registerCommands';
import { stateIcons } from '../stateIcon';
import type { NodeSubject } from '../tree/model';
import type { MirrorDocuments } from './mirrorDocuments';
import { mirrorOf } from './mirrorOf';

export interface MirrorCommandContext {
  readonly view: () => FleetView | undefined;
  readonly mirrors: Mirrors;
  readonly documents: MirrorDocuments;
  /** What a tree node stands for; undefined: the text is no node's id. */
  readonly subjectOf: (argument: string) => NodeSubject | undefined;
}

/** The commands about etcd mirrors. Each works from the palette too: without an argument it asks. */
export function mirrorCommands(context: MirrorCommandContext): Pick<CommandHandlers, MirrorCommandId> {
  const { view, documents } = context;

  const named = async (argument: CommandArgument, title: string): Promise<string | undefined> => {
    const mirrors = view()?.mirrors ?? [];
    const known = argument === undefined ? undefined : (mirrorOf(context.subjectOf(argument)) ?? argument);
    if (mirrors.some(({ spec }) => spec.name === known)) return known;
    return pickMirror(mirrors, title);
  };

  return {
    'replideck.mirror.open': async (argument) => {
      const name = await named(argument, 'Show the state of');
      if (name !== undefined) {
        await vscode.commands.executeCommand('markdown.showPreview', documents.stateOf(name));
      }
    },
    'replideck.mirror.compare': async (argument) => {
      const name = await named(argument, 'Compare the contents of');
      if (name === undefined) return;
      const compared = await compareWithProgress(context.mirrors, name);
      if (compared === undefined) return;
      if (compared.items.length === 0) {
        // Not awaited: the command is over, whether or not the message is closed.
        void vscode.window.showInformationMessage(equalWords(name, compared));
        return;
      }
      await showDifferences(context, name, compared);
    },
  };
}

async function compareWithProgress(mirrors: Mirrors, name: string): Promise<MirrorComparison | undefined> {
  const progressOptions = {
    location: vscode.ProgressLocation.Notification,
    title: `Comparing the contents of ${name}`,
    cancellable: true,
  };
  const outcome = await vscode.window.withProgress(progressOptions, async (progress, token) => {
    const abort = new AbortController();
    const subscription = token.onCancellationRequested(() => {
      abort.abort();
    });
    try {
      const onProgress = ({ look, bytes }: { readonly look: string; readonly bytes: number }): void => {
        progress.report({
          message: `${formatBytes(bytes)} read${look === 'second' ? ', once more for what differs' : ''}`,
        });
      };
      return await mirrors.compare(name, onProgress, abort.signal);
    } finally {
      subscription.dispose();
    }
  });
  if (outcome?.kind === 'ok') return outcome.value;
  // Who cancelled knows that it ended.
  if (outcome?.reason.failure.reason === 'cancelled') return undefined;
  void vscode.window.showWarningMessage(
    outcome === undefined
      ? `The contents of ${name} cannot be compared now: its two sides are not both readable. Its findings say why.`
      : `The contents of ${name} were not compared: the ${outcome.reason.side} could not be read. ${outcome.reason.failure.text}`,
  );
  return undefined;
}

function equalWords(name: string, { compared, ignored, pending }: MirrorComparison): string {
  const rest = [
    ...(ignored === 0 ? [] : [`${formatCount(ignored, 'key')} ignored by the pattern`]),
    ...(pending === 0 ? [] : [`${formatCount(pending, 'change')} on the way`]),
  ];
  return `${formatCount(compared, 'key')} of ${name} ${compared === 1 ? 'is' : 'are'} equal on both sides${rest.length === 0 ? '' : `, ${rest.join(', ')}`}.`;
}

/** A list to look through key by key; each opens its two values side by side. */
async function showDifferences(
  { documents, view }: MirrorCommandContext,
  name: string,
  { items, compared, missing, extra, different }: MirrorComparison,
): Promise<void> {
  type Item = vscode.QuickPickItem & { readonly drift?: DriftItem };
  const icons = { missing: 'diff-removed', extra: 'diff-added', different: 'diff-modified' } as const;
  const picked = await vscode.window.showQuickPick<Item>(
    [
      { label: '$(list-flat) All as a document', description: `of ${formatCount(compared, 'key')} compared` },
      ...items.map((drift) => ({
        label: `$(${icons[drift.kind]}) ${drift.key}`,
        description: drift.kind,
        detail: drift.why.replaceAll('`', ''),
        drift,
      })),
    ],
    {
      title: `${name}: ${missing} missing, ${extra} extra, ${different} different`,
      placeHolder: 'Choose a key to see both values side by side',
      matchOnDescription: true,
    },
  );
  if (picked === undefined) return;
  if (picked.drift === undefined) {
    await vscode.commands.executeCommand('markdown.showPreview', documents.stateOf(name));
    return;
  }
  const spec = view()?.mirrors.find((mirror) => mirror.spec.name === name)?.spec;
  const ends = spec === undefined ? '' : ` (${placeOf(spec.source)} ↔ ${placeOf(spec.destination)})`;
  await vscode.commands.executeCommand(
    'vscode.diff',
    documents.valueOf(name, 'source', picked.drift),
    documents.valueOf(name, 'destination', picked.drift),
    `${picked.drift.key}${ends}`,
  );
}

async function pickMirror(mirrors: readonly MirrorView[], title: string): Promise<string | undefined> {
  if (mirrors.length === 0) {
    await vscode.window.showInformationMessage('The inventory names no mirror: they stand under `etcdMirrors`.');
    return undefined;
  }
  const items = mirrors.map(({ spec, state }) => ({
    label: `$(${stateIcons[state].icon}) ${spec.name}`,
    description: `${placeOf(spec.source)} → ${placeOf(spec.destination)}`,
    name: spec.name,
  }));
  return (await vscode.window.showQuickPick(items, { title, matchOnDescription: true }))?.name;
}
