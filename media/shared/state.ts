import { type State } from '../../src/core/report';
import { h, type Piece } from './dom';
import { type IconName, setIcon } from './icons';
import { t } from '../../src/core/l10n';

/** Shape, word and colour of a state: the same everywhere, and never one of them alone. */
export const stateIcons: Readonly<Record<State, IconName>> = {
  ok: 'pass',
  warning: 'warning',
  critical: 'error',
  unknown: 'question',
  denied: 'lock',
  unreachable: 'debugDisconnect',
};

export const stateWords: Readonly<Record<State, string>> = {
  ok: t`ok`,
  warning: t`warning`,
  critical: t`critical`,
  unknown: t`unknown`,
  denied: t`denied`,
  unreachable: t`no answer`,
};

/** The icon alone, for places where the word stands beside it or in the label. */
export function stateIcon(): Piece<State> {
  const element = h('span', { class: 'icon-holder' });
  return {
    element,
    update: (state) => {
      setIcon(element, stateIcons[state], `state-${state}`);
      element.title = stateWords[state];
    },
  };
}
