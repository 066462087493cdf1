/**
 * Every call of Orchestrator's API is a GET, also those that forget an instance or move a replica. So what may be asked
 * is this list, matched whole; everything else is refused, whatever it looks like.
 */
const readPaths: readonly RegExp[] = [
  '/api/clusters-info',
  '/api/all-instances',
  '/api/problems',
  '/api/replication-analysis',
  '/api/health',
  '/api/maintenance',
  '/api/audit',
  '/api/check-global-recoveries',
].map((path) => new RegExp(`^${path}$`));

/** What one poll asks, in this order. The first four are needed, the rest only adds to them. */
export const polledPaths = [
  '/api/clusters-info',
  '/api/all-instances',
  '/api/problems',
  '/api/replication-analysis',
  '/api/health',
  '/api/maintenance',
  '/api/audit',
  '/api/check-global-recoveries',
] as const;

export type PolledPath = (typeof polledPaths)[number];

/** True for a path and query that only reads. */
export function isReadPath(path: string): boolean {
  return readPaths.some((allowed) => allowed.test(path));
}
