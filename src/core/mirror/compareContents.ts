import type { EtcdMirrorSpec } from '../inventory/model';
import type { Contents, ContentsEntry } from './contents';
import { ignorePattern, toDestinationKey, toSourceKey } from './keys';
import type { DriftItem } from './model';
import { t } from '../l10n';

export interface Difference {
  readonly key: string;
  readonly destinationKey: string;
  readonly kind: DriftItem['kind'];
  readonly source?: ContentsEntry;
  readonly destination?: ContentsEntry;
}

export interface ContentsComparison {
  /** Keys that the mirror should have copied. */
  readonly compared: number;
  readonly ignored: number;
  /** In no order. */
  readonly differences: readonly Difference[];
  readonly leasesLost: number;
}

/** Both sides key by key. Values are compared as text; what ends by itself (TTL) is not compared, only its value. */
export function compareContents(spec: EtcdMirrorSpec, source: Contents, destination: Contents): ContentsComparison {
  const isIgnored = ignorePattern(spec.ignoreKeys);
  const [destinationKeyOf, sourceKeyOf] = [toDestinationKey(spec), toSourceKey(spec)];
  const differences: Difference[] = [];
  let [compared, ignored, present, leasesLost] = [0, 0, 0, 0];
  source.forEach((own, key) => {
    const destinationKey = destinationKeyOf(key);
    const copy = destination.get(destinationKey);
    if (copy !== undefined) present += 1;
    if (isIgnored(key)) {
      ignored += 1;
      return;
    }
    compared += 1;
    if (copy === undefined) differences.push({ key, destinationKey, kind: 'missing', source: own });
    else {
      if ((own.value ?? '') !== (copy.value ?? '')) {
        differences.push({ key, destinationKey, kind: 'different', source: own, destination: copy });
      }
      if (own.lease !== undefined && copy.lease === undefined) leasesLost += 1;
    }
  });
  if (present < destination.size) {
    destination.forEach((copy, destinationKey) => {
      const key = sourceKeyOf(destinationKey);
      if (!source.has(key) && !isIgnored(key)) {
        differences.push({ key, destinationKey, kind: 'extra', destination: copy });
      }
    });
  }
  return { compared, ignored, differences, leasesLost };
}

/**
 * Whether the mirror has not come to this change yet. Only changes can be told: what was deleted at the source has no
 * index any more.
 */
export function isPending({ source }: Difference, replicatedIndex: number | undefined): boolean {
  return replicatedIndex !== undefined && source?.modifiedIndex !== undefined && source.modifiedIndex > replicatedIndex;
}

/** How a difference that stays can have come about. `set` and `create` give a key a new createdIndex; `update` does not. */
export function whyDifferent(spec: EtcdMirrorSpec, difference: Difference): string {
  if (spec.api === 'v3') return whyV3[difference.kind];
  const { kind, source } = difference;
  const wasUpdated =
    source?.createdIndex !== undefined &&
    source.modifiedIndex !== undefined &&
    source.createdIndex < source.modifiedIndex;
  switch (kind) {
    case 'extra':
      return t`Deleted at the source by \`compareAndDelete\`, which etcd-mirror skips; or written at the destination.`;
    case 'missing':
      if (source?.ttl !== undefined) {
        return t`It has a TTL, and refreshing one is an \`update\`, which etcd-mirror skips: the copy has expired.`;
      }
      return wasUpdated
        ? t`Deleted at the destination, or its first write was missed; later ones were \`update\` or \`compareAndSwap\`.`
        : t`Deleted at the destination, or its event was jumped over when the index was moved.`;
    case 'different':
      return wasUpdated
        ? t`Last changed at the source by \`update\`, which etcd-mirror skips, or by \`compareAndSwap\`.`
        : t`Last written at the source by \`set\` or \`create\`, which are copied: somebody wrote the destination, or the index was moved past it.`;
  }
}

const whyV3: Readonly<Record<DriftItem['kind'], string>> = {
  missing: t`Deleted at the destination, expired there, or make-mirror has not come to it.`,
  extra: t`Left at the destination from before: make-mirror deletes no stale keys at its start.`,
  different: t`Written at the destination, or make-mirror has not come to it.`,
};
