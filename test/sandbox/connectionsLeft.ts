import type { Sandbox } from './sandbox';
import { waitFor } from './waitFor';

/** How long a server may take to notice that a client has gone. */
const patienceMs = 5_000;

/**
 * To be called once VS Code is closed; that there have been connections, see assertReadsOnly.
 * @throws where an account still has some a moment later
 */
export async function assertNoConnections(sandbox: Sandbox, account: string): Promise<void> {
  const sql = `SELECT command, info FROM information_schema.processlist WHERE user = '${account}'`;
  let left: readonly string[] = [];
  const areGone = async () => {
    const found = sandbox.instances.map(async (instance) => {
      // A server that a fault has taken down holds none.
      const rows = await sandbox.query(instance, sql).catch(() => []);
      return rows.map((row) => `${instance.key}: ${Object.values(row).join(' ')}`);
    });
    left = (await Promise.all(found)).flat();
    return left.length === 0 ? true : undefined;
  };
  if ((await waitFor(areGone, patienceMs)) === undefined)
    throw new Error(`VS Code is closed, and ${account} still has connections:\n${left.join('\n')}`);
}
