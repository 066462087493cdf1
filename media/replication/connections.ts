import { type ConnectionCard, type Figure, type PanelState } from '../../src/protocol/replicationPanel';
import { formatSeconds } from '../../src/core/words';
import { actionButton, note } from '../shared/button';
import { h, keyed, type Piece, setAttribute, setFigure, setText } from '../shared/dom';
import { icon } from '../shared/icons';
import { type PanelContext } from './context';
import { labelsOf } from './labels';
import { openInstance } from './openInstance';
import { stateIcon, stateWords } from '../shared/state';
import { threadWord } from './threadWord';
import { t } from '../../src/core/l10n';

interface Shown {
  readonly card: ConnectionCard;
  /** How the replica is called. */
  readonly here: string;
}

/** One block per connection; in a cluster one line each, which opens to the same block. */
export function connections(context: PanelContext, compact: boolean): Piece<PanelState> {
  const heading = h('h2', { id: 'connections-heading' }, t`Connections`);
  const list = h('div', { class: compact ? 'connection-list compact' : 'connection-list' });
  const empty = h('p', { class: 'empty' });
  const trouble = note();
  const element = h(
    'section',
    { class: 'connections', 'aria-labelledby': 'connections-heading' },
    heading,
    trouble.element,
    list,
    empty,
  );
  const update = keyed<Shown>(
    list,
    ({ card }) => `${card.key}\n${card.name}`,
    () =>
      connectionBlock(context, compact, (key) => {
        openInstance(context, key, trouble.say);
      }),
  );
  return {
    element,
    update: (state) => {
      const labels = labelsOf(state);
      update(state.connections.map((card) => ({ card, here: labels.get(card.key) ?? card.key })));
      empty.hidden = state.connections.length > 0;
      list.hidden = state.connections.length === 0;
      setText(empty, emptyWords(state));
    },
  };
}

function emptyWords({ subject, state, at }: PanelState): string {
  if (at === undefined) return t`Nothing has been read yet.`;
  if (subject.kind === 'cluster') return t`No replication connection of this cluster is known.`;
  switch (state) {
    case 'unreachable':
      return t`The server does not answer, so its connections are not known.`;
    case 'denied':
      return t`Our account may not read the replication status, so its connections are not known.`;
    case 'ok':
    case 'warning':
    case 'critical':
    case 'unknown':
      return t`No replication connection of this server is known.`;
  }
}

function connectionBlock(context: PanelContext, compact: boolean, openSource: (key: string) => void): Piece<Shown> {
  const line = connectionLine(compact, openSource);
  const body = connectionBody(context);
  if (!compact) {
    const element = h('article', { class: 'connection' }, line.element, body.element);
    return {
      element,
      update: (shown) => {
        line.update(shown);
        body.update(shown);
        setAttribute(element, 'aria-label', labelOf(shown));
      },
    };
  }
  // Two hundred lines are drawn at once, their inside only when somebody looks.
  let last: Shown | undefined;
  const element = h(
    'details',
    { class: 'connection' },
    h('summary', {}, icon('chevronRight', 'chevron'), line.element),
    body.element,
  );
  element.addEventListener('toggle', () => {
    if (element.open && last !== undefined) body.update(last);
  });
  return {
    element,
    update: (shown) => {
      last = shown;
      line.update(shown);
      if (element.open) body.update(shown);
    },
  };
}

function labelOf({ card, here }: Shown): string {
  const named = card.name === '' ? '' : ` ${card.name}`;
  return t`Connection${named} from ${card.source} to ${here}: ${stateWords[card.state]}`;
}

