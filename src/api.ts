import type * as vscode from 'vscode';
import type { FleetReport } from './core/report';

export type * from './core/report';

/**
 * The exported API, version 1: `vscode.extensions.getExtension('replideck.replideck').exports`, for other extensions
 * and for tests. All values are plain JSON. `diffGrants` and `planRunbook` join with the parts that answer them.
 */
export interface ReplideckApi {
  readonly apiVersion: 1;
  /** Reads all that the inventory names, once; ends when each answered or met its deadline. */
  refresh(): Promise<FleetReport>;
  /** The last report; reads nothing. */
  report(): FleetReport | undefined;
  readonly onDidChangeReport: vscode.Event<FleetReport>;
}
