import { factsOf } from '../fleetFacts';
import { lines, variable } from '../phrase';
import type { Explained, InstanceRule } from '../rule';

/** Compared with the last reading of the same address, as the inventory names no identity. */
export const identity: InstanceRule = {
  scope: 'instance',
  ids: { 'instance.identityMismatch': 'critical' },
  check({ instance, here, facts }) {
    const previous = instance.previous;
    if (facts === undefined || previous?.server.kind !== 'read') return [];
    const before = previous.server.value;
    const differs = (['serverId', 'hostname', 'port', 'uuid'] as const).filter(
      (name) => facts[name] !== undefined && before[name] !== undefined && facts[name] !== before[name],
    );
    if (differs.length === 0) return [];
    if (facts.uuid !== undefined && facts.uuid === before.uuid) return [];
    // The same process whose server_id was set anew: the uptime ran on. A second of rounding is allowed.
    const elapsedSeconds = (Date.parse(instance.snapshot.at ?? '') - Date.parse(previous.at ?? '')) / 1000;
    const ranOn =
      facts.uptimeSeconds !== undefined &&
      before.uptimeSeconds !== undefined &&
      Math.abs(facts.uptimeSeconds - before.uptimeSeconds - elapsedSeconds) <= 2;
    if (ranOn && differs.every((name) => name === 'serverId')) return [];
    const names = { serverId: '@@server_id', hostname: '@@hostname', port: '@@port', uuid: '@@server_uuid' };
    return [
      {
        id: 'instance.identityMismatch',
        title: `Another server answers at ${here} than at the last reading.`,
        short: 'another server than before',
        evidence: differs.map((name) => ({
          ...variable(instance, names[name], facts[name]),
          measured: `${names[name]} was ${String(before[name])}, is ${String(factsOf(instance)?.[name])}`,
        })),
        remedy: lines(
          'Find out what moved: a DNS alias or service address, a proxy, a rebuilt server, or a `server_id` that was changed with a restart.',
          'If the new server is meant, nothing is left to do: the next reading compares with this one.',
        ),
        avoid: 'Run no repair that was prepared for the former server.',
      },
    ];
  },
};

export const identityExplained: Explained = {
  'instance.identityMismatch': {
    means: 'The server at this address is another one than at the last reading.',
    when: '`server_uuid` differs, or where there is none `@@hostname`, `@@port` or `@@server_id`. A `server_id` that was set while the server ran on does not count.',
    why: 'Names and addresses move: an alias was switched, a host rebuilt, a port given to another instance.',
  },
};
