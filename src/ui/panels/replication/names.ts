/** How instances are called on screen, by key; see core/shortNames. */
export type Names = Readonly<Record<string, string>>;

/** The short name of an instance of the fleet; anything else is called as it is. */
export function nameOf(names: Names, key: string): string {
  return names[key] ?? key;
}
