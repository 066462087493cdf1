import { indexKeyOf } from '../../mirror/keys';
import { fromPart, indexEvidence, reloadSteps } from '../mirrorFacts';
import { code, lines } from '../phrase';
import type { Draft, Explained, MirrorContext, MirrorRule } from '../rule';
import { t } from '../../l10n';

/** What a mirror needs before its distance means anything. */
export const mirrorIndex: MirrorRule = {
  scope: 'mirror',
  ids: { 'mirror.sameCluster': 'critical', 'mirror.indexMissing': 'critical' },
  check(context) {
    return [...sameCluster(context), ...indexUnusable(context)];
  },
};

function sameCluster({ mirror, here }: MirrorContext): readonly Draft[] {
  const { source, destination } = mirror.snapshot;
  if (source.kind !== 'read' || destination.kind !== 'read') return [];
  const id = source.value.clusterId;
  if (id === undefined || id !== destination.value.clusterId) return [];
  return [
    {
      id: 'mirror.sameCluster',
      title: t`Source and destination of the mirror ${here} are one and the same etcd cluster.`,
      short: t`source is destination`,
      evidence: [
        fromPart(source, t`cluster id ${id}`),
        fromPart(destination, t`cluster id ${destination.value.clusterId}`),
      ],
      remedy: lines(
        t`Correct the addresses in the inventory, and compare them with the command line of the mirror.`,
        t`If the mirror itself runs like this, stop it: with prefixes inside each other it copies its own copies.`,
      ),
      avoid: t`Do not reload: it would empty the destination prefix, which is the source.`,
    },
  ];
}

function indexUnusable({ mirror, here }: MirrorContext): readonly Draft[] {
  const { destination } = mirror.snapshot;
  if (destination.kind !== 'read') return [];
  const { indexKey } = destination.value;
  const key = code(indexKeyOf(mirror.spec.destinationPrefix));
  const base = { id: 'mirror.indexMissing', avoid };
  const initial = { ...base, runbook: 'mirror.setInitialIndex' };
  switch (indexKey.kind) {
    case 'missing':
      return [
        {
          ...initial,
          title: t`The destination of the mirror ${here} has no key ${key}: how far it is copied is not known, and the mirror does not start.`,
          short: t`index key missing`,
          evidence: [fromPart(destination, `${key.replaceAll('`', '')}: 100 Key not found`)],
          remedy: lines(
            t`Compare \`destinationPrefix\` of the inventory with \`--dst-prefix\` of the unit: the key is named after it.`,
            ...reloadSteps(mirror.spec),
          ),
        },
      ];
    case 'notANumber':
      return [
        {
          ...initial,
          title: t`The key ${key} of the mirror ${here} holds no index.`,
          short: t`index key is not a number`,
          evidence: [fromPart(destination, `${key.replaceAll('`', '')} = ${indexKey.text}`)],
          remedy: lines(t`Find out who wrote it; the mirror writes digits only.`, ...reloadSteps(mirror.spec)),
        },
      ];
    case 'read':
      if (!mirror.distance.isAhead) return [];
      return [
        {
          ...base,
          runbook: 'mirror.reload',
          title: t`The index of the mirror ${here} is ahead of its source: it waits for an event that does not exist yet, and copies nothing until then.`,
          short: t`index is ahead of the source`,
          evidence: indexEvidence(mirror),
          remedy: lines(
            t`The source was restored from a backup or replaced, or the index was set by hand: what the source has done since is not known to be copied.`,
            ...reloadSteps(mirror.spec),
          ),
        },
      ];
    case 'none':
      return [];
  }
}

const avoid = t`Do not write an index by hand to get it going: events that it jumps over are lost, and events that it repeats stop the mirror.`;

export const mirrorIndexExplained: Explained = {
  'mirror.sameCluster': {
    means: 'A mirror copies a cluster onto itself.',
    when: 'Both sides give the same cluster id.',
    why: 'A wrong address, or a name that leads to the same place as another.',
  },
  'mirror.indexMissing': {
    means: 'The key that holds the replicated index cannot be used.',
    when: 'It is missing, holds something else than digits, or is ahead of the source in two readings.',
    why: 'Never loaded, another destination prefix, a key that was deleted, or a source that was restored. The key begins with `_`: listings do not show it.',
  },
};
