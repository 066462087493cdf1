import uPlot from 'uplot';
import { note } from './button';
import { type ChartData, chartSummary, type TimeSeries, toChartData } from './chartData';
import {
  axes,
  drawThresholds,
  drawUnread,
  legendItem,
  type LegendItem,
  type Threshold,
  timeWords,
  unreadSign,
  type ValueAxis,
} from './chartDrawing';
import { lineStyle, lonePoints } from './chartShapes';
import { readTheme } from './chartTheme';
import { hostNow } from './clock';
import { h, keyed, type Piece, setAttribute, setText } from './dom';
import { type Failed } from './rpc';
import { t } from '../../src/core/l10n';

export interface TimeHistory {
  readonly rangeSeconds: number;
  readonly series: readonly TimeSeries[];
  /** Dashed lines across; the worse one last. */
  readonly thresholds: readonly Threshold[];
}

export interface TimeChartOptions extends ValueAxis {
  readonly heading: string;
  readonly ranges: readonly { readonly seconds: number; readonly words: string }[];
  /** Where the value axis ends. `most` is the highest value drawn. */
  readonly top: (most: number, history: TimeHistory) => number;
  readonly emptyWords: string;
  readonly leftWords: (drawn: number, all: number) => string;
  readonly savedRange: number | undefined;
  /** Another range was chosen. */
  readonly ask: (rangeSeconds: number) => Promise<{ readonly kind: 'history'; readonly history: TimeHistory } | Failed>;
  /** It was answered. */
  readonly saveRange: (rangeSeconds: number) => void;
}

const chartHeight = 180;

