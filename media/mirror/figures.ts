import { type LabelledText, type MirrorPanelState, type ProcessWords } from '../../src/protocol/mirrorPanel';
import { age } from '../shared/clock';
import { h, keyed, type Piece, setAttribute, setFigure, setText } from '../shared/dom';
import { type IconName, setIcon } from '../shared/icons';
import { t } from '../../src/core/l10n';

/** The rates behind the gauge, or the counts where there is none, and what the mirror says of itself, with what that is worth. */
export function figures(): Piece<MirrorPanelState> {
  const list = h('dl', { class: 'figures' });
  const update = keyed<LabelledText>(list, ({ label }) => label, figure);
  const own = ownMetric();
  const heading = h('h2', { id: 'rates-heading' });
  const element = h('section', { class: 'rates', 'aria-labelledby': 'rates-heading' }, heading, list, own.element);
  return {
    element,
    update: (state) => {
      setText(heading, state.figuresHeading);
      update(state.figures);
      own.update(state.process);
    },
  };
}

function figure(): Piece<LabelledText> {
  const label = h('dt');
  const value = h('dd');
  const element = h('div', {}, label, value);
  return {
    element,
    update: (next) => {
      setText(label, next.label);
      setFigure(value, next.value);
      setAttribute(element, 'title', next.how);
    },
  };
}

const processIcons: Readonly<Record<ProcessWords['state'], readonly [IconName, string, string]>> = {
  runs: ['pass', 'state-ok', 'runs'],
  down: ['error', 'state-critical', 'down'],
  unknown: ['question', 'state-unknown', 'unknown'],
  notAsked: ['circleSlash', 'state-unknown', t`not asked`],
};

function ownMetric(): Piece<ProcessWords> {
  const holder = h('span', { class: 'icon-holder' });
  const word = h('span');
  const measured = h('code');
  const source = h('span', { class: 'source' });
  const taken = age();
  const line = h('p', { class: 'caption own-source' }, source, h('span', {}, ' · ', taken.element));
  const words = h('p', { class: 'caption' });
  return {
    element: h(
      'div',
      { class: 'own' },
      h('h3', {}, t`What the mirror says of itself`),
      h('p', { class: 'own-line' }, holder, word, measured),
      line,
      words,
    ),
    update: (process) => {
      const [shape, colour, state] = processIcons[process.state];
      setIcon(holder, shape, colour);
      setText(word, t`process ${state}`);
      setFigure(measured, process.measured ?? '');
      line.hidden = process.source === undefined;
      setText(source, process.source ?? '');
      setAttribute(source, 'title', process.source);
      taken.update(process.at);
      setText(words, process.words);
    },
  };
}
