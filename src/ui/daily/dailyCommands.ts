import * as vscode from 'vscode';
import { wholeFleet, type Mutes } from '../../app/mutes';
import type { FleetView } from '../../core/fleetView';
import { t } from '../../core/l10n';
import type { CommandArgument, DailyCommandId } from '../commands/ids';
import type { CommandHandlers } from '../commands/registerCommands';
import type { NodeSubject } from '../tree/model';
import type { ChangesScope } from './changesDocuments';
import type { Daily } from './daily';
import { parseMoments, sayMoment, type Moments } from './moments';
import { askMute, listMuted } from './notifications';
import { openReport } from './openReport';
import { pickScope, scopeOf } from './pickSubject';

export interface DailyCommandContext {
  readonly daily: Daily;
  readonly mutes: Mutes;
  readonly view: () => FleetView | undefined;
  readonly now: () => number;
  /** The end of the log. */
  readonly logLines: () => readonly string[];
  /** What a tree node stands for; undefined: the text is no node's id. */
  readonly subjectOf: (argument: string) => NodeSubject | undefined;
}

const hourMs = 3_600_000;

/** The commands of daily use. Each works from the palette too: without an argument it asks. */
export function dailyCommands(context: DailyCommandContext): Pick<CommandHandlers, DailyCommandId> {
  const { daily, view, now } = context;

  const scopeFor = async (
    argument: CommandArgument,
    title: string,
    withFleet: boolean,
  ): Promise<ChangesScope | undefined> => {
    const named = argument === undefined ? undefined : scopeOf(context.subjectOf(argument));
    if (named !== undefined) return named;
    if (argument !== undefined && view()?.instances[argument] !== undefined)
      return { kind: 'subject', subject: argument };
    return pickScope(view(), title, withFleet);
  };

  return {
    'replideck.history.compare': async (argument) => {
      const scope = await scopeFor(argument, t`What has changed in`, true);
      const moments = scope && (await askMoments(now()));
      if (scope === undefined || moments === undefined) return;
      const documents = await daily.changes();
      await vscode.commands.executeCommand('markdown.showPreview', documents.uriOf(scope, moments));
    },
    'replideck.notifications.mute': async (argument) => {
      const scope = await scopeFor(argument, t`Mute notifications about`, true);
      if (scope !== undefined) await askMute(context.mutes, [subjectOfScope(scope)], now());
    },
    'replideck.notifications.showMuted': () => listMuted(context.mutes, now()),
    'replideck.report.open': () => openReport(view(), context.logLines()),
  };
}

function subjectOfScope(scope: ChangesScope): string {
  switch (scope.kind) {
    case 'fleet':
      return wholeFleet;
    case 'cluster':
      return `cluster:${scope.name}`;
    case 'subject':
      return scope.subject;
  }
}

/** Offers what is asked for most, and takes any moment of the last day. */
async function askMoments(nowMs: number): Promise<Moments | undefined> {
  const offer = (label: string, fromMs: number) => ({ label, description: sayMoment(fromMs, nowMs), fromMs });
  const clock = (time: string) => {
    const fromMs = parseMoments(time, nowMs)?.fromMs ?? nowMs;
    const isToday = new Date(fromMs).getDate() === new Date(nowMs).getDate();
    return offer(isToday ? t`${time} today` : t`${time} yesterday`, fromMs);
  };
  const items = [
    offer(t`An hour ago`, nowMs - hourMs),
    offer(t`Four hours ago`, nowMs - 4 * hourMs),
    clock('02:00'),
    clock('09:00'),
    offer(t`A day ago`, nowMs - 24 * hourMs),
    { label: t`Another time...`, description: '' },
  ];
  const picked = await vscode.window.showQuickPick(items, { title: t`What has changed since` });
  if (picked === undefined || 'fromMs' in picked) return picked && { fromMs: picked.fromMs };
  const typed = await vscode.window.showInputBox({
    title: t`What has changed since`,
    prompt: t`A time of your clock (02:00, 11-28 22:10), how long ago (90 min, 2 h), or from and to (02:00 - 04:00).`,
    placeHolder: '02:00',
    validateInput: (text) =>
      text === '' || parseMoments(text, nowMs) !== undefined
        ? undefined
        : t`Type a time that has passed: 02:00, 11-28 22:10, 90 min, 2 h, or two with " - " in between.`,
  });
  return typed === undefined ? undefined : parseMoments(typed, nowMs);
}
