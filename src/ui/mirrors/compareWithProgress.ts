import * as vscode from 'vscode';
import type { Mirrors } from '../../app/mirrors';
import type { MirrorComparison } from '../../core/mirror/model';
import { formatBytes } from '../../core/words';
import { t } from '../../core/l10n';
import { showWarning } from '../messages';

/**
 * Compares the contents of a mirror under a notification that shows how far it is and can cancel it. Where it could not
 * be done a warning says why; undefined then.
 */
export async function compareWithProgress(mirrors: Mirrors, name: string): Promise<MirrorComparison | undefined> {
  const progressOptions = {
    location: vscode.ProgressLocation.Notification,
    title: t`Comparing the contents of ${name}`,
    cancellable: true,
  };
  const outcome = await vscode.window.withProgress(progressOptions, async (progress, token) => {
    const abort = new AbortController();
    const subscription = token.onCancellationRequested(() => {
      abort.abort();
    });
    try {
      const onProgress = ({ look, bytes }: { readonly look: string; readonly bytes: number }): void => {
        progress.report({
          message: t`${formatBytes(bytes)} read${look === 'second' ? t`, once more for what differs` : ''}`,
        });
      };
      return await mirrors.compare(name, onProgress, abort.signal);
    } finally {
      subscription.dispose();
    }
  });
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
