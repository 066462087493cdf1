import type { FleetView, InstanceView } from '../../core/fleetView';
import { t } from '../../core/l10n';
import { askModally, showInformation, showWarning } from '../messages';

const findingId = 'instance.identityMismatch';

export const nothingToAccept = t`At every address the same server answers as before: there is nothing to accept.`;

export function hasNewIdentity({ findings }: InstanceView): boolean {
  return findings.some(({ id }) => id === findingId);
}

/** Asks with what differs, for plans and alarms count on the answer; then takes the new server for the right one. */
export async function acceptIdentity(
  key: string,
  view: () => FleetView | undefined,
  accept: (key: string) => boolean,
): Promise<void> {
  const finding = view()?.instances[key]?.findings.find(({ id }) => id === findingId);
  if (finding === undefined) {
    await showInformation(t`At ${key} the same server answers as before: there is nothing to accept.`);
    return;
  }
  const yes = t`Accept`;
  const detail = finding.evidence.map(({ measured }) => measured).join('\n');
  const choice = await askModally(t`Is the server that now answers at ${key} the right one?`, detail, yes);
  if (choice === yes && !accept(key))
    await showWarning(t`${key} does not say who it is at the moment: read it again first.`);
}
