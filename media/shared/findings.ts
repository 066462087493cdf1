import { type Finding, type Severity } from '../../src/core/findings/finding';
import { type State } from '../../src/core/report';
import { actionButton, note } from './button';
import { h, keyed, type Piece, setAttribute, setText } from './dom';
import { icon, setIcon } from './icons';
import { findingText } from './copyFormats';
import { evidenceLine } from './evidence';
import { remedyText, sentence } from './remedyText';
import { type Failed } from './rpc';
import { stateIcons } from './state';
import { t } from '../../src/core/l10n';

const severityStates: Readonly<Record<Severity, State>> = { critical: 'critical', warning: 'warning', info: 'unknown' };

export interface PlanOffer {
  readonly title: string;
  readonly run: () => Promise<{ readonly kind: string } | Failed>;
}

interface Shown {
  readonly finding: Finding;
  /** Which instance and connection it is about, where the panel shows several. */
  readonly where: string;
  readonly plan?: PlanOffer | undefined;
}

export interface FindingsOptions<S> {
  readonly copy: (text: string) => Promise<{ readonly kind: string } | Failed>;
  readonly whereOf?: (state: S) => (finding: Finding) => string;
  /** The runbook for a finding, where there is one; undefined: none can be planned from here. */
  readonly planOf?: (state: S) => (finding: Finding) => PlanOffer | undefined;
}

/** What is wrong, worst first; hidden when nothing is. What is merely worth knowing stays one line until opened. */
export function findings<S extends { readonly findings: readonly Finding[] }>(options: FindingsOptions<S>): Piece<S> {
  const heading = h('h2', { id: 'findings-heading' });
  const list = h('div', { class: 'finding-list' });
  const element = h('section', { class: 'findings', 'aria-labelledby': 'findings-heading' }, heading, list);
  const update = keyed<Shown>(
    list,
    ({ finding }) => `${finding.id}\n${finding.subject}\n${finding.connection ?? ''}\n${finding.severity}`,
    (shown) => findingBlock(shown, options),
  );
  return {
    element,
    update: (state) => {
      const wrong = state.findings.some(({ severity }) => severity !== 'info');
      setText(heading, wrong ? t`What is wrong` : t`Worth knowing`);
      element.hidden = state.findings.length === 0;
      const whereOf = options.whereOf?.(state);
      const planOf = options.planOf?.(state);
      update(state.findings.map((finding) => ({ finding, where: whereOf?.(finding) ?? '', plan: planOf?.(finding) })));
    },
  };
}

function findingBlock(first: Shown, { copy: copyText }: Pick<FindingsOptions<never>, 'copy'>): Piece<Shown> {
  let shown = first;
  const quiet = first.finding.severity === 'info';
  const holder = h('span', { class: 'icon-holder' });
  const title = h('h3');
  const severity = h('span', { class: 'caption severity' });
  const evidence = h('ul', { class: 'evidence', 'aria-label': t`Evidence` });
  const doText = h('div', { class: 'remedy-text' });
  const dontText = h('div', { class: 'remedy-text' });
  const dont = h('div', { class: 'dont' }, h('h4', {}, icon('error', 'state-critical'), t`Don't`), dontText);
  const remedies = h(
    'div',
    { class: 'remedies' },
    h('div', { class: 'do' }, h('h4', {}, icon('pass', 'state-ok'), t`Do`), doText),
    dont,
  );
  const updateEvidence = keyed(evidence, (_item, index) => String(index), evidenceLine);
  const copy = actionButton({
    icon: 'copy',
    label: t`Copy this finding`,
    iconOnly: true,
    run: () => copyText(findingText(shown.finding)),
  });
  const planTitle = h('span');
  const trouble = note();
  const plan = actionButton({
    icon: 'checklist',
    label: planTitle,
    title: t`Open the plan: nothing runs before you start it, step by step`,
    run: () => shown.plan?.run() ?? Promise.resolve({ kind: 'failed', message: t`There is no such runbook any more.` }),
    say: trouble.say,
  });
  plan.classList.add('bordered');
  const planLine = h('div', { class: 'plan-line' }, plan, trouble.element);
  const line = h('div', { class: 'finding-line' }, holder, title, severity);
  const body = h('div', { class: 'finding-body' }, evidence, remedies, planLine);
  const element = quiet
    ? h(
        'article',
        { class: 'finding quiet' },
        h('details', {}, h('summary', {}, icon('chevronRight', 'chevron'), line), body),
        copy,
      )
    : h('article', { class: 'finding' }, line, copy, body);
  return {
    element,
    update: (next) => {
      shown = next;
      const { finding } = next;
      setIcon(
        holder,
        quiet ? 'info' : stateIcons[severityStates[finding.severity]],
        `state-${quiet ? 'info' : finding.severity}`,
      );
      sentence(title, finding.title);
      setText(severity, [finding.severity, next.where, finding.id].filter((word) => word !== '').join(' · '));
      updateEvidence(finding.evidence);
      evidence.hidden = finding.evidence.length === 0;
      remedyText(doText, finding.remedy);
      remedyText(dontText, finding.avoid ?? '');
      dont.hidden = finding.avoid === undefined;
      planLine.hidden = next.plan === undefined;
      setText(planTitle, t`Plan: ${next.plan?.title ?? ''}`);
      setAttribute(remedies, 'class', finding.avoid === undefined ? 'remedies one' : 'remedies');
    },
  };
}
