import { t } from '../l10n';

/** What the operator has to type before a write on this target, the name of a mirror by itself; undefined: nothing. */
export function nameToType(key: string, isProduction: boolean): string | undefined {
  return isProduction ? key.replace(/^mirror:/, '') : undefined;
}

/**
 * Why what was typed does not confirm; undefined: it does. The whole name, letter by letter: a habit of the fingers
 * must not be enough, so neither a part nor another spelling counts.
 */
export function whyNotConfirmed(name: string | undefined, typed: string): string | undefined {
  if (name === undefined || typed === name) return undefined;
  return typed.trim() === '' ? t`Type ${name} to go on.` : t`That is not ${name}.`;
}
