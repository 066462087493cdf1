import * as vscode from 'vscode';
import type { FleetView } from '../../core/fleetView';
import { formatCount } from '../../core/words';
import { countFindings } from '../tree/countFindings';
import { t } from '../../core/l10n';

/** One item: the worst of the fleet. Nothing is shown before there is a fleet. */
export class StatusBar implements vscode.Disposable {
  readonly #item = vscode.window.createStatusBarItem('replideck.fleet', vscode.StatusBarAlignment.Left, 10);

  #view: FleetView | undefined;
  #isPolled = true;

  constructor() {
    this.#item.name = 'Replideck';
    this.#item.command = 'replideck.findings.showWorst';
  }

  /** Says from when it is as soon as nothing is polled, since nobody looks. */
  setPolled(isPolled: boolean): void {
    if (isPolled === this.#isPolled) return;
    this.#isPolled = isPolled;
    this.update(this.#view);
  }

  update(view: FleetView | undefined): void {
    this.#view = view;
    if (view === undefined || view.snapshot.inventory.instances.length === 0) {
      this.#item.hide();
      return;
    }
    const { critical, warning, productionCritical } = countFindings(view);
    // What was not read is not ok: never yet, cancelled, or in a workspace that is not trusted.
    const unread = Object.values(view.instances).filter(({ state }) => state === 'unknown').length;
    // Production is said in words, and coloured only where it is in trouble; what else is wrong is no part of it.
    const production = productionCritical > 0;
    const elsewhere = critical - productionCritical;
    const words =
      critical > 0
        ? production && elsewhere > 0
          ? t`${formatCount(productionCritical, 'critical', 'critical')} · ${elsewhere} elsewhere`
          : formatCount(critical, 'critical', 'critical')
        : warning > 0
          ? formatCount(warning, 'warning')
          : 'ok';
    const icon = critical > 0 ? 'error' : warning > 0 ? 'warning' : unread > 0 ? 'question' : 'database';
    const shown = critical + warning === 0 && unread > 0 ? t`${formatCount(unread, 'instance')} not read` : words;
    const at = t`${view.snapshot.takenAt.slice(11, 16)} UTC`;
    const said = this.#isPolled ? shown : `${shown} (${at})`;
    this.#item.text = `$(${icon}) ${production ? 'PROD ' : ''}${said}`;
    const counts = t`Replideck: ${formatCount(view.snapshot.inventory.instances.length, 'instance')}, ${formatCount(critical, 'critical finding')}, ${formatCount(warning, 'warning')}`;
    const age = this.#isPolled ? '' : t`As of ${at}: nothing is read while no view of Replideck is visible.`;
    this.#item.tooltip = age === '' ? counts : `${counts}\n${age}`;
    this.#item.accessibilityInformation = {
      label: t`Replideck, replication fleet: ${production ? t`production, ` : ''}${said}`,
    };
    this.#item.backgroundColor = production ? new vscode.ThemeColor('statusBarItem.errorBackground') : undefined;
    this.#item.show();
  }

  dispose(): void {
    this.#item.dispose();
  }
}