/** One line per series over time, thresholds dashed, gaps where the value was unknown. */
export function timeChart(kind: TimeChartOptions): Piece<TimeHistory> {
  const { format, ranges } = kind;
  const trouble = note();
  const choice = h('div', { class: 'ranges', role: 'group', 'aria-label': t`Range` });
  const holder = h('div', {
    class: 'chart',
    tabindex: '0',
    role: 'slider',
    'aria-label': t`${kind.heading}; the arrow keys move through it`,
  });
  const legend = h('ul', { class: 'legend' });
  const instant = h('span', { class: 'caption instant' });
  const unread = unreadSign();
  const left = h('p', { class: 'caption' });
  const empty = h('p', { class: 'empty chart-empty' });
  const element = h(
    'section',
    { class: 'time-chart', 'aria-labelledby': 'chart-heading' },
    h('div', { class: 'section-head' }, h('h2', { id: 'chart-heading' }, kind.heading), choice),
    trouble.element,
    empty,
    holder,
    h('div', { class: 'legend-line' }, instant, legend, unread),
    left,
  );
  let theme = readTheme();
  let history: TimeHistory | undefined;
  let data: ChartData = { labels: [], at: [], lines: [], left: 0, unread: [] };
  let wanted = kind.savedRange ?? ranges[0]?.seconds ?? 900;
  let plot: uPlot | undefined;
  const updateLegend = keyed<LegendItem>(
    legend,
    ({ label }) => label,
    () => legendItem(() => theme),
  );

  const showValues = (): void => {
    const index = plot?.cursor.idx ?? undefined;
    updateLegend(
      data.labels.map((label, line) => ({
        label,
        index: line,
        value: valueWords(data, line, index, format),
      })),
    );
    const at = index === undefined ? undefined : data.at[index];
    setText(instant, at === undefined ? t`now` : timeWords(at, true));
    setAttribute(holder, 'aria-valuemin', 0);
    setAttribute(holder, 'aria-valuemax', Math.max(0, data.at.length - 1));
    setAttribute(holder, 'aria-valuenow', index ?? Math.max(0, data.at.length - 1));
    const spoken = data.labels.map((label, line) => `${label} ${valueWords(data, line, index, format)}`).join(', ');
    setAttribute(
      holder,
      'aria-valuetext',
      at === undefined ? chartSummary(data, format) : `${timeWords(at, true)}: ${spoken}`,
    );
  };
  const draw = (): void => {
    if (history === undefined) return;
    const next = toChartData(history.series);
    const same = next.labels.join('\n') === data.labels.join('\n');
    data = next;
    const none = data.at.length === 0;
    empty.hidden = !none;
    holder.hidden = none;
    legend.hidden = none;
    instant.hidden = none;
    unread.hidden = data.unread.length === 0;
    setText(empty, kind.emptyWords);
    setText(left, data.left === 0 ? '' : kind.leftWords(data.labels.length, data.labels.length + data.left));
    left.hidden = data.left === 0;
    if (none) return;
    if (plot === undefined || !same) {
      plot?.destroy();
      plot = new uPlot(options(), columns(data), holder);
    } else {
      plot.setData(columns(data), false);
    }
    // The range asked for is the axis, also where the readings began later.
    const end = Math.max(data.at.at(-1) ?? 0, hostNow() / 1000);
    plot.setScale('x', { min: end - history.rangeSeconds, max: end });
    showValues();
  };
  const options = (): uPlot.Options => ({
    width: Math.max(120, holder.clientWidth),
    height: chartHeight,
    legend: { show: false },
    cursor: { y: false, drag: { x: false, y: false, setScale: false }, points: { size: 6 } },
    scales: {
      x: { time: true },
      y: {
        range: (_plot, _min, max) => [0, history === undefined ? 1 : kind.top(Math.max(0, max), history)],
      },
    },
    axes: axes(theme, kind),
    series: [
      {},
      ...data.labels.map((label, index) => ({
        label,
        spanGaps: false,
        width: 1.5,
        ...lineStyle(theme, index),
        points: {
          show: false,
          size: 4,
          filter: (_plot: uPlot, line: number) => lonePoints(data.lines[line - 1] ?? []),
        },
      })),
    ],
    hooks: {
      drawClear: [
        (chart) => {
          drawUnread(chart, data.unread, theme);
        },
      ],
      // Below the lines: over them, the words of a threshold would leave a gap that passes for a time without readings.
      drawAxes: [
        (chart) => {
          drawThresholds(chart, history?.thresholds ?? [], theme, format);
        },
      ],
      setCursor: [showValues],
    },
  });

  const pressed = ranges.map(({ seconds, words }) => {
    const button = h('button', { type: 'button', class: 'range' }, words);
    button.addEventListener('click', () => {
      void ask(seconds);
    });
    choice.append(button);
    return { seconds, button };
  });
  const mark = (): void => {
    for (const { seconds, button } of pressed)
      setAttribute(button, 'aria-pressed', seconds === wanted ? 'true' : 'false');
  };
  const ask = async (seconds: number): Promise<void> => {
    const before = wanted;
    wanted = seconds;
    mark();
    trouble.say('');
    const answer = await kind.ask(seconds);
    if (answer.kind === 'failed') {
      // Another range may have been asked for meanwhile.
      if (wanted === seconds) wanted = before;
      mark();
      trouble.say(answer.message);
      return;
    }
    kind.saveRange(seconds);
    if (wanted !== seconds) return;
    history = answer.history;
    draw();
  };
  mark();
  new ResizeObserver(() => {
    plot?.setSize({ width: Math.max(120, holder.clientWidth), height: chartHeight });
  }).observe(holder);
  onThemeChange(() => {
    theme = readTheme();
    plot?.destroy();
    plot = undefined;
    draw();
  });
  holder.addEventListener('keydown', (event) => {
    const step = event.key === 'ArrowLeft' ? -1 : event.key === 'ArrowRight' ? 1 : 0;
    if (plot === undefined || step === 0) return;
    event.preventDefault();
    const index = Math.min(
      data.at.length - 1,
      Math.max(0, (plot.cursor.idx ?? data.at.length - (step > 0 ? 1 : 0)) + step),
    );
    plot.setCursor({ left: plot.valToPos(data.at[index] ?? 0, 'x'), top: 0 });
  });
  let asked = false;
  return {
    element,
    update: (present) => {
      // A range chosen before a reload is asked for once; until its answer the default one is shown.
      if (!asked && wanted !== present.rangeSeconds) {
        asked = true;
        void ask(wanted);
      }
      if (history !== undefined && present.rangeSeconds !== wanted && history.rangeSeconds === wanted) return;
      history = present;
      draw();
    },
  };
}

function columns(data: ChartData): uPlot.AlignedData {
  return [[...data.at], ...data.lines.map((line) => [...line])];
}

function valueWords(
  { at, lines, unread }: ChartData,
  line: number,
  index: number | undefined,
  format: (value: number) => string,
): string {
  const values = lines[line] ?? [];
  const value = index === undefined ? values.findLast((each) => each !== undefined) : values[index];
  if (value !== undefined && value !== null) return format(value);
  const instant = index === undefined ? undefined : at[index];
  const isUnread = instant !== undefined && unread.some(({ from, to }) => from < instant && instant < to);
  return isUnread ? t`not read` : t`unknown`;
}

/** VS Code changes the body's class and the variables on the root element when the theme changes. */
function onThemeChange(action: () => void): void {
  let timer = 0;
  const observer = new MutationObserver(() => {
    window.clearTimeout(timer);
    timer = window.setTimeout(action, 50);
  });
  observer.observe(document.body, { attributes: true, attributeFilter: ['class'] });
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ['style'] });
}
