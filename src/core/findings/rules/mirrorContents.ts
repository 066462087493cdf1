import type { MirrorComparison } from '../../mirror/model';
import { formatCount } from '../../words';
import { code, lines, list, plain } from '../phrase';
import type { Draft, Explained, MirrorContext, MirrorRule } from '../rule';
import { t } from '../../l10n';

/** What a comparison of the contents has shown; nothing is said before there was one. */
export const mirrorContents: MirrorRule = {
  scope: 'mirror',
  ids: {
    'mirror.compacted': 'critical',
    'mirror.drift': 'warning',
    'mirror.ignoresActions': 'info',
    'mirror.leasesLost': 'warning',
  },
  check(context) {
    const { comparison } = context.mirror;
    if (comparison === undefined) return [];
    const lost = compacted(context, comparison);
    // What differs is what has been missed since: it is said once.
    const differing = lost.length > 0 ? lost : drift(context, comparison);
    return [...differing, ...ignoresActions(context, comparison), ...leasesLost(context, comparison)];
  },
};

const shownItems = 3;

function compacted({ mirror, here }: MirrorContext, comparison: MirrorComparison): readonly Draft[] {
  const { compacted: lost } = comparison;
  if (lost === undefined) return [];
  const { key, revision, appliedKey, appliedRevision, compactRevision, request } = lost;
  return [
    {
      id: 'mirror.compacted',
      title: t`The mirror ${here} cannot go on: it has not applied revision ${revision}, and the source has forgotten everything before ${compactRevision}.`,
      short: t`stopped, and its history is compacted`,
      evidence: [
        said(
          comparison,
          t`revision ${appliedRevision} (${appliedKey}) is copied, revision ${revision} (${key}) is not`,
        ),
        {
          measured: t`a watch from revision ${revision} is refused: compact_revision ${compactRevision}`,
          source: plain(request, 200),
          at: comparison.at,
        },
        countsOf(comparison),
      ],
      remedy: lines(
        t`See whether make-mirror runs and what it said last: it ends with \`mvcc: required revision has been compacted\`.`,
        t`Start it without \`--rev\`: it copies every key under the prefix as it is now, and watches from there on.`,
        t`A start deletes nothing: keys deleted at the source meanwhile stay under ${code(mirror.spec.destinationPrefix)} and have to be removed at the destination, once nobody reads them.`,
        t`For good: keep more history at the source (\`--auto-compaction-retention\`) than make-mirror may be down, and have it restarted.`,
      ),
      runbook: 'mirror.makeMirror',
      avoid: t`Do not start it with \`--rev\` at ${compactRevision} or later to get it going: all that changed from ${revision} on would be missing, and nothing would tell.`,
    },
  ];
}

function drift({ mirror, here }: MirrorContext, comparison: MirrorComparison): readonly Draft[] {
  const { missing, extra, different, items } = comparison;
  const total = missing + extra + different;
  if (total === 0) return [];
  const kinds = list(
    [
      [missing, 'missing'],
      [extra, t`too many`],
      [different, 'different'],
    ].flatMap(([count, word]) => (count === 0 ? [] : [`${count} ${word}`])),
  );
  return [
    {
      id: 'mirror.drift',
      title: t`The two sides of the mirror ${here} differ in ${formatCount(total, 'key')}: ${kinds}.`,
      short: formatCount(total, 'key differs', 'keys differ'),
      evidence: [
        countsOf(comparison),
        ...items.slice(0, shownItems).map(({ key, kind, why }) => said(comparison, `${key}: ${kind}. ${plain(why)}`)),
      ],
      remedy: lines(
        t`Look at the values side by side: "Compare Contents of a Mirror".`,
        ...[...new Set(items.slice(0, 1000).map(({ why }) => why))].slice(0, 3),
        mirror.spec.api === 'v2'
          ? t`A key that the source is right about is mended by writing it there again with \`set\` (a plain PUT of the same value): that is copied.`
          : t`A key that the source is right about is mended by putting it there again: that is copied.`,
        extra > 0 && t`A key too many has to be deleted at the destination by hand, once nobody reads it.`,
      ),
      avoid: t`Do not take a lag of 0 for equal contents: skipped actions move the index like all others. And do not reload for a few keys: it empties the destination first.`,
    },
  ];
}

