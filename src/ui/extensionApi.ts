import * as vscode from 'vscode';
import type { ReplideckApi } from '../api';
import type { Fleet } from '../app/fleet';
import type { FleetReport } from '../core/report';
import type { Grants } from './grants/grants';
import type { Runbooks } from './runbooks/runbooks';
import { t } from '../core/l10n';

export interface ExtensionApiOptions {
  readonly fleet: Fleet;
  readonly grants: Grants;
  readonly runbooks: Runbooks;
  /** Reads the inventory again and hands it on: the API answers for what the file says now. */
  readonly takeInventory: () => Promise<void>;
  readonly subscriptions: { dispose(): unknown }[];
}

/** What the extension hands out to others. */
export function createExtensionApi(options: ExtensionApiOptions): ReplideckApi {
  const { fleet, grants, runbooks, takeInventory, subscriptions } = options;
  const reports = new vscode.EventEmitter<FleetReport>();
  let listeners = 0;
  const forget = fleet.store.onDidChange(() => {
    // The report of thousands takes its time: only for those who asked for it.
    const report = listeners === 0 ? undefined : fleet.report();
    if (report !== undefined) reports.fire(report);
  });
  const onDidChangeReport: vscode.Event<FleetReport> = (...parameters) => {
    const listening = reports.event(...parameters);
    listeners += 1;
    let isOver = false;
    return new vscode.Disposable(() => {
      listening.dispose();
      if (!isOver) listeners -= 1;
      isOver = true;
    });
  };
  subscriptions.push(reports, { dispose: forget });
  return {
    apiVersion: 1,
    async refresh() {
      await takeInventory();
      await fleet.readNow();
      const report = fleet.report();
      if (report === undefined) throw new Error(t`This workspace has no inventory, so there is no fleet to read.`);
      return report;
    },
    report: () => fleet.report(),
    onDidChangeReport,
    async diffGrants(instance, template) {
      await takeInventory();
      return grants.diff(instance, template);
    },
    async planRunbook(id, target, inputs) {
      await takeInventory();
      return runbooks.report(id, target, inputs);
    },
  };
}
