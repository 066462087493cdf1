import { type ContentsView, type DriftRow, type MirrorPanelState } from '../../src/protocol/mirrorPanel';
import { actionButton, note } from '../shared/button';
import { age } from '../shared/clock';
import { toMarkdown, toTsv } from '../shared/copyFormats';
import { h, keyed, type Piece, setText } from '../shared/dom';
import { filterBox } from '../shared/filterBox';
import { type IconName, setIcon } from '../shared/icons';
import { sentence } from '../shared/remedyText';
import { type MirrorContext } from './context';
import { t } from '../../src/core/l10n';

const kinds: Readonly<Record<DriftRow['kind'], readonly [IconName, string]>> = {
  missing: ['diffRemoved', 'missing'],
  extra: ['diffAdded', t`too many`],
  different: ['diffModified', 'different'],
};

/** Where the two sides differ, key by key; a key opens both values side by side. The filter looks through all of them. */
export function drift({ request }: MirrorContext): Piece<MirrorPanelState> & { readonly reveal: () => void } {
  let rows: readonly DriftRow[] = [];
  const trouble = note();
  const compared = age();
  const summary = h('p', { class: 'summary' });
  const comparedLine = h('p', { class: 'caption' }, t`Compared`, ' ', compared.element);
  const compare = actionButton({
    icon: 'diff',
    label: t`Compare now`,
    title: t`Read the contents of both sides and compare them key by key; it can be cancelled`,
    run: () => request({ kind: 'compare' }, 1_260_000),
    say: trouble.say,
  });
  const count = h('span', { class: 'caption count' });
  const filter = filterBox({
    label: t`Filter the keys that differ`,
    placeholder: t`Filter by key or kind ( / )`,
    value: '',
    onInput: (text) => {
      void request({ kind: 'filterDrift', filter: text }).then((answer) => {
        if (answer.kind === 'failed') trouble.say(answer.message);
      });
    },
  });
  const copyAs = (label: string, render: typeof toTsv): HTMLButtonElement =>
    actionButton({
      icon: 'copy',
      label,
      title: t`Copy the rows shown as ${label}`,
      run: () => request({ kind: 'copy', text: render(copyRows(rows)) }),
      say: trouble.say,
    });
  const tools = h(
    'div',
    { class: 'table-tools' },
    filter.element,
    count,
    h(
      'div',
      { class: 'actions', role: 'toolbar', 'aria-label': t`Copy what differs` },
      copyAs('TSV', toTsv),
      copyAs(t`Markdown`, toMarkdown),
    ),
  );
  const body = h('tbody');
  const update = keyed<DriftRow>(
    body,
    ({ destinationKey }) => destinationKey,
    (row) =>
      driftRow(row, (key) => {
        trouble.say('');
        void request({ kind: 'openDiff', key }).then((answer) => {
          if (answer.kind === 'failed') trouble.say(answer.message);
        });
      }),
  );
  const head = [t`Key`, t`What`, t`Source`, t`Destination`, t`How it can have come about`];
  const table = h(
    'table',
    { class: 'drift-table', 'aria-label': t`Keys that differ` },
    h('thead', {}, h('tr', {}, ...head.map((words) => h('th', { scope: 'col' }, words)))),
    body,
  );
  const scroll = h(
    'div',
    { class: 'table-scroll', tabindex: '0', role: 'region', 'aria-label': t`Keys that differ, to scroll through` },
    table,
  );
  const heading = h('h2', { id: 'contents-heading', tabindex: '-1' }, t`Contents`);
  const element = h(
    'section',
    { class: 'contents', 'aria-labelledby': 'contents-heading' },
    h('div', { class: 'section-head' }, heading, h('div', { class: 'actions' }, comparedLine, compare)),
    trouble.element,
    summary,
    tools,
    scroll,
  );
  const show = (view: ContentsView): void => {
    comparedLine.hidden = view.kind === 'notCompared';
    const differs = view.kind === 'compared' && view.total > 0;
    tools.hidden = !differs;
    scroll.hidden = !differs || view.rows.length === 0;
    if (view.kind === 'notCompared') {
      setText(summary, view.words);
      rows = [];
    } else {
      setText(summary, view.summary);
      compared.update(view.at);
      rows = view.rows;
      setText(count, countWords(view));
    }
    update(rows);
  };
  return {
    element,
    update: ({ contents }) => {
      show(contents);
    },
    reveal: () => {
      element.scrollIntoView({ block: 'start' });
      heading.focus({ preventScroll: true });
    },
  };
}

function countWords({ total, matching, rows, filter }: Extract<ContentsView, { kind: 'compared' }>): string {
  if (filter !== '' && matching === 0) return t`no key contains that`;
  if (rows.length < matching) return t`the first ${rows.length} of ${matching}`;
  return matching === total ? `${total} ${total === 1 ? 'key' : 'keys'}` : t`${matching} of ${total} keys`;
}

function driftRow(first: DriftRow, open: (key: string) => void): Piece<DriftRow> {
  const key = h('button', { type: 'button', class: 'link', title: t`Show both values side by side` });
  key.addEventListener('click', () => {
    open(first.destinationKey);
  });
  const renamed = h('div', { class: 'caption' });
  const holder = h('span', { class: 'icon-holder' });
  const kind = h('span');
  const [source, destination] = [h('td', { class: 'number' }), h('td', { class: 'number' })];
  const why = h('td', { class: 'meaning' });
  return {
    element: h(
      'tr',
      {},
      h('th', { scope: 'row' }, key, renamed),
      h('td', {}, h('span', { class: 'icon-word' }, holder, kind)),
      source,
      destination,
      why,
    ),
    update: (row) => {
      setText(key, row.key);
      renamed.hidden = row.key === row.destinationKey;
      setText(renamed, t`there ${row.destinationKey}`);
      const [shape, word] = kinds[row.kind];
      setIcon(holder, shape, '');
      setText(kind, word);
      setText(source, row.sourceSize ?? '–');
      setText(destination, row.destinationSize ?? '–');
      sentence(why, row.why);
    },
  };
}

function copyRows(rows: readonly DriftRow[]): readonly (readonly string[])[] {
  return [
    [t`Key`, t`Key at the destination`, t`What`, t`Source`, t`Destination`, t`How it can have come about`],
    ...rows.map(({ key, destinationKey, kind, sourceSize, destinationSize, why }) => [
      ...[key, destinationKey, kinds[kind][1], sourceSize ?? '', destinationSize ?? '', why.replaceAll('`', '')],
    ]),
  ];
}
