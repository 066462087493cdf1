import { type CandidateCard, type PanelState } from '../../src/protocol/replicationPanel';
import { actionButton, note } from '../shared/button';
import { h, keyed, type Piece, setAttribute, setText } from '../shared/dom';
import { icon, setIcon } from '../shared/icons';
import { type PanelContext } from './context';
import { passIcons } from './passIcons';
import { checkBlock } from './readinessCheck';
import { remedyText } from '../shared/remedyText';
import { t } from '../../src/core/l10n';

/**
 * Whether a planned switchover could be made: a checklist per candidate, closed until somebody asks. The extension
 * sends the checks only while it is open.
 */
export function readiness(context: PanelContext): Piece<PanelState> & { readonly reveal: () => void } {
  const summaryWords = h('span', { class: 'caption' });
  const trouble = note();
  const list = h('div', { class: 'candidate-list' });
  const copy = actionButton({
    icon: 'copy',
    label: t`Copy as text`,
    title: t`Copy every check with what was measured, as Markdown`,
    run: () => context.request({ kind: 'copyReadiness' }),
    say: trouble.say,
  });
  const summary = h(
    'summary',
    {},
    icon('chevronRight', 'chevron'),
    h('span', { class: 'readiness-line' }, h('h2', { id: 'readiness-heading' }, t`Switchover readiness`), summaryWords),
  );
  const details = h(
    'details',
    { open: context.saved().readinessOpen === true },
    summary,
    h('div', { class: 'readiness-body' }, h('div', { class: 'actions' }, copy), trouble.element, list),
  );
  const element = h('section', { class: 'readiness', 'aria-labelledby': 'readiness-heading' }, details);
  const update = keyed<CandidateCard>(list, ({ key }) => key, candidateBlock);
  const ask = (): void => {
    context.save({ readinessOpen: details.open });
    void context.request({ kind: 'readiness', open: details.open }).then((answer) => {
      trouble.say(answer.kind === 'failed' ? answer.message : '');
    });
  };
  details.addEventListener('toggle', ask);
  return {
    element,
    update: ({ readiness: state }) => {
      element.hidden = state === undefined;
      if (state === undefined) return;
      setText(summaryWords, state.summary);
      update(state.candidates);
      copy.hidden = state.candidates.length === 0;
    },
    reveal: () => {
      // Opening asks by itself; where it is open already, the extension waits for the asking all the same.
      if (details.open) ask();
      details.open = true;
      // After the frame in which the panel puts its old scroll position back.
      requestAnimationFrame(() => {
        element.scrollIntoView({ block: 'start' });
        summary.focus({ preventScroll: true });
      });
    },
  };
}

function candidateBlock(): Piece<CandidateCard> {
  let last: CandidateCard | undefined;
  const holder = h('span', { class: 'icon-holder' });
  const name = h('span', { class: 'candidate-name' });
  const verdict = h('span', { class: 'caption' });
  const checks = h('div', { class: 'check-list' });
  const afterText = h('div', { class: 'remedy-text' });
  const after = h('div', { class: 'after' }, h('h3', {}, t`After the switch`), afterText);
  const waiting = h('p', { class: 'empty' }, t`Waiting for the checks…`);
  const element = h(
    'details',
    { class: 'candidate' },
    h('summary', {}, icon('chevronRight', 'chevron'), h('span', { class: 'candidate-line' }, holder, name, verdict)),
    h('div', { class: 'candidate-body' }, waiting, checks, after),
  );
  // What fails is shown whole; a check that changes its verdict starts anew.
  const updateChecks = keyed<NonNullable<CandidateCard['checks']>[number]>(
    checks,
    ({ id, pass }) => `${id} ${pass}`,
    ({ pass }) => checkBlock(pass),
  );
  const draw = (): void => {
    if (last === undefined || !element.open) return;
    const { checks: listed = [] } = last;
    waiting.hidden = last.checks !== undefined;
    updateChecks(listed);
    const left = listed.flatMap((check) => check.after ?? []);
    after.hidden = left.length === 0 || last.ready === false;
    remedyText(afterText, left.join('\n'));
  };
  element.addEventListener('toggle', draw);
  return {
    element,
    update: (card) => {
      last = card;
      const [shape, colour] = passIcons[`${card.ready}`];
      setIcon(holder, shape, colour);
      setText(name, card.label);
      setAttribute(name, 'title', card.key);
      setText(verdict, card.verdict);
      draw();
    },
  };
}
