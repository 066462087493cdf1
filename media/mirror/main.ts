import '../shared/language';
import { type Finding } from '../../src/core/findings/finding';
import {
  type MirrorPanelAnswer,
  type MirrorPanelRequest,
  type MirrorPanelState,
  type ToMirrorPanel,
} from '../../src/protocol/mirrorPanel';
import { h } from '../shared/dom';
import { findings } from '../shared/findings';
import { header } from '../shared/header';
import { type Panel, startPage } from '../shared/page';
import { budget } from './budget';
import { type MirrorContext, type SavedState } from './context';
import { drift } from './drift';
import { events } from './events';
import { figures } from './figures';
import { gapChart } from './gapChart';
import { recovery } from './recovery';
import { t } from '../../src/core/l10n';

startPage<MirrorPanelState, MirrorPanelRequest, MirrorPanelAnswer, SavedState>((context) => sections(context));

function sections(context: MirrorContext): Panel<MirrorPanelState> {
  const { request } = context;
  const head = header<MirrorPanelState>({
    refresh: () => request({ kind: 'refresh' }, 60_000),
    copyTicket: () => request({ kind: 'copyTicket' }),
    tip: ({ title }) => t`Etcd mirror ${title}`,
  });
  const wrong = findings<MirrorPanelState>({
    copy: (text) => request({ kind: 'copy', text }),
    planOf:
      ({ runbooks }) =>
      ({ id }: Finding) => {
        const offer = runbooks.find(({ finding }) => finding === id);
        return offer && { title: offer.title, run: () => request({ kind: 'planRunbook', id: offer.id }, 120_000) };
      },
  });
  const gauge = budget();
  const numbers = figures();
  const chart = gapChart(context);
  const contents = drift(context);
  const seen = events(context);
  const plans = recovery(context);
  return {
    element: h(
      'div',
      { class: 'panel' },
      head.element,
      gauge.element,
      wrong.element,
      h('div', { class: 'columns' }, chart.element, numbers.element),
      contents.element,
      seen.element,
      plans.element,
    ),
    update: (state) => {
      for (const piece of [head, gauge, wrong, numbers, chart, contents, plans]) piece.update(state);
    },
    receive: (message) => {
      const { kind } = message;
      if (kind === 'events') seen.update((message as unknown as Extract<ToMirrorPanel, { kind: 'events' }>).events);
      else if (kind === 'reveal') contents.reveal();
    },
  };
}
