import type { ServiceView } from '../../core/fleetView';
import type { ServiceItem, ServiceKind } from '../../core/services/model';
import type { TreeNode } from './model';
import { escapeMarkdown, findingTooltip, markdownOf } from './tooltips';
import { t } from '../../core/l10n';

const groups: readonly { label: string; icon: string; id: string; kinds: readonly ServiceKind[] }[] = [
  { label: t`Orchestrator`, icon: 'type-hierarchy', id: 'orchestrator', kinds: ['orchestrator'] },
  { label: t`Prometheus`, icon: 'graph-line', id: 'prometheus', kinds: ['prometheus'] },
  { label: t`Backups`, icon: 'archive', id: 'backups', kinds: ['backups'] },
  { label: t`Pipelines`, icon: 'arrow-swap', id: 'pipeline', kinds: ['pipeline', 'burrow'] },
];

/** The neighbours of the inventory below a node for each kind; nothing where it names none. */
export function serviceGroups(services: readonly ServiceView[]): readonly TreeNode[] {
  return groups.flatMap(({ label, icon, id, kinds }) => {
    const own = services.filter(({ kind }) => kinds.includes(kind));
    if (own.length === 0) return [];
    const troubled = own.filter(({ state }) => state !== 'ok' && state !== 'unknown').length;
    const description = troubled === 0 ? '' : t`${troubled} of ${own.length} in trouble`;
    return [
      {
        ...{ id: `group:${id}`, label, description, state: undefined, icon, tooltip: label },
        spoken: description === '' ? label : `${label}, ${description}`,
        ...{ contextValue: 'group', subject: { kind: 'group' } as const, expanded: true },
        children: own.map((service) => serviceNode(label, service)),
      },
    ];
  });
}

function serviceNode(group: string, service: ServiceView): TreeNode {
  const { kind, key, name, state, picture, short: description } = service;
  return {
    ...{ id: key, label: name, description, state, tooltip: tooltipOf(service) },
    spoken: `${group} ${name}, ${state}, ${description}`,
    contextValue: `service ${kind}`,
    subject: { kind: 'service', subject: key },
    expanded: false,
    children: (picture?.items ?? []).map((item) => itemNode(key, key, item)),
  };
}

function tooltipOf({ name, state, place, picture, findings, snapshot }: ServiceView): string {
  const { reach, at } = snapshot;
  return [
    `**${escapeMarkdown(name)}** · ${state}`,
    escapeMarkdown(place),
    ...(picture?.lines ?? []).map(markdownOf),
    ...(reach.kind === 'failed' && findings.length === 0 ? [escapeMarkdown(reach.failure.text)] : []),
    ...findings.map(findingTooltip),
    ...(at === undefined ? [] : [t`Read at ${at.slice(11, 19)} UTC`]),
  ].join('\n\n');
}

/** An item that is about an instance of the fleet opens that; every other one opens its neighbour. */
function itemNode(service: string, parent: string, item: ServiceItem): TreeNode {
  const id = `${parent}/${item.id}`;
  const { label, description, state, icon, lines, instance, items } = item;
  return {
    ...{ id, label, description, state, ...(icon === undefined ? {} : { icon }) },
    tooltip: [`**${escapeMarkdown(label)}**${state === undefined ? '' : ` · ${state}`}`, ...lines.map(markdownOf)].join(
      '\n\n',
    ),
    spoken: [label, state, description].filter((part) => part !== undefined && part !== '').join(', '),
    contextValue: 'item',
    subject: instance === undefined ? { kind: 'service', subject: service } : { kind: 'instance', key: instance },
    expanded: false,
    children: (items ?? []).map((each) => itemNode(service, id, each)),
  };
}
