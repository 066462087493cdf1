/** Where a key of the v2 API is asked for. */
export function keyPath(key: string): string {
  return `/v2/keys${key.split('/').map(encodeURIComponent).join('/')}`;
}
