import { setHostClock } from './clock';
import { h, type Piece } from './dom';
import { createRpc, type Failed } from './rpc';
import { t } from '../../src/core/l10n';

/** What every section of a panel may do: ask the extension, and keep what the operator has set across a reload. */
export interface PageContext<Request, Answer, Saved> {
  readonly request: (request: Request, timeoutMs?: number) => Promise<Answer | Failed>;
  readonly saved: () => Saved;
  readonly save: (change: Partial<Saved>) => void;
}

export interface SavedPage {
  /** The serializer of the extension restores the panel from it. */
  readonly subject?: unknown;
  readonly scroll?: number;
}

export interface Panel<State> extends Piece<State> {
  /** Messages other than states. */
  readonly receive?: (message: Readonly<Record<string, unknown>>) => void;
}

/** Runs a panel: asks for its state, waits with words until it is there, builds the panel once and patches it then. */
export function startPage<
  State extends { readonly subject: unknown },
  Request,
  Answer extends { readonly kind: string },
  Saved extends SavedPage,
>(build: (context: PageContext<Request, Answer, Saved>, state: State) => Panel<State>): void {
  const root = document.getElementById('root') ?? document.body.appendChild(h('main', { id: 'root' }));
  const { api, request } = createRpc<Answer>((message) => {
    receive(message as Readonly<Record<string, unknown>>);
  });
  let saved = (api.getState() ?? {}) as Saved;
  const context: PageContext<Request, Answer, Saved> = {
    request,
    saved: () => saved,
    save: (change) => {
      saved = { ...saved, ...change };
      api.setState(saved);
    },
  };
  let panel: Panel<State> | undefined;
  const askForState = (): void => {
    api.postMessage({ kind: 'ready' });
    loading.wait();
  };
  const loading = loadingPiece(askForState);
  root.append(loading.element);
  askForState();

  function receive(message: Readonly<Record<string, unknown>>): void {
    if (message['kind'] !== 'state') {
      panel?.receive?.(message);
      return;
    }
    const state = message['state'] as State;
    setHostClock(message['sentAt'] as string | undefined);
    if (panel !== undefined) {
      panel.update(state);
      return;
    }
    // What was set for another subject says nothing about this one.
    if (saved.subject !== undefined && JSON.stringify(saved.subject) !== JSON.stringify(state.subject)) {
      saved = {} as Saved;
    }
    saved = { ...saved, subject: state.subject };
    api.setState(saved);
    panel = build(context, state);
    panel.update(state);
    loading.done();
    root.replaceChildren(panel.element);
    // Sizes are only known in the document: what is drawn by size is drawn again there by its observers.
    keepScroll(saved.scroll, (scroll) => {
      saved = { ...saved, scroll };
      api.setState(saved);
    });
  }
}

function keepScroll(scroll: number | undefined, save: (scroll: number) => void): void {
  requestAnimationFrame(() => {
    if (scroll !== undefined) window.scrollTo(0, scroll);
    let timer = 0;
    window.addEventListener(
      'scroll',
      () => {
        window.clearTimeout(timer);
        timer = window.setTimeout(() => {
          save(Math.round(window.scrollY));
        }, 200);
      },
      { passive: true },
    );
  });
}

/** What stands there before the first state; it does not wait for ever. */
function loadingPiece(askForState: () => void): {
  readonly element: HTMLElement;
  readonly wait: () => void;
  readonly done: () => void;
} {
  const words = h('p', { role: 'status' });
  const again = h('button', { type: 'button', class: 'action bordered', click: askForState }, t`Try again`);
  let timer = 0;
  const done = (): void => {
    window.clearTimeout(timer);
  };
  return {
    element: h(
      'div',
      { class: 'loading' },
      h('h1', { class: 'visually-hidden' }, 'Replideck'),
      h('div', { class: 'progress', 'aria-hidden': 'true' }),
      words,
      again,
    ),
    wait: () => {
      done();
      words.textContent = t`Waiting for the first reading…`;
      again.hidden = true;
      timer = window.setTimeout(() => {
        words.textContent = t`Nothing has come from the extension for 15 s. The log "Replideck" may say why.`;
        again.hidden = false;
      }, 15_000);
    },
    done,
  };
}
