import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { digestOf, setMessages } from '../../src/core/l10n';

const file = join(import.meta.dirname, '../../l10n/bundle.l10n.de.json');
const bundle = JSON.parse(readFileSync(file, 'utf8')) as Readonly<Record<string, string>>;
const german = Object.fromEntries(Object.entries(bundle).map(([key, text]) => [digestOf(key), text]));

/** What comes of it where the editor speaks German; what a module said while it was loaded stays English. */
export function inGerman<T>(work: () => T): T {
  setMessages(german);
  try {
    return work();
  } finally {
    setMessages(undefined);
  }
}
