import { type LagHistory, type PanelState } from '../../src/protocol/replicationPanel';
import { formatSeconds } from '../../src/core/words';
import { type Piece } from '../shared/dom';
import { timeChart, type TimeHistory } from '../shared/timeChart';
import { type PanelContext } from './context';
import { t } from '../../src/core/l10n';

/** Steps of the lag axis that people count in, from a tenth of a second to weeks. */
const lagSteps = [
  0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1200, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400,
  172_800, 432_000, 864_000, 1_728_000,
];

/** One line per connection over time, thresholds dashed, gaps where the lag was unknown. */
export function lagChart({ request, saved, save }: PanelContext): Piece<PanelState> {
  const chart = timeChart({
    heading: t`Lag over time`,
    ranges: [
      { seconds: 15 * 60, words: '15 min' },
      { seconds: 3600, words: '1 h' },
      { seconds: 86_400, words: '24 h' },
    ],
    format: formatSeconds,
    steps: lagSteps,
    // Room for the warning threshold, so that a calm fleet looks calm; the critical one shows when it comes near.
    top: (most, { thresholds }) => Math.max(most * 1.15, (thresholds[0]?.value ?? 1) * 1.25, 1),
    emptyWords: t`No lag has been recorded in this range yet. It is recorded while Replideck reads the fleet.`,
    leftWords: (drawn, all) => t`The ${drawn} latest of ${all} connections are drawn.`,
    savedRange: saved().rangeSeconds,
    ask: async (rangeSeconds) => {
      const answer = await request({ kind: 'history', rangeSeconds });
      if (answer.kind === 'history') return { kind: 'history', history: toTimeHistory(answer.history) };
      return answer.kind === 'failed' ? answer : { kind: 'failed', message: t`The extension has sent no history.` };
    },
    saveRange: (rangeSeconds) => {
      save({ rangeSeconds });
    },
  });
  return {
    element: chart.element,
    update: ({ connections, history }) => {
      chart.element.hidden = connections.length === 0 && history.series.length === 0;
      chart.update(toTimeHistory(history));
    },
  };
}

function toTimeHistory({ rangeSeconds, warnSeconds, critSeconds, series }: LagHistory): TimeHistory {
  return {
    rangeSeconds,
    thresholds: [
      { value: warnSeconds, words: t`warning`, severity: 'warning' },
      { value: critSeconds, words: t`critical`, severity: 'critical' },
    ],
    series: series.map(({ label, at, lagSeconds }) => ({ label, at, values: lagSeconds })),
  };
}
