import type * as vscode from 'vscode';
import type { GrantReport } from './core/grants/grantReport';
import type { FleetReport, RunbookReport } from './core/report';

export type * from './core/report';
export type { GrantReport, GrantReportItem } from './core/grants/grantReport';

/**
 * The exported API, version 1: `vscode.extensions.getExtension('replideck.replideck').exports`, for other extensions
 * and for tests. All values are plain JSON.
 */
export interface ReplideckApi {
  readonly apiVersion: 1;
  /**
   * Reads all that the inventory names, once; ends when each answered or met its deadline. A neighbour that takes more
   * than a second longer than the rest is in the report as it was known before, and comes with `onDidChangeReport`.
   */
  refresh(): Promise<FleetReport>;
  /** The last report; reads nothing. */
  report(): FleetReport | undefined;
  readonly onDidChangeReport: vscode.Event<FleetReport>;
  /**
   * Reads the grants of one instance (`host:port` as in the inventory) now and compares them with a template that the
   * inventory names, as the editor shows it. Rejects with a sentence when there is no such instance or template, when
   * the workspace is not trusted, or when the server does not answer or lets nobody in.
   */
  diffGrants(instance: string, template: vscode.Uri): Promise<GrantReport>;
  /**
   * Reads the target (`host:port` as in the inventory) with its clusters now and plans a runbook for it; runs nothing.
   * Rejects with a sentence when there is no such runbook or instance.
   * @param inputs by the names of the runbook's inputs, and `optionFile`: the option file with the account that may do
   *   it
   */
  planRunbook(id: string, target: string, inputs?: Record<string, string>): Promise<RunbookReport>;
}
