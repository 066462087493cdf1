import { t } from '../../src/core/l10n';
import { type Thread } from '../../src/core/replication/model';
import { type State } from '../../src/core/report';
import { h, type Piece, setText } from '../shared/dom';
import { type IconName, setIcon } from '../shared/icons';

export interface ThreadState {
  readonly thread: Thread;
  /** State of the connection: it tells a thread stopped on purpose from one that failed. */
  readonly state: State;
}

const threadWords: Readonly<Record<Thread, string>> = {
  running: t`running`,
  connecting: t`connecting`,
  stopped: t`stopped`,
  unknown: t`unknown`,
};

/** `IO ✓ running`. */
export function threadWord(name: 'IO' | 'SQL'): Piece<ThreadState> {
  const holder = h('span', { class: 'icon-holder' });
  const word = h('span');
  const element = h(
    'span',
    { class: 'thread', title: name === 'IO' ? t`IO thread` : t`SQL thread` },
    h('span', { class: 'caption' }, name),
    holder,
    word,
  );
  return {
    element,
    update: ({ thread, state }) => {
      const [shape, colour] = threadIcon(thread, state);
      setIcon(holder, shape, `state-${colour}`);
      setText(word, threadWords[thread]);
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
