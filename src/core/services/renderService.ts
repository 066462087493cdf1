import { codeSpans } from '../codeSpans';
import type { FleetView, ServiceView } from '../fleetView';
import { redact } from '../redact';
import type { ServiceItem } from './model';
import { t } from '../l10n';

/** All that is known of a neighbour, as a document. */
export function renderService(view: FleetView, key: string): string {
  const service = view.services.find((each) => each.key === key);
  if (service === undefined) return t`# ${inline(key)}\n\nThe inventory no longer names it.\n`;
  const { name, kind, state, place, picture, findings, snapshot } = service;
  return `${redact(
    [
      `# ${inline(`${kind} ${name}`)}: ${state}`,
      inline(place),
      snapshot.at === undefined ? t`Not read yet.` : t`As of ${instant(snapshot.at)}.`,
      ...failureLines(service),
      ...(picture?.lines ?? []).map(sentence),
      ...findings.map(({ severity, title, evidence, remedy, avoid }) =>
        [
          `## ${severity}: ${sentence(title)}`,
          evidence.map(({ measured, source }) => `- ${sentence(measured)} (${codeSpan(source)})`).join('\n'),
          `**Do:** ${remedy.split('\n').map(sentence).join('  \n')}`,
          ...(avoid === undefined ? [] : [`✗ ${sentence(avoid)}`]),
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
    ...(findings.length === 0 ? [inline(reach.failure.text)] : []),
    ...(last === undefined ? [] : [t`It answered last at ${instant(last.at)}.`]),
  ];
}

function renderItem({ label, description, state, lines, items }: ServiceItem, depth: number): string {
  const pad = '  '.repeat(depth);
  const head = `${pad}- **${inline(label)}**${state === undefined ? '' : ` · ${state}`}${description === '' ? '' : ` · ${inline(description)}`}`;
  return [
    head,
    ...lines.map((line) => `${pad}  - ${sentence(line)}`),
    ...(items ?? []).map((item) => renderItem(item, depth + 1)),
  ].join('\n');
}

/** `2026-11-29 07:14:32 UTC` */
function instant(at: string): string {
  return `${at.slice(0, 19).replace('T', ' ')} UTC`;
}

/** Text with code between backticks, which stays as it is to be typed; markup of others does not. */
function sentence(text: string): string {
  return codeSpans(text)
    .map((span) => (span.isCode ? codeSpan(span.text) : inline(span.text)))
    .join('');
}

/** Inside nothing is markup, but for a fence as long as its own. */
function codeSpan(text: string): string {
  const flat = text.replace(/\s+/g, ' ').trim();
  const longest = Math.max(0, ...[...flat.matchAll(/`+/g)].map(([ticks]) => ticks.length));
  const fence = '`'.repeat(longest + 1);
  return longest === 0 ? `${fence}${flat}${fence}` : `${fence} ${flat} ${fence}`;
}

function inline(text: string): string {
  return text.replace(/\s+/g, ' ').replaceAll(/[\\`*_[\]<>|#]/g, '\\$&');
}
