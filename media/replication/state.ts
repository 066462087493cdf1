import { type Thread } from '../../src/core/replication/model';
import { type State } from '../../src/core/report';
import { h, type Piece, setText } from '../shared/dom';
import { type IconName, setIcon } from '../shared/icons';

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
  ok: 'ok',
  warning: 'warning',
  critical: 'critical',
  unknown: 'unknown',
  denied: 'denied',
  unreachable: 'no answer',
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

export interface ThreadState {
  readonly thread: Thread;
  /** State of the connection: it tells a thread stopped on purpose from one that failed. */
  readonly state: State;
}

/** `IO ✓ running`. */
export function threadWord(name: 'IO' | 'SQL'): Piece<ThreadState> {
  const holder = h('span', { class: 'icon-holder' });
  const word = h('span');
  const element = h(
    'span',
    { class: 'thread', title: name === 'IO' ? 'IO thread' : 'SQL thread' },
    h('span', { class: 'caption' }, name),
    holder,
    word,
  );
  return {
    element,
    update: ({ thread, state }) => {
      const [shape, colour] = threadIcon(thread, state);
      setIcon(holder, shape, `state-${colour}`);
      setText(word, thread);
    },
  };
}

function threadIcon(thread: Thread, state: State): readonly [IconName, State] {
  switch (thread) {
    case 'running':
      return ['pass', 'ok'];
    case 'connecting':
      return ['sync', 'warning'];
    case 'stopped':
      return ['debugStop', state === 'critical' ? 'critical' : 'warning'];
    case 'unknown':
      return ['question', 'unknown'];
  }
}
