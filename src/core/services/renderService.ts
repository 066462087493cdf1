import type { FleetView, ServiceView } from '../fleetView';
import { code } from '../findings/phrase';
import { literal, prose } from '../markdown';
import { redact } from '../redact';
import type { ServiceItem } from './model';
import { t } from '../l10n';

/** All that is known of a neighbour, as a document. */
export function renderService(view: FleetView, key: string): string {
  const service = view.services.find((each) => each.key === key);
  if (service === undefined) return t`# ${literal(key)}\n\nThe inventory no longer names it.\n`;
  const { name, kind, state, place, picture, findings, snapshot } = service;
  return `${redact(
    [
      `# ${literal(`${kind} ${name}`)}: ${state}`,
      literal(place),
      snapshot.at === undefined ? t`Not read yet.` : t`As of ${instant(snapshot.at)}.`,
      ...failureLines(service),
      ...(picture?.lines ?? []).map(prose),
      ...findings.map(({ severity, title, evidence, remedy, avoid }) =>
        [
          `## ${severity}: ${prose(title)}`,
          evidence.map(({ measured, source }) => `- ${prose(measured)} (${code(source)})`).join('\n'),
          `**Do:** ${remedy.split('\n').map(prose).join('  \n')}`,
          ...(avoid === undefined ? [] : [`✗ ${prose(avoid)}`]),
        ].join('\n\n'),
      ),
      (picture?.items ?? []).map((item) => renderItem(item, 0)).join('\n'),
    ]
      .filter((part) => part !== '')
      .join('\n\n'),
  )}\n`;
}

function failureLines({ snapshot, findings }: ServiceView): readonly string[] {
  const { reach, last } = snapshot;
  if (reach.kind !== 'failed') return [];
  return [
    ...(findings.length === 0 ? [literal(reach.failure.text)] : []),
    ...(last === undefined ? [] : [t`It answered last at ${instant(last.at)}.`]),
  ];
}

function renderItem({ label, description, state, lines, items }: ServiceItem, depth: number): string {
  const pad = '  '.repeat(depth);
  const head = `${pad}- **${literal(label)}**${state === undefined ? '' : ` · ${state}`}${description === '' ? '' : ` · ${literal(description)}`}`;
  return [
    head,
    ...lines.map((line) => `${pad}  - ${prose(line)}`),
    ...(items ?? []).map((item) => renderItem(item, depth + 1)),
  ].join('\n');
}

/** `2026-11-29 07:14:32 UTC` */
function instant(at: string): string {
  return `${at.slice(0, 19).replace('T', ' ')} UTC`;
}
