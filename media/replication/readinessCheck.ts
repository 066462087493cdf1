import { type CandidateCard } from '../../src/protocol/replicationPanel';
import { h, keyed, type Piece, setText } from '../shared/dom';
import { icon } from '../shared/icons';
import { evidenceLine } from '../shared/evidence';
import { passIcons } from './passIcons';
import { remedyText, sentence } from '../shared/remedyText';
import { t } from '../../src/core/l10n';

type ReadinessCheck = NonNullable<CandidateCard['checks']>[number];

const passWords = { true: 'pass', false: 'fail', unknown: 'unknown' } as const;

/** One check: a line while it passes, with everything about it where it does not. */
export function checkBlock(pass: ReadinessCheck['pass']): Piece<ReadinessCheck> {
  const [shape, colour] = passIcons[`${pass}`];
  const title = h('span', { class: 'check-title' });
  const seen = h('span', { class: 'mono seen' });
  const evidence = h('ul', { class: 'evidence', 'aria-label': t`Measured` });
  const needed = h('dd');
  const remedy = h('dd', { class: 'remedy-text' });
  const todo = h('div', {}, h('dt', {}, 'Do'), remedy);
  const updateEvidence = keyed(evidence, (_item, index) => String(index), evidenceLine);
  const element = h(
    'details',
    { class: 'check', open: pass !== true },
    h(
      'summary',
      {},
      icon('chevronRight', 'chevron'),
      h(
        'span',
        { class: 'check-line' },
        icon(shape, colour),
        title,
        h('span', { class: 'caption' }, passWords[`${pass}`]),
        seen,
      ),
    ),
    h('div', { class: 'check-body' }, evidence, h('dl', {}, h('div', {}, h('dt', {}, t`Needed`), needed), todo)),
  );
  return {
    element,
    update: (check) => {
      setText(title, check.title);
      updateEvidence(check.measured);
      // In the line while it is closed, with its source and age once it is open.
      setText(seen, check.measured.map(({ measured }) => measured).join(' · '));
      evidence.hidden = check.measured.length === 0;
      sentence(needed, check.needed);
      todo.hidden = check.remedy === undefined;
      remedyText(remedy, check.remedy ?? '');
    },
  };
}
