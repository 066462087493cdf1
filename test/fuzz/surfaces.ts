import { createRequire } from 'node:module';
import type { FleetView } from '../../src/core/fleetView';
import { runbooks } from '../../src/core/runbooks/registry';
import { planRunbook } from '../../src/core/runbooks/planRunbook';
import { runbooksFor } from '../../src/core/runbooks/runbooksFor';
import { renderCall } from '../../src/core/runbooks/clientCall';
import { renderPlan } from '../../src/core/runbooks/renderPlan';
import { renderService } from '../../src/core/services/renderService';
import { toMirrorPanelState } from '../../src/ui/panels/mirror/model';
import { renderMirrorTicket, renderReadiness, renderTicket, toPanelState } from '../../src/ui/panels/replication/model';
import { findingNodes, fleetNodes, type TreeNode } from '../../src/ui/tree/model';
import { shownRow, shownTooltip } from '../../src/ui/tree/shownText';
import { files } from '../core/runbooks/fleet';

/** Something that the user sees, with how it is drawn. */
export interface Surface {
  readonly place: string;
  readonly drawn: 'text' | 'markdown' | 'page';
  readonly text: string;
}

/** All that a view is drawn as. */
export function surfacesOf(view: FleetView): readonly Surface[] {
  const nodes = [...flat(fleetNodes(view, '')), ...findingNodes(view)];
  return [
    ...nodes.flatMap((node): Surface[] => {
      const { label, description, spoken } = shownRow(node);
      return [
        { place: 'label in the tree', drawn: 'text', text: label },
        { place: 'description in the tree', drawn: 'text', text: description },
        { place: 'spoken words of the tree', drawn: 'text', text: spoken },
        { place: 'tooltip in the tree', drawn: 'markdown', text: shownTooltip(node.tooltip) },
      ];
    }),
    ...Object.keys(view.instances).flatMap((key): Surface[] => {
      const subject = { kind: 'instance', key } as const;
      return [
        { place: 'ticket of an instance', drawn: 'markdown', text: renderTicket(view, subject) },
        { place: 'panel of an instance', drawn: 'page', text: JSON.stringify(panelOf(view, subject)) },
      ];
    }),
    ...view.clusters.flatMap(({ spec: { name } }): Surface[] => {
      const subject = { kind: 'cluster', name } as const;
      return [
        { place: 'ticket of a cluster', drawn: 'markdown', text: renderTicket(view, subject) },
        { place: 'readiness of a cluster', drawn: 'markdown', text: renderReadiness(view, name) },
        { place: 'panel of a cluster', drawn: 'page', text: JSON.stringify(panelOf(view, subject)) },
      ];
    }),
    ...view.mirrors.flatMap(({ spec: { name } }): Surface[] => [
      { place: 'ticket of a mirror', drawn: 'markdown', text: renderMirrorTicket(view, name) },
      {
        place: 'panel of a mirror',
        drawn: 'page',
        text: JSON.stringify(toMirrorPanelState(view, name, { reading: false, driftFilter: '', runbooks: [] })),
      },
    ]),
    ...view.services.map(({ key }): Surface => ({
      place: `document of a neighbour (${key})`,
      drawn: 'markdown',
      text: renderService(view, key),
    })),
  ];
}

export const panelOf = (view: FleetView, subject: Parameters<typeof toPanelState>[1]) =>
  toPanelState(
    view,
    subject,
    { rangeSeconds: 900, warnSeconds: 15, critSeconds: 300, series: [] },
    { reading: false, readinessOpen: true },
  );

function flat(nodes: readonly TreeNode[]): TreeNode[] {
  return nodes.flatMap((node) => [node, ...flat(node.children)]);
}

interface Token {
  readonly type: string;
  readonly content: string;
  readonly children: readonly Token[] | null;
  attrGet(name: string): string | null;
}
interface Markdown {
  parse(text: string, environment: object): readonly Token[];
}

// A real parser of Markdown is in the tree anyway: vsce draws README files with it.
const requireOfVsce = createRequire(createRequire(import.meta.url).resolve('@vscode/vsce/package.json'));
const MarkdownIt = requireOfVsce('markdown-it') as new (options: object) => Markdown;
const markdown = new MarkdownIt({ html: true });

const forbidden = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/;

/** Why a text must not be shown so; undefined: it may. */
export function complaintOf({ drawn, text }: Surface): string | undefined {
  // Of a page everything is set as text: see the page's own tests.
  if (drawn === 'page') return undefined;
  const [character] = forbidden.exec(text) ?? [];
  if (character !== undefined) return `holds U+${character.charCodeAt(0).toString(16)} near ${near(text, character)}`;
  if (drawn === 'text') {
    if (/[\n\r]/.test(text)) return `is more than one line: ${near(text, '\n')}`;
    return undefined;
  }
  const alive = markdown.parse(text, {}).flatMap(living);
  return alive.length === 0 ? undefined : alive.slice(0, 3).join('; ');
}

const near = (text: string, what: string): string => {
  const at = text.indexOf(what);
  return JSON.stringify(text.slice(Math.max(0, at - 60), at + 60));
};

/** Elements, pictures and links: none of them is ours to draw. */
function living(token: Token): string[] {
  const own =
    token.type === 'html_block' || token.type === 'html_inline'
      ? [`HTML ${JSON.stringify(token.content.slice(0, 80))}`]
      : token.type === 'image' || token.type === 'link_open'
        ? [`${token.type} to ${token.attrGet('href') ?? token.attrGet('src') ?? ''}`]
        : [];
  return [...own, ...(token.children ?? []).flatMap(living)];
}

/** The plans of all runbooks that a view offers: as documents, and the lines that would run. */
export function plansOf(view: FleetView): readonly { readonly surface: Surface; readonly lines: readonly string[] }[] {
  const targets = [
    ...Object.keys(view.instances),
    ...view.mirrors.map(({ key }) => key),
    ...view.services.map(({ key }) => key),
  ];
  return targets.flatMap((key) =>
    runbooksFor(runbooks, view, key).map(({ runbook: { id } }) => {
      const plan = planRunbook(view, id, key);
      const { text } = renderPlan(plan, () => files);
      const lines = plan.steps.flatMap(({ call }) => {
        const line = renderCall(call, files);
        return line.kind === 'ok' ? [line.value] : [];
      });
      return { surface: { place: `plan ${id}`, drawn: 'markdown', text }, lines };
    }),
  );
}
