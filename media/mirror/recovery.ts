import { type MirrorPanelState, type RunbookOffer } from '../../src/protocol/mirrorPanel';
import { actionButton, note } from '../shared/button';
import { h, keyed, type Piece, setText } from '../shared/dom';
import { type MirrorContext } from './context';
import { t } from '../../src/core/l10n';

/** What can be planned for this mirror. A plan is a document; nothing runs before the operator starts it. */
export function recovery({ request }: MirrorContext): Piece<MirrorPanelState> {
  const trouble = note();
  const list = h('ul', { class: 'runbooks' });
  const update = keyed<RunbookOffer>(
    list,
    ({ id }) => id,
    (offer) => {
      const title = h('span');
      const button = actionButton({
        icon: 'checklist',
        label: title,
        title: t`Open the plan: nothing runs before you start it, step by step`,
        run: () => request({ kind: 'planRunbook', id: offer.id }, 120_000),
        say: trouble.say,
      });
      button.classList.add('bordered');
      const fits = h('span', { class: 'caption' });
      return {
        element: h('li', {}, button, fits),
        update: (next) => {
          setText(title, next.title);
          setText(fits, next.finding === undefined ? '' : t`fits ${next.finding}`);
        },
      };
    },
  );
  const element = h(
    'section',
    { class: 'recovery', 'aria-labelledby': 'recovery-heading' },
    h('h2', { id: 'recovery-heading' }, t`Recovery plans`),
    trouble.element,
    list,
  );
  return {
    element,
    update: ({ runbooks }) => {
      element.hidden = runbooks.length === 0;
      update(runbooks);
    },
  };
}
