import type { InstanceSnapshot } from '../snapshot';
import type { ServerFacts } from './model';

const marks = ['serverId', 'hostname', 'port', 'uuid'] as const;
export type IdentityMark = (typeof marks)[number];

/** What a server is known again by. A mark that it does not have, or did not tell, is undefined. */
export interface KnownServer extends Pick<ServerFacts, IdentityMark | 'uptimeSeconds'> {
  /** ISO 8601, UTC: when it was last read as this one. */
  readonly at: string;
}

/** Undefined: nothing was read that it could be known by. */
export function toKnownServer({ server }: InstanceSnapshot): KnownServer | undefined {
  if (server.kind !== 'read') return undefined;
  const { serverId, hostname, port, uuid, uptimeSeconds } = server.value;
  return {
    at: server.at,
    ...(serverId === undefined ? {} : { serverId }),
    ...(hostname === undefined ? {} : { hostname }),
    ...(port === undefined ? {} : { port }),
    ...(uuid === undefined ? {} : { uuid }),
    ...(uptimeSeconds === undefined ? {} : { uptimeSeconds }),
  };
}

/** The marks by which another server answers now; empty: the same one, or nothing tells them apart. */
export function identityChanges(before: KnownServer, now: KnownServer): readonly IdentityMark[] {
  const differs = marks.filter(
    (mark) => now[mark] !== undefined && before[mark] !== undefined && now[mark] !== before[mark],
  );
  if (now.uuid !== undefined && now.uuid === before.uuid) return [];
  // The same process whose server_id was set anew: the uptime ran on. A second of rounding is allowed.
  const elapsedSeconds = (Date.parse(now.at) - Date.parse(before.at)) / 1000;
  const ranOn =
    now.uptimeSeconds !== undefined &&
    before.uptimeSeconds !== undefined &&
    Math.abs(now.uptimeSeconds - before.uptimeSeconds - elapsedSeconds) <= 2;
  return ranOn && differs.every((mark) => mark === 'serverId') ? [] : differs;
}

/**
 * Who is known to be at an address once it has been read again. Another server does not take the place of the one that
 * was known: that is for people to accept.
 */
export function keepKnown(known: KnownServer | undefined, snapshot: InstanceSnapshot): KnownServer | undefined {
  const now = toKnownServer(snapshot);
  if (known === undefined || now === undefined) return known ?? now;
  // A mark that was not told this time is still known.
  return identityChanges(known, now).length === 0 ? { ...known, ...now } : known;
}
