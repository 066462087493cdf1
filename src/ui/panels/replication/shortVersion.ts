/** `10.11.19-MariaDB-0+deb12u1-log` is `10.11.19` to whoever looks for a difference; the raw status has the rest. */
export function shortVersion(version: string): string {
  return /^\d+(?:\.\d+)*/.exec(version)?.[0] ?? version;
}
