import { type PanelState, type RawGroup } from '../../src/protocol/replicationPanel';
import { actionButton, note } from '../shared/button';
import { filterBox } from '../shared/filterBox';
import { h, keyed, type Piece, setAttribute, setFigure, setText } from '../shared/dom';
import { type PanelContext } from './context';
import { type CopyRow, toMarkdown, toTsv } from '../shared/copyFormats';
import { t } from '../../src/core/l10n';

type RawRow = RawGroup['rows'][number];

/** The servers' own fields, what is unusual or changed first; filtered by name, value or meaning. */
export function rawTable(context: PanelContext): Piece<PanelState> {
  let groups: readonly RawGroup[] = [];
  const { element: filter } = filterBox({
    label: t`Filter the raw status`,
    placeholder: t`Filter by name or value ( / )`,
    value: context.saved().filter ?? '',
    onInput: (text) => {
      context.save({ filter: text });
      draw();
    },
  });
  const count = h('span', { class: 'caption count' });
  const trouble = note();
  const body = h('div', { class: 'raw-groups' });
  const empty = h('p', { class: 'empty' });
  const shown = (): readonly RawGroup[] => filtered(groups, filter.value);
  const copyAs = (label: string, render: (groups: readonly RawGroup[]) => string): HTMLButtonElement =>
    actionButton({
      icon: 'copy',
      label,
      title: t`Copy the rows shown as ${label}`,
      run: () => context.request({ kind: 'copy', text: render(shown()) }),
      say: trouble.say,
    });
  const tools = h(
    'div',
    { class: 'table-tools' },
    filter,
    count,
    h(
      'div',
      { class: 'actions', role: 'toolbar', 'aria-label': t`Copy the raw status` },
      copyAs('TSV', (all) => toTsv(copyRows(all))),
      copyAs('JSON', toJson),
      copyAs(t`Markdown`, (all) => toMarkdown(copyRows(all))),
    ),
  );
  const element = h(
    'section',
    { class: 'raw', 'aria-labelledby': 'raw-heading' },
    h('h2', { id: 'raw-heading' }, t`Raw status`),
    tools,
    trouble.element,
    body,
    empty,
  );
  const updateGroups = keyed<RawGroup>(body, ({ title }) => title, groupTable);
  const draw = (): void => {
    const visible = shown();
    updateGroups(visible);
    const total = groups.reduce((sum, { rows }) => sum + rows.length, 0);
    const matching = visible.reduce((sum, { rows }) => sum + rows.length, 0);
    setText(count, matching === total ? t`${total} rows` : t`${matching} of ${total} rows`);
    empty.hidden = total > 0 && matching > 0;
    tools.hidden = total === 0;
    setText(empty, total === 0 ? t`The server has not shown us its status.` : t`No row matches the filter.`);
  };
  return {
    element,
    update: (state) => {
      groups = state.raw;
      draw();
    },
  };
}

function filtered(groups: readonly RawGroup[], words: string): readonly RawGroup[] {
  const wanted = words.trim().toLowerCase();
  if (wanted === '') return groups;
  return groups
    .map(({ title, rows }) => ({
      title,
      rows: rows.filter(({ name, value, meaning }) =>
        [name, value ?? 'null', meaning ?? ''].some((text) => text.toLowerCase().includes(wanted)),
      ),
    }))
    .filter(({ rows }) => rows.length > 0);
}

function groupTable(): Piece<RawGroup> {
  const caption = h('caption');
  const rows = h('tbody');
  const updateRows = keyed<RawRow>(rows, ({ name }) => name, tableRow);
  const head = h('tr', {}, ...[t`Name`, t`Value`, t`Our reading`].map((words) => h('th', { scope: 'col' }, words)));
  return {
    element: h('table', {}, caption, h('thead', {}, head), rows),
    update: (group) => {
      setText(caption, group.title);
      updateRows(group.rows);
    },
  };
}

function tableRow(): Piece<RawRow> {
  const name = h('th', { scope: 'row' });
  const value = h('td', { class: 'value' });
  const meaning = h('td', { class: 'meaning' });
  const element = h('tr', {}, name, value, meaning);
  return {
    element,
    update: (row) => {
      setText(name, row.name);
      setFigure(value, row.value ?? 'NULL');
      value.classList.toggle('null', row.value === null);
      setText(meaning, row.meaning ?? '');
      setAttribute(element, 'class', row.notable ? 'notable' : undefined);
    },
  };
}

function copyRows(groups: readonly RawGroup[]): readonly CopyRow[] {
  const several = groups.length > 1;
  return [
    [...(several ? ['Of'] : []), t`Name`, t`Value`, t`Our reading`],
    ...groups.flatMap(({ title, rows }) =>
      rows.map(({ name, value, meaning }) => [...(several ? [title] : []), name, value, meaning ?? '']),
    ),
  ];
}

function toJson(groups: readonly RawGroup[]): string {
  const entries = groups.map(({ title, rows }) => [
    title,
    Object.fromEntries(rows.map(({ name, value }) => [name, value])),
  ]);
  return JSON.stringify(Object.fromEntries(entries), undefined, 2);
}
