import { withoutCode } from '../codeSpans';
import { parseInventory } from '../inventory/parseInventory';
import type { InstanceSpec } from '../inventory/model';
import type { Flavor, ServerTrial } from '../replication/reading';
import { toFleetView } from '../toFleetView';
import { toInstanceSnapshot } from '../toInstanceSnapshot';
import { countUntold, foundServers, type FoundServer, type KnownCluster } from './foundServers';
import { renderInventory, type InventoryDraft } from './renderInventory';
import { t } from '../l10n';

export type TrialVerdict =
  | { readonly kind: 'cancelled' }
  | {
      readonly kind: 'failed';
      /** It was reached, and refused the login: another password may help. */
      readonly isLogin: boolean;
      /** Sentences in plain text: what is wrong, what the server says, the first thing to do. */
      readonly words: string;
    }
  | {
      readonly kind: 'answered';
      /** `MariaDB 10.11.19`. */
      readonly server: string;
      readonly flavor: Flavor;
      readonly found: readonly FoundServer[];
      /** Replicas of which no address can be told. */
      readonly untold: number;
      /** The account may not list the replicas; those of the process list are offered. */
      readonly isListDenied: boolean;
    };

/**
 * The one instance of an inventory that does not exist yet.
 * @throws where the draft cannot be read back, which its checks are there to prevent
 */
export function specOfDraft(draft: InventoryDraft): InstanceSpec {
  const [spec] = parseInventory(renderInventory(draft)).inventory.instances;
  if (spec === undefined) throw new Error(t`This host cannot be written into an inventory.`);
  return spec;
}

/** What a trial has shown, in the words that the fleet would show for it. */
export function judgeTrial(
  draft: InventoryDraft,
  trial: ServerTrial,
  known: readonly KnownCluster[] = [],
): TrialVerdict {
  const snapshot = toInstanceSnapshot(trial.reading);
  const { reach } = snapshot;
  if (reach.kind === 'answered') {
    const version = /^[\d.]+/.exec(reach.version)?.[0] ?? reach.version;
    return {
      kind: 'answered',
      server: `${reach.flavor === 'mariadb' ? 'MariaDB' : 'MySQL'} ${version}`,
      flavor: reach.flavor,
      found: foundServers(draft, snapshot, trial.replicas, known),
      untold: countUntold(draft, snapshot, trial.replicas),
      isListDenied: trial.replicas.kind !== 'rows',
    };
  }
  if (reach.kind === 'pending' || reach.failure.reason === 'cancelled') return { kind: 'cancelled' };
  const { inventory } = parseInventory(renderInventory(draft));
  const view = toFleetView({
    takenAt: trial.reading.at,
    inventory,
    instances: { [snapshot.key]: snapshot },
    previous: {},
    mirrors: {},
    services: {},
  });
  const finding = view.instances[snapshot.key]?.findings[0];
  const [measured] = finding?.evidence ?? [];
  const isLogin = ['accessDenied', 'credentialsMissing'].includes(reach.failure.reason);
  // What a finding says of a login names an inventory, and there is none yet.
  const remedy = isLogin
    ? t`Try another password, or see that the account exists for the host in the error text.`
    : withoutCode(finding?.remedy.split('\n')[0] ?? '');
  const words = [
    finding === undefined ? t`${snapshot.key} could not be read.` : withoutCode(finding.title),
    measured === undefined ? '' : t`The error reads: ${linkless(measured.measured)}.`,
    remedy,
  ];
  return {
    kind: 'failed',
    isLogin,
    words: words.filter((sentence) => sentence !== '').join(' '),
  };
}

/** VS Code makes links of `[text](address)` in a message, and the text is a stranger's. */
function linkless(text: string): string {
  return text.slice(0, 300).replaceAll('[', '(').replaceAll(']', ')').replace(/\.$/, '');
}
