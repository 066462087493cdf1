import type { NodeSubject } from '../tree/model';

/** The mirror that a node is about; undefined: about none. */
export function mirrorOf(subject: NodeSubject | undefined): string | undefined {
  if (subject?.kind === 'mirror') return subject.name;
  const about = subject?.kind === 'finding' ? subject.finding.subject : '';
  return about.startsWith('mirror:') ? about.slice('mirror:'.length) : undefined;
}
