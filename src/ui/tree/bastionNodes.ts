import type { FleetView } from '../../core/fleetView';
import type { BastionView } from '../../core/ssh/bastionViews';
import type { TreeNode } from './model';
import { escapeMarkdown, markdownOf } from './tooltips';
import { t } from '../../core/l10n';

/** The bastions of the inventory, with what is reached through each; nothing where it names none. */
export function bastionGroup(view: FleetView, names: Readonly<Record<string, string>>): readonly TreeNode[] {
  const { bastions } = view;
  if (bastions.length === 0) return [];
  const troubled = bastions.filter(({ state }) => state !== 'ok' && state !== 'unknown').length;
  const description = troubled === 0 ? '' : t`${troubled} of ${bastions.length} in trouble`;
  return [
    {
      ...{ id: 'group:bastion', label: t`Bastions`, description, state: undefined, icon: 'key', tooltip: t`Bastions` },
      spoken: description === '' ? t`Bastions` : t`Bastions, ${description}`,
      ...{ contextValue: 'group', subject: { kind: 'group' }, expanded: true },
      children: bastions.map((bastion) => bastionNode(view, bastion, names)),
    },
  ];
}

function bastionNode(view: FleetView, bastion: BastionView, names: Readonly<Record<string, string>>): TreeNode {
  const { via, state, short, trouble, behind } = bastion;
  const label = via.replace(/^ssh:\/\//, '');
  const id = `bastion:${via}`;
  return {
    ...{ id, label, description: short, state },
    tooltip: [
      `**${escapeMarkdown(via)}** · ${state}`,
      ...(trouble === undefined ? [] : [escapeMarkdown(trouble.text), `*Do:* ${markdownOf(trouble.remedy)}`]),
      t`It is never asked by itself: this is what those met that are reached through it.`,
    ].join('\n\n'),
    spoken: t`bastion ${label}, ${state}, ${short}`,
    ...{ contextValue: 'bastion', subject: { kind: 'group' }, expanded: false },
    children: behind.map(({ kind, key, state: own }) => {
      const service = view.services.find((each) => each.key === key);
      const name = service?.name ?? names[key] ?? key;
      const what = service?.kind ?? '';
      return {
        ...{ id: `${id}/${key}`, label: name, description: what, state: own },
        tooltip: `**${escapeMarkdown(name)}** · ${own}`,
        spoken: [name, what, own].filter((part) => part !== '').join(', '),
        contextValue: 'item',
        subject: kind === 'instance' ? { kind, key } : { kind, subject: key },
        ...{ expanded: false, children: [] },
      };
    }),
  };
}
