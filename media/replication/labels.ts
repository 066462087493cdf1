import { type Finding } from '../../src/core/findings/finding';
import { type PanelState } from '../../src/protocol/replicationPanel';
import { t } from '../../src/core/l10n';

/** Short names by key, as the topology calls them. */
export function labelsOf({ topology }: PanelState): ReadonlyMap<string, string> {
  return new Map(topology.nodes.map(({ key, label }) => [key, label]));
}

/** Which instance and connection a finding is about, where the panel shows several. */
export function whereOf(state: PanelState): (finding: Finding) => string {
  const labels = labelsOf(state);
  return ({ subject, connection }) => {
    const instance =
      state.subject.kind === 'cluster' && !subject.startsWith('cluster:') ? (labels.get(subject) ?? subject) : '';
    const named = connection === undefined || connection === '' ? '' : t`connection ${connection}`;
    return [instance, named].filter((part) => part !== '').join(', ');
  };
}
