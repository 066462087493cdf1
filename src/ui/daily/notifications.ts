import * as vscode from 'vscode';
import { Alarms } from '../../app/alarms';
import { wholeFleet, type Mutes } from '../../app/mutes';
import type { Finding } from '../../core/findings/finding';
import { clustersOf } from '../../core/findings/fleetFacts';
import type { FleetView } from '../../core/fleetView';
import { t } from '../../core/l10n';
import { shortNames } from '../../core/shortNames';
import type { Clock } from '../../ports';
import { sayMoment } from './moments';
import { showError, showInformation } from '../messages';

/** So many are named; the view of findings has them all. */
const namedFindings = 3;
const hourMs = 3_600_000;

/** Messages of the editor about what has become critical. */
export function createNotifications(view: () => FleetView | undefined, mutes: Mutes, clock: Clock): Alarms {
  return new Alarms({
    ...{ view, mutes, clock },
    isOn: () => vscode.workspace.getConfiguration('replideck').get('notifications', true),
    show: async (findings) => {
      const now = view();
      if (now === undefined) return;
      const open = t`Open`;
      const mute = t`Mute...`;
      const answer = await showError(sayFindings(findings, now), open, mute);
      if (answer === open) await openFindings(findings);
      if (answer === mute) await askMute(mutes, subjectsOf(findings, now), clock.now());
    },
  });
}

/** `db2:3311: error 1062, SQL stopped`, or how many there are and the first of them. */
export function sayFindings(findings: readonly Finding[], view: FleetView): string {
  const names = shortNames(view.snapshot.inventory.instances.map(({ key }) => key));
  const words = findings
    .slice(0, namedFindings)
    .map(({ subject, short }) => `${names[subject] ?? subject.replace(/^cluster:/, '')}: ${short}`);
  const [only] = words;
  if (findings.length === 1 && only !== undefined) return t`Critical: ${only}`;
  const rest = findings.length - words.length;
  const list = words.join('; ');
  return rest > 0
    ? t`${findings.length} findings have become critical: ${list}; and ${rest} more`
    : t`${findings.length} findings have become critical: ${list}`;
}

async function openFindings(findings: readonly Finding[]): Promise<void> {
  const [first] = findings;
  if (first === undefined) return;
  const { subject, connection, id } = first;
  if (findings.length > 1) await vscode.commands.executeCommand('replideck.findings.focus');
  else await vscode.commands.executeCommand('replideck.fleet.openNode', `finding:${subject}:${connection ?? ''}:${id}`);
}

/** What these findings are about, nearest first. */
function subjectsOf(findings: readonly Finding[], view: FleetView): readonly string[] {
  const own = findings.map(({ subject }) => subject);
  const clusters = own.flatMap((subject) => clustersOf(view, subject).map(({ spec }) => `cluster:${spec.name}`));
  return [...new Set([...own, ...clusters, wholeFleet])];
}

/** How a subject is called where it is muted. */
export function nameOfMuted(subject: string): string {
  if (subject === wholeFleet) return t`The whole fleet`;
  return subject.startsWith('cluster:') ? t`Cluster ${subject.slice('cluster:'.length)}` : subject;
}

/** Asks which of the subjects, where there are several, and until when. */
export async function askMute(mutes: Mutes, subjects: readonly string[], nowMs: number): Promise<void> {
  const items = subjects.map((subject) => ({ label: nameOfMuted(subject), subject }));
  const picked =
    items.length === 1 ? items[0] : await vscode.window.showQuickPick(items, { title: t`Mute notifications about` });
  if (picked === undefined) return;
  const morning = new Date(nowMs);
  morning.setDate(morning.getDate() + 1);
  morning.setHours(9, 0, 0, 0);
  const until = [
    [t`For 30 minutes`, nowMs + hourMs / 2],
    [t`For 2 hours`, nowMs + 2 * hourMs],
    [t`For 8 hours`, nowMs + 8 * hourMs],
    [t`Until tomorrow, 09:00`, morning.getTime()],
    [t`For a week`, nowMs + 7 * 24 * hourMs],
  ] as const;
  const times = until.map(([label, untilMs]) => ({ label, description: sayMoment(untilMs, nowMs), untilMs }));
  const time = await vscode.window.showQuickPick(times, { title: t`Mute ${picked.label}` });
  if (time !== undefined) mutes.mute(picked.subject, time.untilMs);
}

/** Lists what is muted; picking one ends it. */
export async function listMuted(mutes: Mutes, nowMs: number): Promise<void> {
  const items = mutes.list.map(({ subject, untilMs }) => ({
    ...{ label: nameOfMuted(subject), description: t`until ${sayMoment(untilMs, nowMs)}`, subject },
  }));
  if (items.length === 0) {
    await showInformation(t`Nothing is muted.`);
    return;
  }
  const picked = await vscode.window.showQuickPick(items, { title: t`Muted: pick one to hear of it again` });
  if (picked !== undefined) mutes.end(picked.subject);
}
