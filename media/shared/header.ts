import { type State } from '../../src/core/report';
import { actionButton, note } from './button';
import { age } from './clock';
import { h, keyed, type Piece, setAttribute, setFigure, setText } from './dom';
import { type Failed } from './rpc';
import { stateIcon, stateWords } from './state';
import { t } from '../../src/core/l10n';

/** What the header shows of a panel's state. */
export interface Heading {
  readonly title: string;
  readonly state: State;
  readonly summary: string;
  readonly production: boolean;
  readonly facts: readonly { readonly label: string; readonly value: string }[];
  /** ISO 8601, UTC, of the reading; undefined: never read. */
  readonly at?: string;
  readonly reading: boolean;
}

export interface HeaderOptions<S> {
  readonly refresh: () => Promise<{ readonly kind: string } | Failed>;
  readonly copyTicket: () => Promise<{ readonly kind: string } | Failed>;
  /** Tooltip of the title. */
  readonly tip: (state: S) => string;
}

/** Who this is, how it stands in one sentence, how old the reading is, and what can be done. */
export function header<S extends Heading>(options: HeaderOptions<S>): Piece<S> {
  const state = stateIcon();
  const title = h('h1');
  const word = h('span', { class: 'state-word' });
  const production = h(
    'span',
    { class: 'production', title: t`The inventory marks this cluster as production` },
    'PROD',
  );
  const summary = h('p', { class: 'summary' });
  const announced = h('p', { class: 'visually-hidden', 'aria-live': 'polite' });
  const trouble = note();
  const read = age();
  const readWord = h('span', { class: 'caption' });
  const facts = h('dl', { class: 'facts-line' });
  const refresh = actionButton({
    icon: 'refresh',
    label: t`Refresh`,
    title: t`Read this again now`,
    run: options.refresh,
    say: trouble.say,
  });
  const ticket = actionButton({
    icon: 'copy',
    label: t`Copy as ticket`,
    title: t`Copy findings and evidence as Markdown, without secrets`,
    run: options.copyTicket,
    say: trouble.say,
  });
  const updateFacts = keyed<Heading['facts'][number]>(
    facts,
    ({ label }) => label,
    () => {
      const label = h('dt');
      const value = h('dd');
      return {
        element: h('div', {}, label, value),
        update: (fact) => {
          setText(label, fact.label);
          setFigure(value, fact.value);
        },
      };
    },
  );
  const element = h(
    'header',
    { class: 'panel-header' },
    h(
      'div',
      { class: 'title-line' },
      h('div', { class: 'title' }, state.element, title, word, production),
      h(
        'div',
        { class: 'actions' },
        h('p', { class: 'reading' }, readWord, read.element),
        h('div', { class: 'actions', role: 'toolbar', 'aria-label': t`Panel actions` }, refresh, ticket),
      ),
    ),
    trouble.element,
    summary,
    announced,
    facts,
  );
  return {
    element,
    update: (panel) => {
      state.update(panel.state);
      setText(title, panel.title);
      setAttribute(title, 'title', options.tip(panel));
      setText(word, stateWords[panel.state]);
      production.hidden = !panel.production;
      setText(summary, panel.summary);
      // Read out when how it stands has changed, not at every new figure.
      const spoken = `${panel.title}, ${stateWords[panel.state]}. ${panel.summary}`;
      if (withoutFigures(announced.textContent) !== withoutFigures(spoken)) setText(announced, spoken);
      updateFacts(panel.facts);
      setText(readWord, panel.reading ? t`reading…` : panel.at === undefined ? t`not read yet` : t`read`);
      read.update(panel.at);
      document.title = panel.title;
    },
  };
}

function withoutFigures(text: string): string {
  return text.replace(/\d+(\.\d+)? (s|min|h|d)\b/g, '#').replace(/# #/g, '#');
}