function ignoresActions({ here }: MirrorContext, comparison: MirrorComparison): readonly Draft[] {
  const { skippedActions: skipped } = comparison;
  if (skipped === undefined || skipped.update + skipped.compareAndDelete === 0) return [];
  return [
    {
      id: 'mirror.ignoresActions',
      title: t`The source of the mirror ${here} has seen actions that etcd-mirror skips.`,
      short: t`skipped actions at the source`,
      evidence: [
        {
          measured: t`update ${skipped.update}, compareAndDelete ${skipped.compareAndDelete} in the whole keyspace since this member started`,
          source: plain(skipped.request, 200),
          at: comparison.at,
        },
      ],
      remedy: lines(
        t`Those under the prefix are not copied, and the index moves on: compare the contents now and then.`,
        t`Let the clients write with \`set\` (a PUT without \`prevExist=true\`) and delete without a condition.`,
      ),
    },
  ];
}

function leasesLost({ here }: MirrorContext, comparison: MirrorComparison): readonly Draft[] {
  const { leasesLost: count } = comparison;
  if (count === 0) return [];
  return [
    {
      id: 'mirror.leasesLost',
      title: t`${formatCount(count, 'key')} of the mirror ${here} ${count === 1 ? t`ends` : t`end`} with a lease at the source and ${count === 1 ? t`stays` : t`stay`} for ever at the destination.`,
      short: t`${formatCount(count, 'lease')} not copied`,
      evidence: [said(comparison, t`${count} keys have a lease at the source and none at the destination`)],
      remedy: lines(
        t`make-mirror copies no leases: a key that expires at the source is deleted at the destination only while make-mirror runs.`,
        t`Keep keys with a lease (locks, registrations) out of the mirrored prefix.`,
      ),
      avoid: t`Do not switch clients over to the destination without looking for stale locks there.`,
    },
  ];
}

function countsOf(comparison: MirrorComparison): Draft['evidence'][number] {
  const { compared, missing, extra, different } = comparison;
  return said(comparison, t`${compared} keys compared: ${missing} missing, ${extra} extra, ${different} different`);
}

function said({ requests, at }: MirrorComparison, measured: string): Draft['evidence'][number] {
  return { measured: plain(measured), source: plain(requests.join(' and '), 300), at };
}

export const mirrorContentsExplained: Explained = {
  'mirror.compacted': {
    means: 'make-mirror stands still before a revision that its source does not remember any more.',
    when: 'A comparison of a v3 mirror found a key that changed at the source after the newest one that both sides hold alike, and whose copy is older than the copy of that one; and the source refuses a watch from that revision. A copy that somebody wrote over is `mirror.drift`.',
    why: 'make-mirror was down or hung for longer than the source keeps its history (`--auto-compaction-retention`, or somebody ran `etcdctl compact`). It keeps no place of its own to go on from.',
  },
  'mirror.drift': {
    means: 'Source and destination hold different contents under the prefixes.',
    when: 'A comparison found keys that are missing, too many or different, twice in a row, and not of changes that the mirror has still to come to. "Refresh Fleet" and "Compare Contents of a Mirror" compare; polling does not.',
    why: 'etcd-mirror skips `update` and `compareAndDelete` (a refreshed TTL is an `update`), an index that was moved jumps over events, or somebody wrote to the destination.',
  },
  'mirror.ignoresActions': {
    means: 'The source sees actions that the mirror does not copy.',
    when: 'The source’s member has counted `update` or `compareAndDelete` since its start.',
    why: 'Clients that write with `prevExist=true`, delete with a condition, or refresh a TTL.',
  },
  'mirror.leasesLost': {
    means: 'Keys that end with a lease at the source stay at the destination.',
    when: 'A comparison of a v3 mirror found keys with a lease whose copies have none.',
    why: 'make-mirror copies keys and values only.',
  },
};
