import * as vscode from 'vscode';
import type { FleetView } from '../../core/fleetView';
import { formatCount } from '../../core/words';
import { countFindings } from '../tree/countFindings';
import { t } from '../../core/l10n';

/** One item: the worst of the fleet. Nothing is shown before there is a fleet. */
export class StatusBar implements vscode.Disposable {
  readonly #item = vscode.window.createStatusBarItem('replideck.fleet', vscode.StatusBarAlignment.Left, 10);

  constructor() {
    this.#item.name = 'Replideck';
    this.#item.command = 'replideck.findings.focus';
  }

  update(view: FleetView | undefined): void {
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
    this.#item.text = `$(${icon}) ${production ? 'PROD ' : ''}${shown}`;
    this.#item.tooltip = t`Replideck: ${formatCount(view.snapshot.inventory.instances.length, 'instance')}, ${formatCount(critical, 'critical finding')}, ${formatCount(warning, 'warning')}`;
    this.#item.accessibilityInformation = {
      label: t`Replideck, replication fleet: ${production ? t`production, ` : ''}${shown}`,
    };
    this.#item.backgroundColor = production ? new vscode.ThemeColor('statusBarItem.errorBackground') : undefined;
    this.#item.show();
  }

  dispose(): void {
    this.#item.dispose();
  }
}
