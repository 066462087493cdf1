import type uPlot from 'uplot';
import { type ChartTheme, lineStyle } from './chartTheme';
import { h, type Piece, setText } from './dom';

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
  ctx.save();
  ctx.lineWidth = 1.5 * ratio;
  ctx.setLineDash([4 * ratio, 4 * ratio]);
  ctx.font = theme.font.replace(/^[\d.]+px/, (size) => `${Number.parseFloat(size) * ratio}px`);
  ctx.textAlign = 'right';
  ctx.textBaseline = 'bottom';
  for (const { value, words, severity } of thresholds) {
    if (value > top) continue;
    const y = plot.valToPos(value, 'y', true);
    ctx.strokeStyle = theme[severity];
    ctx.beginPath();
    ctx.moveTo(bbox.left, y);
    ctx.lineTo(bbox.left + bbox.width, y);
    ctx.stroke();
    ctx.fillStyle = theme.caption;
    ctx.setLineDash([]);
    ctx.lineWidth = 4 * ratio;
    ctx.strokeStyle = theme.background;
    ctx.strokeText(`${words} ${format(value)}`, bbox.left + bbox.width - 4 * ratio, y - 3 * ratio);
    ctx.lineWidth = 1.5 * ratio;
    ctx.setLineDash([4 * ratio, 4 * ratio]);
    ctx.fillText(`${words} ${format(value)}`, bbox.left + bbox.width - 4 * ratio, y - 3 * ratio);
  }
  ctx.restore();
}

export function legendItem(theme: () => ChartTheme): Piece<LegendItem> {
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
