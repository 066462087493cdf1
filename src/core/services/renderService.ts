import { codeSpans } from '../codeSpans';
import type { Evidence } from '../findings/finding';
import { code } from '../findings/phrase';
import type { FleetView, ServiceView } from '../fleetView';
import { fence, literal, prose, steps } from '../markdown';
import { redact } from '../redact';
import { formatInstant, wordOf } from '../words';
import type { ServiceItem } from './model';
import { serviceTypes } from './serviceTypes';
import { t } from '../l10n';

/** All that is known of a neighbour, as a document. */
export function renderService(view: FleetView, key: string): string {
  const service = view.services.find((each) => each.key === key);
  if (service === undefined) return t`# ${literal(key)}\n\nThe inventory no longer names it.\n`;
  const { name, kind, state, place, picture, findings, snapshot } = service;
  return `${redact(
    [
      `# ${literal(`${serviceTypes[kind].word} ${name}`)}: ${wordOf(state)}`,
      literal(place),
      snapshot.at === undefined ? t`Not read yet.` : t`As of ${formatInstant(snapshot.at)}.`,
      ...failureLines(service),
      ...(picture?.lines ?? []).map(prose),
      ...findings.map(({ severity, title, evidence, remedy, avoid }) =>
        [
          `## ${capital(wordOf(severity))}: ${prose(title)}`,
          ...evidenceParts(evidence),
          `**${t`Do`}:**${steps(remedy)}`,
          ...(avoid === undefined ? [] : [`✗ ${prose(avoid)}`]),
        ].join('\n\n'),
      ),
      (picture?.items ?? []).map((item) => renderItem(item, 0)).join('\n'),
    ]
      .filter((part) => part !== '')
      .join('\n\n'),
  )}\n`;
}

function capital(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}

/** A statement stands once below all that it has told, whole, so that it can be run again. */
function evidenceParts(evidence: readonly Evidence[]): readonly string[] {
  const parts: string[] = [];
  for (const [index, { measured, source }] of evidence.entries()) {
    const isStatement = /^(?:SELECT|SHOW)\b/.test(source);
    const line = `- ${prose(measured)}${isStatement || source === '' ? '' : ` (${code(source)})`}`;
    const before = parts.at(-1);
    if (before?.startsWith('- ') === true) parts[parts.length - 1] = `${before}\n${line}`;
    else parts.push(line);
    if (isStatement && evidence[index + 1]?.source !== source) parts.push(fence(source, 'sql'));
  }
  return parts;
}

function failureLines({ snapshot, findings }: ServiceView): readonly string[] {
  const { reach, last } = snapshot;
  if (reach.kind !== 'failed') return [];
  return [
    ...(findings.length === 0 ? [literal(reach.failure.text)] : []),
    ...(last === undefined ? [] : [t`It answered last at ${formatInstant(last.at)}.`]),
  ];
}

function renderItem({ label, description, state, lines, items }: ServiceItem, depth: number): string {
  const pad = '  '.repeat(depth);
  const head = `${pad}- **${literal(label)}**${state === undefined ? '' : ` · ${wordOf(state)}`}${description === '' ? '' : ` · ${literal(description)}`}`;
  return [
    head,
    ...itemLines(lines).map((line) => `${pad}  ${line.replaceAll('\n', `\n${pad}  `)}`),
    ...(items ?? []).map((item) => renderItem(item, depth + 1)),
  ].join('\n');
}

/** Lines that are nothing but code are the rows of a table, whose columns stand in one block only. */
function itemLines(lines: readonly string[]): readonly string[] {
  const parts: string[] = [];
  let rows: string[] = [];
  const endTable = (): void => {
    if (rows.length > 0) parts.push(`\n${fence(rows.join('\n'))}\n`);
    rows = [];
  };
  for (const line of lines) {
    const [only, ...more] = codeSpans(line);
    if (only?.isCode === true && more.length === 0) {
      rows.push(only.text);
      continue;
    }
    endTable();
    parts.push(`- ${prose(line)}`);
  }
  endTable();
  return parts;
}
