import { type EventRow, type WatchedEvents } from '../../src/protocol/mirrorPanel';
import { note } from '../shared/button';
import { age } from '../shared/clock';
import { h, keyed, type Piece, setAttribute, setText } from '../shared/dom';
import { type IconName, setIcon } from '../shared/icons';
import { sentence } from '../shared/remedyText';
import { type MirrorContext } from './context';
import { t } from '../../src/core/l10n';

const fates: Readonly<Record<EventRow['fate'], readonly [IconName, string, string]>> = {
  mirrored: ['pass', 'state-ok', 'copied'],
  waiting: ['sync', 'state-unknown', t`not yet`],
  skipped: ['warning', 'state-warning', 'skipped'],
  ignored: ['circleSlash', 'state-unknown', 'ignored'],
  outside: ['debugDisconnect', 'state-unknown', 'outside'],
};

/** What happens at the source while somebody looks, the newest first. */
export function events({ request }: MirrorContext): Piece<WatchedEvents> {
  let isPaused = false;
  const trouble = note();
  const watch = h(
    'button',
    { type: 'button', class: 'range', title: t`The source is asked for its events only while this panel is seen` },
    t`Watch`,
  );
  watch.addEventListener('click', () => {
    trouble.say('');
    void request({ kind: 'watch', on: isPaused }).then((answer) => {
      if (answer.kind === 'failed') trouble.say(answer.message);
    });
  });
  const phase = h('p', { class: 'caption', role: 'status' });
  const summary = h('p', { class: 'summary' });
  const body = h('tbody');
  const update = keyed<EventRow>(body, ({ index, key }) => `${index} ${key}`, eventRow);
  const number = h('th', { scope: 'col' });
  const head = [t`Action`, t`Key`, t`The mirror`, t`Why`, t`Heard`];
  const table = h(
    'table',
    { class: 'event-table', 'aria-label': t`Recent events of the source` },
    h('thead', {}, h('tr', {}, number, ...head.map((words) => h('th', { scope: 'col' }, words)))),
    body,
  );
  const scroll = h(
    'div',
    { class: 'table-scroll', tabindex: '0', role: 'region', 'aria-label': t`Recent events, to scroll through` },
    table,
  );
  return {
    element: h(
      'section',
      { class: 'events', 'aria-labelledby': 'events-heading' },
      h(
        'div',
        { class: 'section-head' },
        h('h2', { id: 'events-heading' }, t`Recent events at the source`),
        h('div', { class: 'actions' }, watch),
      ),
      trouble.element,
      phase,
      summary,
      scroll,
    ),
    update: (view) => {
      isPaused = view.phase === 'paused';
      setAttribute(watch, 'aria-pressed', isPaused ? 'false' : 'true');
      sentence(phase, view.words);
      setText(number, view.indexWord);
      sentence(summary, view.summary ?? '');
      summary.hidden = view.summary === undefined;
      scroll.hidden = view.rows.length === 0;
      update(view.rows);
    },
  };
}

function eventRow(): Piece<EventRow> {
  const index = h('td', { class: 'number mono' });
  const action = h('td', { class: 'mono' });
  const key = h('th', { scope: 'row' });
  const holder = h('span', { class: 'icon-holder' });
  const word = h('span');
  const why = h('td', { class: 'meaning' });
  const heard = age();
  return {
    element: h(
      'tr',
      {},
      index,
      action,
      key,
      h('td', {}, h('span', { class: 'icon-word' }, holder, word)),
      why,
      h('td', { class: 'heard' }, heard.element),
    ),
    update: (row) => {
      setText(index, String(row.index));
      setText(action, row.action);
      setText(key, row.key);
      const [shape, colour, fate] = fates[row.fate];
      setIcon(holder, shape, colour);
      setText(word, fate);
      sentence(why, row.why);
      heard.update(row.seenAt);
    },
  };
}
