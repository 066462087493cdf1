import type { FleetView } from '../../core/fleetView';
import type { TreeNode } from './model';
import { t } from '../../core/l10n';

/** What a click on the first row does. */
export type NoticeAction = 'trust' | 'refresh';

interface Words {
  readonly label: string;
  readonly description: string;
  readonly tooltip: string;
}

/** Another password may help. */
const askedAgain: readonly string[] = ['accessDenied', 'credentialsMissing'];
/** It was reached, and turned our account down. */
const turnedDown: readonly string[] = [
  ...askedAgain,
  ...['accountLocked', 'passwordExpired', 'authPlugin', 'hostNotAllowed'],
];

/**
 * The first row where nothing at all can be read, with the one thing to do next; a tree that is not empty has no welcome
 * view. Instances that were not read yet, or whose reading was called off, make no notice.
 */
export function noticeNodes({ instances, mirrors }: FleetView): readonly TreeNode[] {
  const reasons = Object.values(instances).map(({ snapshot: { reach } }) =>
    reach.kind === 'failed' ? reach.failure.reason : undefined,
  );
  const isUntrusted =
    reasons.includes('untrusted') ||
    mirrors.some(({ snapshot }) => snapshot.reach.kind === 'failed' && snapshot.reach.failure.reason === 'untrusted');
  if (isUntrusted) return [notice('trust', 'workspace-untrusted', trustWords)];
  const known = reasons.filter((reason) => reason !== undefined && reason !== 'cancelled');
  if (known.length === 0 || known.length < reasons.length) return [];
  return [notice('refresh', 'refresh', unreadWords(known))];
}

const trustWords: Words = {
  label: t`Trust this workspace to read it`,
  description: '',
  tooltip: t`Nothing connects to hosts that only an untrusted workspace names. A click opens the page where you decide.`,
};

function unreadWords(reasons: readonly string[]): Words {
  const isOnly = reasons.length === 1;
  const areAll = (kinds: readonly string[]): boolean => reasons.every((reason) => kinds.includes(reason));
  if (areAll(['credentialsMissing'])) {
    return {
      label: t`Credentials are missing`,
      description: t`try again`,
      tooltip: t`A secret that was not given is asked for again. Each row says what is missing there.`,
    };
  }
  if (areAll(turnedDown)) {
    return {
      label: isOnly ? t`The only instance refuses the login` : t`No instance accepts the login`,
      description: areAll(askedAgain) ? t`ask again` : t`try again`,
      tooltip: t`Every instance is reached and turns the account down; each row says why.`,
    };
  }
  return {
    label: isOnly ? t`The only instance does not answer` : t`No instance answers`,
    description: t`try again`,
    tooltip: t`Where nothing answers, the way there is at fault more often than every server: network, VPN, tunnel.`,
  };
}

function notice(action: NoticeAction, icon: string, words: Words): TreeNode {
  return {
    ...words,
    ...{ id: `notice:${action}`, icon, state: undefined, expanded: false, children: [] },
    spoken: words.description === '' ? words.label : `${words.label}, ${words.description}`,
    contextValue: 'notice',
    subject: { kind: 'notice', action },
  };
}
