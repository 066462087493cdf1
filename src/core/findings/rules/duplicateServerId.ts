import { addTo } from '../../addTo';
import { factsOf } from '../fleetFacts';
import { code, lines, list, variable } from '../phrase';
import type { LinkedFleet, LinkedInstance } from '../../fleetView';
import { onceFor } from '../../onceFor';
import type { Explained, InstanceRule } from '../rule';
import { t } from '../../l10n';

export const duplicateServerId: InstanceRule = {
  scope: 'instance',
  ids: { 'replica.duplicateServerId': 'critical' },
  check({ fleet, instance, key, here, facts, name, dialect }) {
    if (facts?.serverId === undefined || instance.connections.length === 0) return [];
    const siblings = new Set(
      instance.connections.flatMap(({ source }) => namesakes(fleet).get(placeOf(source, facts.serverId)) ?? []),
    );
    const twins = [...siblings].filter((other) => other.spec.key !== key && !isSameServer(instance, other));
    if (twins.length === 0) return [];
    const names = list(twins.map((twin) => name(twin.spec.key)));
    return [
      {
        id: 'replica.duplicateServerId',
        title: t`${here} and ${names} replicate from the same source with the same server_id ${facts.serverId}.`,
        short: t`server_id ${facts.serverId} is used twice`,
        evidence: [instance, ...twins].map((each) => variable(each, '@@server_id', facts.serverId)),
        remedy: lines(
          t`The source drops the connection of one whenever the other connects. Give one of them a free id, in its configuration and now:`,
          `${code(dialect.stop(instance.connections[0]?.status.name ?? ''))}, ${code('SET GLOBAL server_id = <free number>')}, ${code(dialect.start(instance.connections[0]?.status.name ?? ''))}`,
          ...(dialect.flavor === 'mysql'
            ? [t`A copied data directory also copies the uuid: remove \`auto.cnf\` and restart.`]
            : []),
        ),
        avoid: t`Do not raise time-outs: each reconnect only throws the other one out.`,
      },
    ];
  },
};

/** Replicas by their source, its key or its address where the inventory does not have it, and their server_id. */
const namesakes = onceFor(({ instances }: LinkedFleet): ReadonlyMap<string, readonly LinkedInstance[]> => {
  const byPlace = new Map<string, LinkedInstance[]>();
  for (const instance of Object.values(instances)) {
    const id = factsOf(instance)?.serverId;
    for (const { source } of instance.connections) addTo(byPlace, placeOf(source, id), instance);
  }
  return byPlace;
});

function placeOf(source: string, serverId: number | undefined): string {
  return `${source} ${serverId ?? '?'}`;
}

/** One server under two addresses of the inventory. */
function isSameServer(one: LinkedInstance, other: LinkedInstance): boolean {
  const [a, b] = [factsOf(one), factsOf(other)];
  return a?.hostname !== undefined && a.hostname === b?.hostname && a.port !== undefined && a.port === b.port;
}

export const duplicateServerIdExplained: Explained = {
  'replica.duplicateServerId': {
    means: 'Two replicas of one source have the same server_id.',
    when: 'Both were read and say so. Their status looks healthy, with error number 0.',
    why: 'A copied configuration. The source knows replicas by their id and throws the older connection out; only the error log says it (4052).',
  },
};
