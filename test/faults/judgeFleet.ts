import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { openProductReader } from '../sandbox/productReader';
import type { Sandbox } from '../sandbox/sandbox';
import { waitFor } from '../sandbox/waitFor';
import type { HealthyFleet } from './healthyFleets';
import { type LabResult, judgeHealthy } from './lab';

/** Arranging takes as long as a declared delay and the restart of a server. */
const arrangeTimeoutMs = 45_000;
const undoTimeoutMs = 60_000;

/**
 * Arranges a healthy fleet on the sandbox, reads it as a window would that has just opened, and undoes it. Rejects where
 * it could not be arranged or undone: then nothing has been learnt about the extension.
 */
export async function judgeFleet(sandbox: Sandbox, name: string, fleet: HealthyFleet): Promise<LabResult> {
  const file = path.join(sandbox.workspaceFolder, 'replideck.yaml');
  const inventory = readFileSync(file, 'utf8');
  try {
    await fleet.arrange?.(sandbox);
    const proof = await waitFor(() => fleet.proof(sandbox), arrangeTimeoutMs);
    if (proof === undefined) throw new Error(`${name} was arranged, and its proof did not show it.`);
    if (fleet.inventory !== undefined) writeFileSync(file, fleet.inventory(inventory, sandbox));
    const product = await openProductReader(sandbox);
    try {
      return await judgeHealthy(sandbox, product, { name, title: fleet.title, proof });
    } finally {
      await product.dispose();
    }
  } finally {
    writeFileSync(file, inventory);
    await fleet.undo?.(sandbox);
    const whole = await waitFor(() => sandbox.replicates().catch(() => undefined), undoTimeoutMs);
    if (whole !== true) throw new Error(`${name} was undone, and not everything replicates again.`);
  }
}
