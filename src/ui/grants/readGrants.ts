import * as vscode from 'vscode';
import type { InstanceSpec } from '../../core/inventory/model';
import { t } from '../../core/l10n';
import { formatCount } from '../../core/words';
import { showWarning } from '../messages';
import { withProgress } from '../withProgress';
import type { Grants } from './grants';

/**
 * Reads the grants of these instances under a notification, and says what could not be read.
 * @returns false where nothing more is to be shown
 */
export async function readGrants(grants: Grants, specs: readonly InstanceSpec[]): Promise<boolean> {
  if (!grants.store.mayConnect) {
    await showWarning(t`The workspace that names these hosts is not trusted, so nothing connects to them.`);
    return false;
  }
  const cancelled = await withProgress(
    t`Reading the grants of ${specs.length === 1 ? (specs[0]?.key ?? '') : formatCount(specs.length, 'instance')}`,
    async (signal, report) => {
      let told = 0;
      await grants.store.readAll(specs, signal, ({ done, total, text }) => {
        const share = (done / total) * 100;
        report({ message: specs.length > 1 || text.includes(',') ? text : '', increment: share - told });
        told = share;
      });
      return signal.aborted;
    },
  );
  if (cancelled) return false;
  const failures = specs.flatMap(({ key }) => {
    const failure = grants.store.get(key)?.failure;
    return failure === undefined ? [] : [`${key}: ${failure.text}`];
  });
  if (failures.length > 0) {
    const [first = ''] = failures;
    const more = failures.length > 1 ? t` (and ${failures.length - 1} more)` : '';
    // Not awaited: what was read is shown meanwhile.
    void showWarning(t`The grants could not be read. ${first}${more}`, t`Show Log`).then(
      (choice) => choice && vscode.commands.executeCommand('replideck.log.show'),
    );
  }
  return specs.some(({ key }) => grants.store.get(key)?.grants !== undefined);
}
