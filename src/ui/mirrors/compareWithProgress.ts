import type { Mirrors } from '../../app/mirrors';
import type { MirrorComparison } from '../../core/mirror/model';
import { formatBytes } from '../../core/words';
import { t } from '../../core/l10n';
import { showWarning } from '../messages';
import { withProgress } from '../withProgress';

/**
 * Compares the contents of a mirror under a notification that shows how far it is and can cancel it. Where it could not
 * be done a warning says why; undefined then.
 */
export async function compareWithProgress(mirrors: Mirrors, name: string): Promise<MirrorComparison | undefined> {
  const outcome = await withProgress(t`Comparing the contents of ${name}`, (signal, report) =>
    mirrors.compare(
      name,
      ({ look, bytes }) => {
        report({ message: t`${formatBytes(bytes)} read${look === 'second' ? t`, once more for what differs` : ''}` });
      },
      signal,
    ),
  );
  if (outcome?.kind === 'ok') return outcome.value;
  // Who cancelled knows that it ended.
  if (outcome?.reason.failure.reason === 'cancelled') return undefined;
  void showWarning(
    outcome === undefined
      ? t`The contents of ${name} cannot be compared now: its two sides are not both readable. Its findings say why.`
      : t`The contents of ${name} were not compared: the ${outcome.reason.side} could not be read. ${outcome.reason.failure.text}`,
  );
  return undefined;
}
