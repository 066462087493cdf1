import type { EtcdMirrorSpec } from '../inventory/model';
import type { Difference } from './compareContents';
import type { Contents } from './contents';
import { toDestinationKey } from './keys';
import type { Standstill } from './model';

/**
 * v3: the earliest change of which it is proved that make-mirror has not applied it, from contents alone, for it keeps
 * no index. It applies changes in the order of their revisions. So of the keys that are newer at the source than the
 * newest one that both sides hold alike, one was not applied if its copy is older than that one's: a copy that somebody
 * wrote over later would be newer. What is missing proves nothing: it may have been copied, and deleted there.
 * @param staying differences of two looks
 */
export function standstillOf(
  spec: EtcdMirrorSpec,
  source: Contents,
  destination: Contents,
  staying: readonly Difference[],
): Standstill | undefined {
  if (spec.api !== 'v3' || !staying.some(({ kind }) => kind === 'different')) return undefined;
  const applied = newestAlike(spec, source, destination);
  if (applied === undefined) return undefined;
  let first: Standstill | undefined;
  for (const { key, kind, source: own, destination: copy } of staying) {
    const [revision, copied] = [own?.modifiedIndex, copy?.modifiedIndex];
    if (kind !== 'different' || revision === undefined || copied === undefined) continue;
    const isProved = revision > applied.revision && copied < applied.copied;
    if (isProved && (first === undefined || revision < first.revision)) {
      first = { key, revision, appliedKey: applied.key, appliedRevision: applied.revision };
    }
  }
  return first;
}

interface Applied {
  readonly key: string;
  /** Of the source. */
  readonly revision: number;
  /** Of the destination: when it was written there. */
  readonly copied: number;
}

function newestAlike(spec: EtcdMirrorSpec, source: Contents, destination: Contents): Applied | undefined {
  const destinationKeyOf = toDestinationKey(spec);
  let newest: Applied | undefined;
  source.forEach(({ value, modifiedIndex: revision }, key) => {
    if (revision === undefined || (newest !== undefined && revision <= newest.revision)) return;
    const copy = destination.get(destinationKeyOf(key));
    if (copy?.modifiedIndex === undefined || (copy.value ?? '') !== (value ?? '')) return;
    newest = { key, revision, copied: copy.modifiedIndex };
  });
  return newest;
}
