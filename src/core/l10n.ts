/**
 * Texts for people, in the language of the editor. English stands in the code and is the key:
 * t`In ${here}, ${name} is missing.` has the key `In {0}, {1} is missing.`. Without messages it is what it says.
 *
 * The build makes one file of this module that all parts of the extension share, so that one language holds for all.
 */

/** What stands for a text, by its English key; `{0}` is where the first value goes. */
export type Messages = Readonly<Record<string, string>>;

let messages: Messages | undefined;

/** Once, before anything else is loaded: some texts are made while a module loads. */
export function setMessages(given: Messages | undefined): void {
  messages = given;
}

/** A text for people, as a tag: whole phrases, for words stand in another order elsewhere. */
export function t(parts: TemplateStringsArray, ...values: readonly (string | number | bigint)[]): string {
  if (messages !== undefined) return translate(keyOf(parts), ...values);
  let text = parts[0] ?? '';
  for (const [index, value] of values.entries()) text += `${value}${parts[index + 1] ?? ''}`;
  return text;
}

/** The text of a key that is put together from a closed list; every other one is said with `t`. */
export function translate(key: string, ...values: readonly (string | number | bigint)[]): string {
  const text = messages?.[key] ?? key;
  return text.replace(/\{(\d+)\}/g, (hole, index: string) => String(values[Number(index)] ?? hole));
}

/** The key of a text: what is filled in by its number. A brace with a digit in the text itself does not occur. */
function keyOf(parts: TemplateStringsArray): string {
  return parts.reduce((key, part, index) => `${key}{${index - 1}}${part}`);
}
