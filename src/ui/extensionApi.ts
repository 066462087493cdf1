import * as vscode from 'vscode';
import type { ReplideckApi } from '../api';
import type { Fleet } from '../app/fleet';
import type { FleetReport } from '../core/report';
import type { Grants } from './grants/grants';
import type { Runbooks } from './runbooks/runbooks';

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
  const forget = fleet.store.onDidChange(() => {
    const report = fleet.report();
    if (report !== undefined) reports.fire(report);
  });
  subscriptions.push(reports, { dispose: forget });
  return {
    apiVersion: 1,
    async refresh() {
      await takeInventory();
      await fleet.readNow();
      const report = fleet.report();
      if (report === undefined) throw new Error('This workspace has no inventory, so there is no fleet to read.');
      return report;
    },
    report: () => fleet.report(),
    onDidChangeReport: reports.event,
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
