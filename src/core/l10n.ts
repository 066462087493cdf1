/**
 * Texts for people, in the language of the editor. English stands in the code and is the key:
 * t`In ${here}, ${name} is missing.` has the key `In {0}, {1} is missing.`. Without messages it is what it says.
 *
 * The build makes one file of this module that all parts of the extension share, so that one language holds for all,
 * and of each language's bundle one that is keyed by digests: English is shipped once, in the code.
 */

/** What stands for a text, by the digest of its English key; `{0}` is where the first value goes. */
export type Messages = Readonly<Record<string, string>>;

let messages: Messages | undefined;

/** Digests by the constant parts of a text, which are the same object each time that its place in the code is passed. */
const digests = new WeakMap<TemplateStringsArray, string>();

/** Once, before anything else is loaded: some texts are made while a module loads. */
export function setMessages(given: Messages | undefined): void {
  messages = given;
}

/** A text for people, as a tag: whole phrases, for words stand in another order elsewhere. */
export function t(parts: TemplateStringsArray, ...values: readonly (string | number | bigint)[]): string {
  if (messages !== undefined) {
    let digest = digests.get(parts);
    if (digest === undefined) digests.set(parts, (digest = digestOf(keyOf(parts))));
    const text = messages[digest];
    if (text !== undefined) return fillIn(text, values);
  }
  if (values.length === 0) return parts[0] ?? '';
  // Joined and not added up: sums stay chains of pieces in memory, and of thousands of instances texts are kept.
  const pieces = [parts[0]];
  for (let index = 0; index < values.length; index += 1) pieces.push(String(values[index]), parts[index + 1]);
  return pieces.join('');
}

/** The text of a key that is put together from a closed list; every other one is said with `t`. */
export function translate(key: string, ...values: readonly (string | number | bigint)[]): string {
  return fillIn(messages?.[digestOf(key)] ?? key, values);
}

/** Names a key in a shipped bundle: FNV-1a of 32 bits, in base 36. The build fails where two keys share one. */
export function digestOf(key: string): string {
  let hash = 0x811c9dc5;
  for (let at = 0; at < key.length; at += 1) hash = Math.imul(hash ^ key.charCodeAt(at), 0x01000193);
  return (hash >>> 0).toString(36);
}

const fillIn = (text: string, values: readonly (string | number | bigint)[]): string =>
  text.replace(/\{(\d+)\}/g, (hole, index: string) => String(values[Number(index)] ?? hole));

/** The key of a text: what is filled in by its number. A brace with a digit in the text itself does not occur. */
function keyOf(parts: TemplateStringsArray): string {
  return parts.reduce((key, part, index) => `${key}{${index - 1}}${part}`);
}
