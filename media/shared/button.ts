import { h, setText } from './dom';
import { icon, type IconName, setIcon } from './icons';
import { type Failed } from './rpc';

/** Words beside a control about what it did or why it could not; empty and out of the way otherwise. */
export function note(): { readonly element: HTMLElement; readonly say: (words: string) => void } {
  const text = h('span');
  const element = h('p', { class: 'note', role: 'alert', hidden: true }, icon('warning', 'state-warning'), text);
  return {
    element,
    say: (words) => {
      setText(text, words);
      element.hidden = words === '';
    },
  };
}

interface ActionOptions {
  readonly icon: IconName;
  /** An element where it changes. */
  readonly label: string | HTMLElement;
  /** Show the icon alone; the label becomes tooltip and accessible name. */
  readonly iconOnly?: boolean;
  readonly title?: string;
  readonly run: () => Promise<{ readonly kind: string } | Failed>;
  /** Where a failure is told; without it in the tooltip. */
  readonly say?: (words: string) => void;
}

/** A button for one request: busy while it runs, a tick when it is done, words where it failed. Its size never changes. */
export function actionButton({ icon: name, label, iconOnly, title, run, say }: ActionOptions): HTMLButtonElement {
  const holder = h('span', { class: 'icon-holder' }, icon(name));
  const labelText = typeof label === 'string' ? label : undefined;
  const button = h(
    'button',
    {
      type: 'button',
      class: iconOnly === true ? 'action icon-only' : 'action',
      title: title ?? (iconOnly === true ? labelText : undefined),
      'aria-label': iconOnly === true ? labelText : undefined,
    },
    holder,
    iconOnly === true ? undefined : label,
  );
  let timer = 0;
  const show = (shown: IconName, className: string): void => {
    window.clearTimeout(timer);
    setIcon(holder, shown, className);
  };
  button.addEventListener('click', () => {
    if (button.getAttribute('aria-busy') === 'true') return;
    button.setAttribute('aria-busy', 'true');
    say?.('');
    if (name === 'refresh') show('sync', 'spin');
    void run().then((answer) => {
      button.removeAttribute('aria-busy');
      if (answer.kind === 'failed') {
        const words = (answer as Failed).message;
        if (say === undefined) button.title = words;
        else say(words);
        show('warning', 'state-warning');
      } else {
        show('check', 'state-ok');
      }
      timer = window.setTimeout(() => {
        show(name, '');
      }, 2000);
    });
  });
  return button;
}