/** `source → here`, IO, SQL, lag: fixed columns, so that nothing moves when a figure is refreshed. */
function connectionLine(compact: boolean, openSource: (key: string) => void): Piece<Shown> {
  let last: ConnectionCard | undefined;
  const state = stateIcon();
  const open = h('button', { type: 'button', class: 'link source', title: t`Open the panel of the source` });
  const plain = h('span', { class: 'source' });
  const here = h('span', { class: 'here' });
  const name = h('span', { class: 'connection-name', title: t`Name of the replication connection` });
  const io = threadWord('IO');
  const sql = threadWord('SQL');
  const lag = h('span', { class: 'lag figure' });
  open.addEventListener('click', () => {
    if (last?.sourceKey !== undefined) openSource(last.sourceKey);
  });
  const arrow = h('span', { class: 'arrow', 'aria-hidden': 'true' }, '→');
  const to = h('span', { class: 'visually-hidden' }, t` replicates to `);
  return {
    element: h(
      compact ? 'span' : 'h3',
      { class: 'connection-line' },
      h(
        'span',
        { class: 'route' },
        state.element,
        h(
          'span',
          { class: 'route-words' },
          ...(compact ? [plain] : [open, plain]),
          ' ',
          arrow,
          to,
          ' ',
          here,
          ' ',
          name,
        ),
      ),
      io.element,
      sql.element,
      h('span', { class: 'lag-cell' }, h('span', { class: 'caption' }, t`lag`), lag),
    ),
    update: ({ card, here: label }) => {
      last = card;
      state.update(card.state);
      setText(open, card.source);
      setText(plain, card.source);
      open.hidden = compact || card.sourceKey === undefined;
      plain.hidden = !open.hidden;
      setText(here, label);
      setText(name, card.name);
      name.hidden = card.name === '';
      io.update({ thread: card.io, state: card.state });
      sql.update({ thread: card.sql, state: card.state });
      setFigure(lag, card.lagSeconds === undefined ? t`unknown` : formatSeconds(card.lagSeconds));
      setAttribute(lag, 'title', card.lagFrom === undefined ? t`No method gives a lag` : `By ${card.lagFrom}`);
    },
  };
}

function connectionBody(context: PanelContext): Piece<Shown> {
  const lags = h('dl', { class: 'lags' });
  const distance = h('p', { class: 'distance' });
  const distanceText = h('span', { class: 'mono' });
  distance.append(h('span', { class: 'caption' }, t`GTID difference`), distanceText);
  const facts = h('dl', { class: 'facts' });
  const errors = h('div', { class: 'errors' });
  const updateLags = keyed<ConnectionCard['lags'][number]>(lags, ({ label }) => label, lagFigure);
  const updateFacts = keyed<Figure>(
    facts,
    ({ label }) => label,
    ({ label, isCopied }) => fact(context, label, isCopied === true),
  );
  const updateErrors = keyed<ConnectionCard['errors'][number]>(errors, ({ thread }) => thread, errorBlock);
  return {
    element: h('div', { class: 'connection-body' }, errors, lags, distance, facts),
    update: ({ card }) => {
      updateErrors(card.errors);
      errors.hidden = card.errors.length === 0;
      updateLags(card.lags);
      lags.hidden = card.lags.length === 0;
      setFigure(distanceText, card.gtidDistance ?? 'unknown');
      updateFacts(card.facts);
    },
  };
}

function lagFigure(): Piece<ConnectionCard['lags'][number]> {
  const label = h('dt');
  const value = h('dd', { class: 'figure' });
  const element = h('div', {}, label, value);
  return {
    element,
    update: (lag) => {
      setText(label, lag.believed ? t`${lag.label} · used` : lag.label);
      setFigure(value, lag.value);
      setAttribute(element, 'title', lag.how);
      setAttribute(element, 'class', lag.believed ? 'believed' : undefined);
    },
  };
}

function fact({ request }: PanelContext, label: string, isCopied: boolean): Piece<Figure> {
  const value = h('span', { class: 'mono' });
  /** Whole and as the server sent it, which what is shown may not be. */
  let exact = '';
  const copy = isCopied
    ? actionButton({
        icon: 'copy',
        label: t`Copy ${label}`,
        iconOnly: true,
        run: () => request({ kind: 'copy', text: exact }),
      })
    : undefined;
  const element = h('div', { class: copy === undefined ? '' : 'wide' }, h('dt', {}, label), h('dd', {}, value, copy));
  return {
    element,
    update: (figure) => {
      exact = figure.value;
      setFigure(value, exact);
      setAttribute(element, 'title', figure.how);
    },
  };
}

function errorBlock(): Piece<ConnectionCard['errors'][number]> {
  const label = h('span', { class: 'caption' });
  const text = h('code');
  return {
    element: h('p', { class: 'error' }, label, text),
    update: (error) => {
      setText(label, t`Last ${error.thread} error, ${error.errno}`);
      setFigure(text, error.text);
    },
  };
}
