import '../shared/language';
import { type PanelAnswer, type PanelRequest, type PanelState } from '../../src/protocol/replicationPanel';
import { h } from '../shared/dom';
import { findings } from '../shared/findings';
import { header } from '../shared/header';
import { type Panel, startPage } from '../shared/page';
import { connections } from './connections';
import { type PanelContext, type SavedState } from './context';
import { whereOf } from './labels';
import { lagChart } from './lagChart';
import { rawTable } from './rawTable';
import { readiness } from './readiness';
import { topology } from './topology';
import { t } from '../../src/core/l10n';

startPage<PanelState, PanelRequest, PanelAnswer, SavedState>((context, state) =>
  sections(context, state.subject.kind === 'cluster'),
);

function sections(context: PanelContext, cluster: boolean): Panel<PanelState> {
  const { request } = context;
  const head = header<PanelState>({
    refresh: () => request({ kind: 'refresh' }, 60_000),
    copyTicket: () => request({ kind: 'copyTicket' }),
    tip: ({ subject, title }) => (subject.kind === 'instance' ? subject.key : t`Cluster ${title}`),
  });
  const wrong = findings<PanelState>({
    copy: (text) => request({ kind: 'copy', text }),
    whereOf,
    planOf:
      ({ runbookTitles }) =>
      ({ runbook, subject, connection }) =>
        // Of a cluster it is not known which instance is meant.
        runbook === undefined || subject.startsWith('cluster:')
          ? undefined
          : {
              title: runbookTitles?.[runbook] ?? runbook,
              run: () =>
                request(
                  {
                    kind: 'planRunbook',
                    id: runbook,
                    key: subject,
                    ...(connection === undefined ? {} : { connection }),
                  },
                  120_000,
                ),
            },
  });
  const links = connections(context, cluster);
  const chart = lagChart(context);
  const picture = topology(context);
  const raw = cluster ? undefined : rawTable(context);
  const switchover = cluster ? readiness(context) : undefined;
  const columns = h('div', { class: 'columns' }, links.element, chart.element);
  const parts = cluster ? [wrong.element, picture.element, columns] : [wrong.element, columns, picture.element];
  return {
    element: h(
      'div',
      { class: cluster ? 'panel cluster' : 'panel' },
      head.element,
      ...parts,
      switchover?.element,
      raw?.element,
    ),
    update: (state) => {
      for (const piece of [head, wrong, links, chart, picture, switchover, raw]) piece?.update(state);
    },
    receive: ({ kind }) => {
      if (kind === 'reveal') switchover?.reveal();
    },
  };
}
