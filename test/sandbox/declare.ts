import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Sandbox } from './sandbox';

const fileOf = (sandbox: Sandbox) => path.join(sandbox.workspaceFolder, 'replideck.yaml');
const asDeclared = (option: string, name: string) => `, ${option} } # ${name}\n`;

/** Adds an option to an instance's line in the inventory: `delaySeconds: 2`. */
export function declare(sandbox: Sandbox, name: string, option: string): void {
  const yaml = readFileSync(fileOf(sandbox), 'utf8');
  const edited = yaml.replace(` } # ${name}\n`, asDeclared(option, name));
  // An inventory that did not change would make a fault that is none.
  if (edited === yaml) throw new Error(`The sandbox's inventory has no line that ends with ${name}.`);
  writeFileSync(fileOf(sandbox), edited);
}

export const isDeclared = (sandbox: Sandbox, name: string, option: string): boolean =>
  readFileSync(fileOf(sandbox), 'utf8').includes(asDeclared(option, name));

/** Takes the option away again, where it is still there. */
export function undeclare(sandbox: Sandbox, name: string, option: string): void {
  const yaml = readFileSync(fileOf(sandbox), 'utf8');
  writeFileSync(fileOf(sandbox), yaml.replace(asDeclared(option, name), ` } # ${name}\n`));
}
