import {
  type PanelAnswer,
  type PanelRequest,
  type PanelSection,
  type PanelState,
  type ToHost,
  type ToPanel,
} from '../../src/protocol/replicationPanel';
import { setHostClock } from '../shared/clock';
import { h, type Piece } from '../shared/dom';
import { createRpc } from '../shared/rpc';
import { connections } from './connections';
import { type PanelContext, type SavedState } from './context';
import { findings } from './findings';
import { header } from './header';
import { lagChart } from './lagChart';
import { rawTable } from './rawTable';
import { readiness } from './readiness';
import { topology } from './topology';

const root = document.getElementById('root') ?? document.body.appendChild(h('main', { id: 'root' }));
const { api, request } = createRpc<PanelAnswer>((message) => {
  receive(message as ToPanel);
});
let saved: SavedState = (api.getState() as SavedState | null | undefined) ?? {};
const context: PanelContext = {
  request: (asked: PanelRequest, timeoutMs) => request(asked, timeoutMs),
  saved: () => saved,
  save: (change) => {
    saved = { ...saved, ...change };
    api.setState(saved);
  },
};

interface Panel extends Piece<PanelState> {
  readonly reveal: (section: PanelSection) => void;
}

let panel: Panel | undefined;
const loading = loadingPiece();
root.append(loading.element);
askForState();

function askForState(): void {
  api.postMessage({ kind: 'ready' } satisfies ToHost);
  loading.wait();
}

function receive(message: ToPanel): void {
  if (message.kind === 'reveal') panel?.reveal(message.section);
  if (message.kind !== 'state') return;
  const { state, sentAt } = message;
  setHostClock(sentAt);
  if (panel !== undefined) {
    panel.update(state);
    return;
  }
  // What was set for another subject says nothing about this one.
  if (saved.subject !== undefined && JSON.stringify(saved.subject) !== JSON.stringify(state.subject)) saved = {};
  context.save({ subject: state.subject });
  panel = sections(state.subject.kind === 'cluster');
  panel.update(state);
  loading.done();
  root.replaceChildren(panel.element);
  // Sizes are only known in the document: what is drawn by size is drawn again there by its observers.
  restoreScroll();
}

function sections(cluster: boolean): Panel {
  const head = header(context);
  const wrong = findings(context);
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
    reveal: () => {
      switchover?.reveal();
    },
  };
}

function restoreScroll(): void {
  const { scroll } = saved;
  requestAnimationFrame(() => {
    if (scroll !== undefined) window.scrollTo(0, scroll);
    let timer = 0;
    window.addEventListener(
      'scroll',
      () => {
        window.clearTimeout(timer);
        timer = window.setTimeout(() => {
          context.save({ scroll: Math.round(window.scrollY) });
        }, 200);
      },
      { passive: true },
    );
  });
}

/** What stands there before the first state; it does not wait for ever. */
function loadingPiece(): { readonly element: HTMLElement; readonly wait: () => void; readonly done: () => void } {
  const words = h('p', { role: 'status' });
  const again = h('button', { type: 'button', class: 'action bordered', click: askForState }, 'Try again');
  let timer = 0;
  const done = (): void => {
    window.clearTimeout(timer);
  };
  return {
    element: h('div', { class: 'loading' }, h('div', { class: 'progress', 'aria-hidden': 'true' }), words, again),
    wait: () => {
      done();
      words.textContent = 'Waiting for the first reading…';
      again.hidden = true;
      timer = window.setTimeout(() => {
        words.textContent = 'Nothing has come from the extension for 15 s. The log "Replideck" may say why.';
        again.hidden = false;
      }, 15_000);
    },
    done,
  };
}
