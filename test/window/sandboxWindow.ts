import { onExit } from '../processes.mjs';
import { assertNoConnections } from '../sandbox/connectionsLeft';
import { assertReadsOnly } from '../sandbox/readsOnly';
import { type Sandbox, startSandbox } from '../sandbox/sandbox';
import { launchWorkbench, type Workbench } from '../vscode/workbench';
import { FleetWindow } from './fleetWindow';

/** The packaged extension in a window on a sandbox's workspace. */
export interface SandboxWindow {
  readonly sandbox: Sandbox;
  readonly workbench: Workbench;
  readonly window: FleetWindow;
  /** Closes the window first. Rejects where the extension has left a connection, or has sent a server anything but reads. */
  stop(): Promise<void>;
}

/**
 * @param settings of the user, beside those of every test
 * @param companion see WorkbenchOptions
 * @param neighbours see SandboxOptions
 */
export async function openSandboxWindow(
  settings: Readonly<Record<string, unknown>> = {},
  companion?: string,
  neighbours = false,
): Promise<SandboxWindow> {
  const sandbox = await startSandbox({ generalLog: true, neighbours });
  onExit(() => sandbox.stop());
  const workbench = await launchWorkbench({
    workspace: sandbox.workspaceFolder,
    settings,
    ...(sandbox.neighbours !== undefined && { env: sandbox.neighbours.env }),
    ...(companion !== undefined && { companion }),
  });
  console.log(`    VS Code ${workbench.version} (server, in headless Chromium), ${sandbox.kind.name}`);
  return {
    sandbox,
    workbench,
    window: new FleetWindow(workbench.page),
    stop: async () => {
      try {
        try {
          await workbench.close();
          await assertNoConnections(sandbox, 'replideck');
        } finally {
          await workbench.stop();
        }
        assertReadsOnly(sandbox.generalLogs, 'replideck');
      } finally {
        await sandbox.stop();
      }
    },
  };
}
