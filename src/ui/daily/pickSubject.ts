import * as vscode from 'vscode';
import { clusterKeys } from '../../core/clusterKeys';
import type { FleetView } from '../../core/fleetView';
import { t } from '../../core/l10n';
import { formatCount } from '../../core/words';
import { sayThatThereIsNoFleet } from '../commands/noFleet';
import { stateIcons } from '../stateIcon';
import type { NodeSubject } from '../tree/model';
import type { ChangesScope } from './changesDocuments';
import { showInformation } from '../messages';

/** What a node of a tree is about; undefined: about nothing that has a history. */
export function scopeOf(subject: NodeSubject | undefined): ChangesScope | undefined {
  switch (subject?.kind) {
    case 'cluster':
      return { kind: 'cluster', name: subject.name };
    case 'instance':
    case 'connection':
      return { kind: 'subject', subject: subject.key };
    case 'mirror':
      return { kind: 'subject', subject: `mirror:${subject.name}` };
    case 'service':
      return { kind: 'subject', subject: subject.subject };
    case 'finding': {
      const about = subject.finding.subject;
      return about.startsWith('cluster:')
        ? { kind: 'cluster', name: about.slice('cluster:'.length) }
        : { kind: 'subject', subject: about };
    }
    case 'notice':
    case 'group':
    case undefined:
      return undefined;
  }
}

/** The whole fleet, a cluster, an instance, a mirror or a neighbour, as the operator picks it. */
export async function pickScope(
  view: FleetView | undefined,
  title: string,
  withFleet: boolean,
): Promise<ChangesScope | undefined> {
  if (view === undefined) {
    await showInformation(t`Nothing has been read yet: the workspace needs an inventory first.`);
    return undefined;
  }
  const item = (scope: ChangesScope, icon: string, label: string, description: string) => ({
    ...{ label: `$(${icon}) ${label}`, description, scope },
  });
  const ofSubject = (subject: string) => ({ kind: 'subject', subject }) as const;
  const items = [
    ...(withFleet ? [item({ kind: 'fleet' }, 'server-environment', t`The whole fleet`, '')] : []),
    ...view.clusters.map((cluster) => {
      const { name, production } = cluster.spec;
      const size = [
        t`cluster`,
        ...(production ? ['PROD'] : []),
        formatCount(clusterKeys(cluster).length, 'instance'),
      ].join(' · ');
      return item({ kind: 'cluster', name }, stateIcons[cluster.state].icon, name, size);
    }),
    ...Object.values(view.instances).map(({ spec, state, role }) =>
      item(ofSubject(spec.key), stateIcons[state].icon, spec.key, `${role} · ${spec.clusters.join(', ')}`),
    ),
    ...view.mirrors.map(({ key, spec, state }) => item(ofSubject(key), stateIcons[state].icon, spec.name, t`mirror`)),
    ...view.services.map(({ key, name, kind, state }) => item(ofSubject(key), stateIcons[state].icon, name, kind)),
  ];
  if (items.length === 0) {
    await sayThatThereIsNoFleet();
    return undefined;
  }
  return (await vscode.window.showQuickPick(items, { title, matchOnDescription: true }))?.scope;
}
