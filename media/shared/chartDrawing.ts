import type uPlot from 'uplot';
import { type Span } from './chartData';
import { lineStyle, thresholdLabels } from './chartShapes';
import { type ChartTheme } from './chartTheme';
import { h, type Piece, s, setAttribute, setText } from './dom';
import { t } from '../../src/core/l10n';

export interface LegendItem {
  readonly label: string;
  readonly index: number;
  readonly value: string;
}

export interface Threshold {
  readonly value: number;
  readonly words: string;
  readonly severity: 'warning' | 'critical';
}

export function timeWords(at: number, withSeconds: boolean): string {
  return new Date(at * 1000).toLocaleTimeString(undefined, {
    hour: '2-digit',
    minute: '2-digit',
    ...(withSeconds ? { second: '2-digit' } : {}),
    hour12: false,
  });
}

export interface ValueAxis {
  /** Steps that people count in. */
  readonly steps: readonly number[];
  readonly format: (value: number) => string;
  /** Where the axis says it shorter. */
  readonly axisFormat?: (value: number) => string;
}

export function axes(theme: ChartTheme, { steps, format, axisFormat = format }: ValueAxis): uPlot.Axis[] {
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
      incrs: [...steps],
      values: (_plot, splits) => splits.map((value) => axisFormat(value)),
    },
  ];
}

export function drawThresholds(
  plot: uPlot,
  thresholds: readonly Threshold[],
  theme: ChartTheme,
  format: (value: number) => string,
): void {
  const { ctx, bbox } = plot;
  const top = plot.scales['y']?.max ?? 0;
  const ratio = window.devicePixelRatio;
  const size = Number.parseFloat(theme.font) * ratio;
  const lines = thresholds
    .filter(({ value }) => value <= top)
    .map(({ value, words, severity }) => ({
      y: plot.valToPos(value, 'y', true),
      words: `${words} ${format(value)}`,
      severity,
    }))
    .reverse();
  ctx.save();
  ctx.lineWidth = 1.5 * ratio;
  ctx.setLineDash([4 * ratio, 4 * ratio]);
  for (const { y, severity } of lines) {
    ctx.strokeStyle = theme[severity];
    ctx.beginPath();
    ctx.moveTo(bbox.left, y);
    ctx.lineTo(bbox.left + bbox.width, y);
    ctx.stroke();
  }
  ctx.font = theme.font.replace(/^[\d.]+px/, `${size}px`);
  ctx.textAlign = 'right';
  ctx.textBaseline = 'bottom';
  ctx.setLineDash([]);
  ctx.lineWidth = 4 * ratio;
  ctx.strokeStyle = theme.background;
  ctx.fillStyle = theme.caption;
  for (const { y, words } of thresholdLabels(lines, size + 6 * ratio)) {
    ctx.strokeText(words, bbox.left + bbox.width - 4 * ratio, y - 3 * ratio);
    ctx.fillText(words, bbox.left + bbox.width - 4 * ratio, y - 3 * ratio);
  }
  ctx.restore();
}

/** Hatches the times when nobody looked, so that they pass neither for an outage nor for calm. */
export function drawUnread(plot: uPlot, unread: readonly Span[], theme: ChartTheme): void {
  const { ctx, bbox } = plot;
  const ratio = window.devicePixelRatio;
  const bottom = bbox.top + bbox.height;
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
  ctx.clip();
  ctx.beginPath();
  for (const { from, to } of unread) {
    const [left, right] = [plot.valToPos(from, 'x', true), plot.valToPos(to, 'x', true)];
    ctx.rect(left, bbox.top, right - left, bbox.height);
  }
  ctx.clip();
  ctx.beginPath();
  for (let x = bbox.left - bbox.height; x < bbox.left + bbox.width; x += 8 * ratio) {
    ctx.moveTo(x, bottom);
    ctx.lineTo(x + bbox.height, bbox.top);
  }
  ctx.strokeStyle = theme.grid;
  ctx.lineWidth = ratio;
  ctx.stroke();
  ctx.restore();
}

/** What the hatching means. */
export function unreadSign(): HTMLElement {
  return h(
    'span',
    { class: 'caption unread', title: t`Replideck reads the fleet only while something shows it` },
    s(
      'svg',
      { class: 'swatch', width: 24, height: 10, 'aria-hidden': 'true' },
      s('path', { d: 'M0 10 10 0M8 10 18 0M16 10 24 2' }),
    ),
    t`not read`,
  );
}

export function legendItem(theme: () => ChartTheme): Piece<LegendItem> {
  const line = s('line', { x1: 0, x2: 24, y1: 5, y2: 5 });
  const swatch = s('svg', { class: 'swatch', width: 24, height: 10, 'aria-hidden': 'true' }, line);
  const label = h('span', { class: 'legend-label' });
  const value = h('span', { class: 'figure' });
  return {
    element: h('li', {}, swatch, label, value),
    update: (item) => {
      const { stroke, dash } = lineStyle(theme(), item.index);
      setAttribute(line, 'stroke', stroke);
      setAttribute(line, 'stroke-dasharray', dash.length === 0 ? undefined : dash.join(' '));
      setText(label, item.label);
      setText(value, item.value);
    },
  };
}
