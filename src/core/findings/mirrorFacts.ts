import type { EtcdMirrorSpec } from '../inventory/model';
import type { LinkedMirror, MirrorPart } from '../mirror/model';
import type { Evidence } from './finding';
import { plain } from './phrase';
import { t } from '../l10n';

/** What several rules ask of a mirror. */

/** Host and port of one side, without what every address has. */
export function placeOf(url: string): string {
  return url.replace(/^https?:\/\//, '').replace(/\/+$/, '');
}

/** Host and port of the member that a request went to. */
export function askedPlace(members: readonly string[], request: string): string {
  const [preferred = '', ...others] = members.map(placeOf);
  return others.find((place) => request.includes(`//${place}/`)) ?? preferred;
}

export function fromPart(part: MirrorPart<unknown>, measured: string): Evidence {
  return part.kind === 'notAsked'
    ? { measured: plain(measured), source: t`not asked`, at: 'never' }
    : { measured: plain(measured), source: plain(part.request, 200), at: part.at };
}

/** The two figures that everything about the window follows from, each with the request that brought it. */
export function indexEvidence({ snapshot, distance }: LinkedMirror): readonly Evidence[] {
  const { sourceIndex, replicatedIndex, gap, headroom } = distance;
  if (sourceIndex === undefined || replicatedIndex === undefined) return [];
  return [
    fromPart(snapshot.source, t`source at X-Etcd-Index ${sourceIndex}`),
    fromPart(
      snapshot.destination,
      t`replicated up to ${replicatedIndex}: gap ${gap ?? 0} of 1000, headroom ${headroom ?? 0}`,
    ),
  ];
}

/** `reload-etcdmirror…` is what Puppet installs; the option is etcd-mirror's own. */
export function reloadSteps({ destinationPrefix }: EtcdMirrorSpec): readonly string[] {
  return [
    t`A reload empties \`${destinationPrefix}\` at the destination first: point its clients to the source before.`,
    t`Then run the mirror once with \`--reload\` (where Puppet installed it: \`/usr/local/sbin/reload-<unit>\`), and start the unit.`,
  ];
}
