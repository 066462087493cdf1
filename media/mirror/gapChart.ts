import { type GapHistory, type MirrorPanelState } from '../../src/protocol/mirrorPanel';
import { type Piece } from '../shared/dom';
import { timeChart, type TimeHistory } from '../shared/timeChart';
import { type MirrorContext } from './context';
import { t } from '../../src/core/l10n';

const defaultRangeSeconds = 15 * 60;

/** The gap over time under the line where the window ends; all that is kept comes with each state. */
export function gapChart({ saved, save }: MirrorContext): Piece<MirrorPanelState> {
  let last: GapHistory = { at: [], gaps: [], windowEvents: 1000 };
  let rangeSeconds = saved().rangeSeconds ?? defaultRangeSeconds;
  const history = (): TimeHistory => toTimeHistory(last, rangeSeconds);
  const chart = timeChart({
    heading: t`Gap over time`,
    ranges: [
      { seconds: defaultRangeSeconds, words: '15 min' },
      { seconds: 3600, words: '1 h' },
    ],
    format: (events) => (events === 1 ? '1 event' : t`${Math.round(events)} events`),
    axisFormat: (events) => String(Math.round(events)),
    steps: [1, 2, 5, 10, 20, 50, 100, 200, 250, 500, 1000, 2000, 5000, 10_000, 100_000, 1_000_000],
    // Always with the end of the window in sight, so that a calm gap looks calm.
    top: (most) => Math.max(most * 1.1, last.windowEvents * 1.15),
    emptyWords: t`No gap has been recorded yet. It is recorded with each reading of both sides.`,
    leftWords: () => '',
    savedRange: rangeSeconds,
    ask: (wanted) => {
      rangeSeconds = wanted;
      return Promise.resolve({ kind: 'history', history: history() });
    },
    saveRange: (wanted) => {
      save({ rangeSeconds: wanted });
    },
  });
  return {
    element: chart.element,
    update: (state) => {
      last = state.history;
      chart.element.hidden = state.gauge.kind === 'none' && last.at.length === 0;
      chart.update(history());
    },
  };
}

function toTimeHistory({ at, gaps, windowEvents }: GapHistory, rangeSeconds: number): TimeHistory {
  return {
    rangeSeconds,
    thresholds: [{ value: windowEvents, words: t`lost beyond`, severity: 'critical' }],
    series: at.length === 0 ? [] : [{ label: 'gap', at, values: gaps }],
  };
}
