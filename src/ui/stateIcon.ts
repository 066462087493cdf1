import type { State } from '../core/report';

/** Shape, colour and word of a state: the same five everywhere (critical and unreachable share the colour, not the shape). */
export const stateIcons: Readonly<Record<State, { icon: string; color: string; word: string }>> = {
  ok: { icon: 'pass', color: 'charts.green', word: 'ok' },
  warning: { icon: 'warning', color: 'charts.yellow', word: 'warning' },
  critical: { icon: 'error', color: 'charts.red', word: 'critical' },
  unknown: { icon: 'question', color: 'descriptionForeground', word: 'unknown' },
  denied: { icon: 'lock', color: 'descriptionForeground', word: 'denied' },
  unreachable: { icon: 'debug-disconnect', color: 'charts.red', word: 'unreachable' },
};
