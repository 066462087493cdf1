import { type CandidateCard } from '../../src/protocol/replicationPanel';
import { type IconName } from '../shared/icons';

/** Shape and colour of a verdict; a word stands with each. */
export const passIcons: Readonly<Record<`${CandidateCard['ready']}`, readonly [IconName, string]>> = {
  true: ['pass', 'state-ok'],
  false: ['error', 'state-critical'],
  unknown: ['question', 'state-unknown'],
};
