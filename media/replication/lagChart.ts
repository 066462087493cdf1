import uPlot from 'uplot';
import { type LagHistory, type PanelState } from '../../src/protocol/replicationPanel';
import { formatSeconds } from '../../src/core/words';
import { note } from '../shared/button';
import { h, keyed, type Piece, setAttribute, setText } from '../shared/dom';
import { hostNow } from '../shared/clock';
import { type ChartData, chartSummary, toChartData } from './chartData';
import { type ChartTheme, lineStyle, readTheme } from './chartTheme';
import { type PanelContext } from './context';

const ranges = [
  { seconds: 15 * 60, words: '15 min' },
  { seconds: 3600, words: '1 h' },
  { seconds: 86_400, words: '24 h' },
] as const;
const chartHeight = 180;
/** Steps of the lag axis that people count in, from a tenth of a second to weeks. */
const lagSteps = [
  0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1200, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400,
  172_800, 432_000, 864_000, 1_728_000,
];

interface LegendItem {
  readonly label: string;
  readonly index: number;
  readonly value: string;
}

/** One line per connection over time, thresholds dashed, gaps where the lag was unknown. */
export function lagChart(context: PanelContext): Piece<PanelState> {
  const trouble = note();
  const choice = h('div', { class: 'ranges', role: 'group', 'aria-label': 'Range' });
  const holder = h('div', {
    class: 'chart',
    tabindex: '0',
    role: 'slider',
    'aria-label': 'Lag over time; the arrow keys move through it',
  });
  const legend = h('ul', { class: 'legend' });
  const instant = h('span', { class: 'caption instant' });
  const left = h('p', { class: 'caption' });
  const empty = h('p', { class: 'empty chart-empty' });
  const element = h(
    'section',
    { class: 'lag-chart', 'aria-labelledby': 'chart-heading' },
    h('div', { class: 'section-head' }, h('h2', { id: 'chart-heading' }, 'Lag over time'), choice),
    trouble.element,
    empty,
    holder,
    h('div', { class: 'legend-line' }, legend, instant),
    left,
  );
  let theme = readTheme();
  let history: LagHistory | undefined;
  let data: ChartData = { labels: [], at: [], lines: [], left: 0 };
  let wanted = context.saved().rangeSeconds ?? ranges[0].seconds;
  let plot: uPlot | undefined;
  const updateLegend = keyed<LegendItem>(
    legend,
    ({ label }) => label,
    () => legendItem(() => theme),
  );

  const showValues = (): void => {
    const index = plot?.cursor.idx ?? undefined;
    updateLegend(
      data.labels.map((label, line) => ({ label, index: line, value: valueWords(data.lines[line] ?? [], index) })),
    );
    const at = index === undefined ? undefined : data.at[index];
    setText(instant, at === undefined ? 'now' : timeWords(at, true));
    setAttribute(holder, 'aria-valuemin', 0);
    setAttribute(holder, 'aria-valuemax', Math.max(0, data.at.length - 1));
    setAttribute(holder, 'aria-valuenow', index ?? Math.max(0, data.at.length - 1));
    const spoken = data.labels.map((label, line) => `${label} ${valueWords(data.lines[line] ?? [], index)}`).join(', ');
    setAttribute(
      holder,
      'aria-valuetext',
      at === undefined ? chartSummary(data, formatSeconds) : `${timeWords(at, true)}: ${spoken}`,
    );
  };
  const draw = (): void => {
    if (history === undefined) return;
    const next = toChartData(history);
    const same = next.labels.join('\n') === data.labels.join('\n');
    data = next;
    const none = data.at.length === 0;
    empty.hidden = !none;
    holder.hidden = none;
    legend.hidden = none;
    instant.hidden = none;
    setText(empty, 'No lag has been recorded in this range yet. It is recorded while Replideck reads the fleet.');
    setText(
      left,
      data.left === 0
        ? ''
        : `The ${data.labels.length} latest of ${data.labels.length + data.left} connections are drawn.`,
    );
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
    scales: { x: { time: true }, y: { range: (_plot, _min, max) => [0, topOf(max, history)] } },
    axes: axes(theme),
    series: [
      {},
      ...data.labels.map((label, index) => ({
        label,
        spanGaps: false,
        width: 1.5,
        ...lineStyle(theme, index),
        points: { show: false },
      })),
    ],
    hooks: {
      draw: [
        (chart) => {
          drawThresholds(chart, history, theme);
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
    const answer = await context.request({ kind: 'history', rangeSeconds: seconds });
    if (answer.kind === 'failed') {
      // Another range may have been asked for meanwhile.
      if (wanted === seconds) wanted = before;
      mark();
      trouble.say(answer.message);
      return;
    }
    context.save({ rangeSeconds: seconds });
    if (answer.kind !== 'history' || wanted !== seconds) return;
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
    update: (state) => {
      element.hidden = state.connections.length === 0 && state.history.series.length === 0;
      // A range chosen before a reload is asked for once; until its answer the default one is shown.
      if (!asked && wanted !== state.history.rangeSeconds) {
        asked = true;
        void ask(wanted);
      }
      if (history !== undefined && state.history.rangeSeconds !== wanted && history.rangeSeconds === wanted) return;
      history = state.history;
      draw();
    },
  };
}

function columns(data: ChartData): uPlot.AlignedData {
  return [[...data.at], ...data.lines.map((line) => [...line])];
}

/** Room for the warning threshold, so that a calm fleet looks calm; the critical one shows when it comes near. */
function topOf(max: number | null, history: LagHistory | undefined): number {
  return Math.max((max ?? 0) * 1.15, (history?.warnSeconds ?? 1) * 1.25, 1);
}

function valueWords(line: readonly (number | null | undefined)[], index: number | undefined): string {
  const value = index === undefined ? line.findLast((lag) => lag !== undefined) : line[index];
  return value === undefined || value === null ? 'unknown' : formatSeconds(value);
}

function timeWords(at: number, withSeconds: boolean): string {
  return new Date(at * 1000).toLocaleTimeString(undefined, {
    hour: '2-digit',
    minute: '2-digit',
    ...(withSeconds ? { second: '2-digit' } : {}),
    hour12: false,
  });
}

function axes(theme: ChartTheme): uPlot.Axis[] {
  const common: uPlot.Axis = {
    stroke: theme.caption,
    font: theme.font,
    grid: { stroke: theme.grid, width: 1, dash: [1, 3] },
    ticks: { show: false },
  };
  return [
    {
      ...common,
      space: 70,
      size: 26,
      grid: { show: false },
      values: (_plot, splits) => splits.map((at) => timeWords(at, false)),
    },
    {
      ...common,
      space: 34,
      size: 64,
      incrs: lagSteps,
      values: (_plot, splits) => splits.map((seconds) => formatSeconds(seconds)),
    },
  ];
}

function drawThresholds(plot: uPlot, history: LagHistory | undefined, theme: ChartTheme): void {
  if (history === undefined) return;
  const { ctx, bbox } = plot;
  const top = plot.scales['y']?.max ?? 0;
  const ratio = window.devicePixelRatio;
  ctx.save();
  ctx.lineWidth = 1.5 * ratio;
  ctx.setLineDash([4 * ratio, 4 * ratio]);
  ctx.font = theme.font.replace(/^[\d.]+px/, (size) => `${Number.parseFloat(size) * ratio}px`);
  ctx.textAlign = 'right';
  ctx.textBaseline = 'bottom';
  for (const [seconds, words, colour] of [
    [history.warnSeconds, 'warning', theme.warning],
    [history.critSeconds, 'critical', theme.critical],
  ] as const) {
    if (seconds > top) continue;
    const y = plot.valToPos(seconds, 'y', true);
    ctx.strokeStyle = colour;
    ctx.beginPath();
    ctx.moveTo(bbox.left, y);
    ctx.lineTo(bbox.left + bbox.width, y);
    ctx.stroke();
    ctx.fillStyle = theme.caption;
    ctx.setLineDash([]);
    ctx.lineWidth = 4 * ratio;
    ctx.strokeStyle = theme.background;
    ctx.strokeText(`${words} ${formatSeconds(seconds)}`, bbox.left + bbox.width - 4 * ratio, y - 3 * ratio);
    ctx.lineWidth = 1.5 * ratio;
    ctx.setLineDash([4 * ratio, 4 * ratio]);
    ctx.fillText(`${words} ${formatSeconds(seconds)}`, bbox.left + bbox.width - 4 * ratio, y - 3 * ratio);
  }
  ctx.restore();
}

function legendItem(theme: () => ChartTheme): Piece<LegendItem> {
  const swatch = h('span', { class: 'swatch', 'aria-hidden': 'true' });
  const label = h('span', { class: 'legend-label' });
  const value = h('span', { class: 'figure' });
  return {
    element: h('li', {}, swatch, label, value),
    update: (item) => {
      const { stroke, dash } = lineStyle(theme(), item.index);
      swatch.style.borderTopColor = stroke;
      swatch.style.borderTopStyle = dash.length === 0 ? 'solid' : dash.length > 2 ? 'dotted' : 'dashed';
      setText(label, item.label);
      setText(value, item.value);
    },
  };
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
