import type { CommandId } from './commands/ids';
import { setContext } from './contextKeys';

export type WalkthroughStep = 'fleet' | 'why' | 'grants' | 'repair';

const steps: Readonly<Partial<Record<CommandId, WalkthroughStep>>> = {
  'replideck.grants.show': 'grants',
  'replideck.grants.diffTemplate': 'grants',
  'replideck.grants.diffInstances': 'grants',
  'replideck.grants.read': 'grants',
  'replideck.runbook.plan': 'repair',
};
const done = new Set<WalkthroughStep>();

/**
 * Ticks a step of the walkthrough. VS Code counts nothing that came before it has loaded the walkthroughs, mostly when
 * one is opened, nor a condition that is true by then. So what was done is a key, and each step in package.json asks
 * for it twice, with the page of the walkthrough in front and without: one of the two becomes true later.
 */
export function markDone(step: WalkthroughStep): void {
  if (done.has(step)) return;
  done.add(step);
  void setContext(`replideck.done.${step}`, true);
}

export function markCommand(id: CommandId): void {
  const step = steps[id];
  if (step !== undefined) markDone(step);
}
