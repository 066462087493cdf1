import { type State } from '../../src/core/report';
import { type Gauge, type LabelledText, type MirrorEnd, type MirrorPanelState } from '../../src/protocol/mirrorPanel';
import { h, type Piece, s, setAttribute, setFigure, setText } from '../shared/dom';
import { stateIcon } from '../shared/state';
import { t } from '../../src/core/l10n';

type Window = Extract<Gauge, { kind: 'window' }>;

/** Shape and colour of each level; words stand beside it. */
const levelStates: Readonly<Record<Window['level'], State>> = {
  calm: 'ok',
  spent: 'warning',
  urgent: 'critical',
  lost: 'critical',
};

/** From where to where, and how much of what etcd remembers is used up: a bar that the window's loss fills. */
export function budget(): Piece<MirrorPanelState> {
  const route = routeLine();
  const left = endFigure('end left');
  const right = endFigure('end right');
  const bar = gaugeBar();
  const lossState = stateIcon();
  const loss = h('p', { class: 'loss' });
  const why = h('p', { class: 'caption' });
  const lossBlock = h('div', { class: 'loss-block' }, h('div', { class: 'loss-line' }, lossState.element, loss), why);
  const none = h('p', { class: 'empty' });
  const windowPart = h(
    'div',
    { class: 'window' },
    h('div', { class: 'bar-block' }, h('div', { class: 'ends' }, left.element, right.element), bar.element),
    lossBlock,
  );
  return {
    element: h(
      'section',
      { class: 'budget', 'aria-labelledby': 'budget-heading' },
      h('h2', { id: 'budget-heading' }, t`How far it is`),
      route.element,
      windowPart,
      none,
    ),
    update: ({ source, destination, gauge }) => {
      route.update({ source, destination });
      left.update(destination.index);
      right.update(source.index);
      setText(none, gauge.why);
      none.hidden = gauge.kind !== 'none';
      const isWindow = gauge.kind === 'window';
      bar.element.hidden = !isWindow;
      lossBlock.hidden = !isWindow;
      if (!isWindow) return;
      bar.update(gauge);
      lossState.update(levelStates[gauge.level]);
      setFigure(loss, gauge.leftWords);
      setText(why, gauge.why);
    },
  };
}

function routeLine(): Piece<Pick<MirrorPanelState, 'source' | 'destination'>> {
  const end = (): Piece<MirrorEnd> => {
    const place = h('span');
    const prefix = h('code');
    return {
      element: h('span', { class: 'route-end' }, place, ' ', prefix),
      update: (side) => {
        setText(place, side.place);
        setText(prefix, side.prefix);
      },
    };
  };
  const [source, destination] = [end(), end()];
  const arrow = h('span', { class: 'arrow', 'aria-label': t`is copied to`, role: 'img' }, '→');
  return {
    element: h('p', { class: 'mirror-route' }, source.element, arrow, destination.element),
    update: (ends) => {
      source.update(ends.source);
      destination.update(ends.destination);
    },
  };
}

function endFigure(className: string): Piece<LabelledText> {
  const label = h('span', { class: 'caption' });
  const value = h('span', { class: 'mono' });
  const element = h('div', { class: className }, label, value);
  return {
    element,
    update: (figure) => {
      setText(label, figure.label);
      setFigure(value, figure.value);
      setAttribute(element, 'title', figure.how);
    },
  };
}

/** Used events fill it from the left; the pattern tells the level without colour, a dashed frame where it will be. */
function gaugeBar(): Piece<Window> {
  const used = s('rect', { class: 'used', x: 0, y: 0, height: '100%' });
  const soon = s('rect', { class: 'soon', y: 1, height: 18 });
  const tip = s('line', { class: 'tip', y1: 0, y2: '100%' });
  const quarters = ['25%', '50%', '75%'].map((x) => s('line', { class: 'quarter', x1: x, x2: x, y1: 15, y2: '100%' }));
  const picture = s(
    'svg',
    { class: 'gauge', 'aria-hidden': 'true' },
    s('defs', {}, hatch('hatch-spent', false), hatch('hatch-urgent', true)),
    used,
    soon,
    ...quarters,
    tip,
  );
  const [usedWords, soonWords, leftWords] = [h('span'), h('span', { class: 'caption' }), h('span')];
  const meter = h(
    'div',
    { class: 'meter', role: 'meter', 'aria-label': t`Events used of those that etcd remembers`, 'aria-valuemin': 0 },
    picture,
  );
  return {
    element: h('div', { class: 'bar' }, meter, h('div', { class: 'bar-words' }, usedWords, soonWords, leftWords)),
    update: (gauge) => {
      const percent = (events: number): string => `${Math.min(100, Math.max(0, (events / gauge.events) * 100))}%`;
      setAttribute(meter, 'class', `meter ${gauge.level}`);
      setAttribute(used, 'width', percent(gauge.used));
      setAttribute(tip, 'x1', percent(gauge.used));
      setAttribute(tip, 'x2', percent(gauge.used));
      const later = Math.max(gauge.used, Math.min(gauge.soon ?? 0, gauge.events));
      setAttribute(soon, 'x', percent(gauge.used));
      setAttribute(soon, 'width', percent(later - gauge.used));
      setFigure(usedWords, t`${gauge.used} of ${gauge.events} used`);
      setText(soonWords, gauge.soon === undefined ? '' : soonText(gauge.soon, gauge.events));
      setFigure(leftWords, gauge.left < 0 ? t`${-gauge.left} too many` : t`${gauge.left} left`);
      setAttribute(meter, 'aria-valuemax', gauge.events);
      setAttribute(meter, 'aria-valuenow', Math.min(gauge.used, gauge.events));
      setAttribute(meter, 'aria-valuetext', t`${gauge.used} of ${gauge.events} used. ${gauge.leftWords}. ${gauge.why}`);
    },
  };
}

function soonText(soon: number, events: number): string {
  return soon > events ? t`in ten minutes: lost` : t`in ten minutes: ${soon}`;
}

function hatch(id: string, crossed: boolean): SVGElement {
  return s(
    'pattern',
    { id, width: 6, height: 6, patternUnits: 'userSpaceOnUse', patternTransform: 'rotate(45)' },
    s('line', { class: 'stripe', x1: 0, y1: 0, x2: 0, y2: 6 }),
    crossed ? s('line', { class: 'stripe', x1: 0, y1: 0, x2: 6, y2: 0 }) : undefined,
  );
}
