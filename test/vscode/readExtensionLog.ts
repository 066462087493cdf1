import { existsSync, readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';

/** Lines of the output channels that the extension in `extensionPath` wrote, found below a user data folder. */
export function readExtensionLog(userDataDir: string, extensionPath: string): readonly string[] {
  const { publisher, name } = JSON.parse(readFileSync(path.join(extensionPath, 'package.json'), 'utf8')) as {
    publisher: string;
    name: string;
  };
  if (!existsSync(userDataDir)) return [];
  return readdirSync(userDataDir, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.includes(`${publisher}.${name}${path.sep}`) && file.endsWith('.log'))
    .flatMap((file) => readFileSync(path.join(userDataDir, file), 'utf8').trimEnd().split('\n'));
}
