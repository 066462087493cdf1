import type { FleetView } from '../fleetView';
import type { Expectation } from './plan';
import { verdict, type Verification } from './verification';
import { t } from '../l10n';

type MirrorExpectation = Extract<Expectation, { readonly kind: `mirror${string}` }>;

/** @param endedMs when the step ended: an older comparison proves nothing; the view is known to be newer */
export function verifyMirror(expectation: MirrorExpectation, view: FleetView, endedMs: number): Verification {
  const { key } = expectation;
  const mirror = view.mirrors.find((each) => each.key === key);
  if (mirror === undefined) return { kind: 'unknown', why: t`${key} left the inventory meanwhile.` };
  const { source, destination, process } = mirror.snapshot;
  switch (expectation.kind) {
    case 'mirrorIndex': {
      if (destination.kind !== 'read') return { kind: 'unknown', why: t`The destination of ${key} could not be read.` };
      const { indexKey } = destination.value;
      return indexKey.kind === 'read'
        ? verdict(indexKey.index >= expectation.index, t`index key at ${indexKey.index}`)
        : verdict(false, indexKey.kind === 'notANumber' ? t`the index key holds no number` : t`there is no index key`);
    }
    case 'mirrorProcess':
      if (process.kind === 'notAsked') {
        return { kind: 'unknown', why: t`The inventory names no metrics of ${key}, so its process cannot be seen.` };
      }
      if (process.kind === 'read') return verdict(expectation.isRunning, t`its process answers`);
      return process.failure.reason === 'refused'
        ? verdict(!expectation.isRunning, t`its process does not answer`)
        : { kind: 'unknown', why: t`The metrics of ${key} could not be read: ${process.failure.text}` };
    case 'mirrorReadable':
      return verdict(source.kind === 'read' && destination.kind === 'read', t`both sides answer`);
    case 'mirrorEqual':
    case 'mirrorNoExtra': {
      const { comparison } = mirror;
      if (comparison === undefined || !(Date.parse(comparison.at) >= endedMs)) {
        return { kind: 'unknown', why: t`The contents of ${key} have not been compared since the step ended.` };
      }
      const indexKey = destination.kind === 'read' ? destination.value.indexKey.kind : 'missing';
      // A load writes its index last: one that is ended before has to be done again.
      if (indexKey === 'missing' || indexKey === 'notANumber') return verdict(false, t`there is no index key yet`);
      const { compared, missing, extra, different, pending } = comparison;
      return verdict(
        extra + (expectation.kind === 'mirrorNoExtra' ? 0 : missing + different + pending) === 0,
        t`${compared} keys compared: ${missing} missing, ${extra} extra, ${different} different, ${pending} on the way`,
      );
    }
  }
}
