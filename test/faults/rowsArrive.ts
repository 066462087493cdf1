import type { Sandbox } from '../sandbox/sandbox';
import { waitFor } from '../sandbox/waitFor';

const arriveTimeoutMs = 20_000;
/** Above every row of the sandbox and of the faults. */
const firstId = 900_000;

/**
 * Writes a row on every primary and waits until it is on every replica below: that replication works is shown without
 * the extension. Rejects with what did not arrive where.
 */
export async function rowsArrive(sandbox: Sandbox): Promise<void> {
  const primaries = sandbox.instances.filter(({ sources }) => sources.length === 0);
  const idOf = (name: string) => firstId + primaries.findIndex((each) => each.name === name);
  for (const { name } of primaries)
    await sandbox.query(name, `INSERT INTO shop.customers VALUES (${idOf(name)}, 'arrives')`);
  const missing = async () => {
    const found: string[] = [];
    for (const { name } of sandbox.instances) {
      for (const primary of primariesAbove(sandbox, name)) {
        const rows = await sandbox.query(name, `SELECT id FROM shop.customers WHERE id = ${idOf(primary)}`);
        if (rows.length === 0) found.push(`a row of ${primary} did not arrive at ${name}`);
      }
    }
    return found;
  };
  const arrived = await waitFor(async () => ((await missing()).length === 0 ? true : undefined), arriveTimeoutMs);
  const lost = arrived === true ? [] : await missing();
  for (const { name } of primaries) await sandbox.query(name, `DELETE FROM shop.customers WHERE id = ${idOf(name)}`);
  if (lost.length > 0) throw new Error(`${lost.join(', ')} within ${arriveTimeoutMs / 1_000} s.`);
}

function primariesAbove(sandbox: Sandbox, name: string): string[] {
  return sandbox.instance(name).sources.flatMap(({ source }) => {
    const above = primariesAbove(sandbox, source);
    return above.length === 0 ? [source] : above;
  });
}
