import type { ServerKind } from '../sandbox/serverKinds';
import { type LabResult, isRight } from './lab';

/** What the lab found on one kind of server. */
export interface KindResults {
  readonly server: Pick<ServerKind, 'name' | 'version'>;
  readonly results: readonly LabResult[];
  /** States that could not be made, proven or undone, with the reason: of them nothing is known. */
  readonly failed: readonly { readonly name: string; readonly reason: string }[];
  /** States that this server or the extension cannot have, with the reason. */
  readonly leftOut: readonly { readonly name: string; readonly reason: string }[];
}

export interface Totals {
  readonly faults: number;
  readonly recognised: number;
  readonly healthy: number;
  readonly falseAlarms: number;
  readonly remaining: number;
  /** Faults whose finding's remedy was carried out, of them those that it mended, and of those the ones that took more
   * than its statements. */
  readonly remedies: number;
  readonly mended: number;
  readonly byHand: number;
  readonly failed: number;
}

export function totalsOf({ results, failed }: KindResults): Totals {
  const faults = results.filter(({ kind }) => kind === 'fault');
  const tried = results.flatMap(({ remedy }) => (remedy === undefined || remedy.kind === 'leftOut' ? [] : [remedy]));
  const count = (list: (result: LabResult) => readonly string[]) =>
    results.reduce((sum, result) => sum + list(result).length, 0);
  return {
    faults: faults.length,
    recognised: faults.filter(({ missed }) => missed.length === 0).length,
    healthy: results.length - faults.length,
    falseAlarms: count(({ falseAlarms }) => falseAlarms),
    remaining: count(({ remaining }) => remaining),
    remedies: tried.length,
    mended: tried.filter(({ kind }) => kind === 'mended').length,
    byHand: tried.filter((remedy) => remedy.kind === 'mended' && remedy.by === 'hand').length,
    failed: failed.length,
  };
}

/** Whether everything was named and nothing was said wrongly; nothing tried is not a success. */
export const isPerfect = (kind: KindResults): boolean =>
  kind.results.length > 0 && kind.failed.length === 0 && kind.results.every(isRight);

function verdict(result: LabResult): string {
  if (isRight(result)) return result.kind === 'fault' ? 'named' : 'quiet';
  const parts = [
    result.missed.length > 0 ? 'MISSED' : '',
    result.falseAlarms.length > 0 ? 'FALSE ALARM' : '',
    result.remaining.length > 0 ? 'STAYS AFTER HEALING' : '',
    result.remedy?.kind === 'failed' ? 'REMEDY DOES NOT MEND' : '',
  ];
  return parts.filter((part) => part !== '').join(', ');
}

const remedyWords = { statements: 'mended', hand: 'by hand' } as const;

/** How the remedy of the state's finding was carried out. */
function shownRemedy({ remedy }: LabResult): string {
  if (remedy === undefined) return '-';
  return remedy.kind === 'mended' ? remedyWords[remedy.by] : remedy.kind === 'failed' ? 'FAILED' : 'left out';
}

/** One line per state, with totals. */
export function renderResults(kind: KindResults): string {
  const rows = kind.results.map((result) => [
    result.name,
    result.expected.join(' + ') || 'nothing',
    result.named.map((each) => each.replace(/^\w+ /, '')).join(', ') || '-',
    [
      ...result.explained.map((each) => `follows: ${each}`),
      ...result.falseAlarms,
      ...result.missed,
      ...result.remaining.map((each) => `stays: ${each}`),
      ...(result.remedy === undefined || result.remedy.kind === 'mended' ? [] : [`remedy: ${result.remedy.reason}`]),
    ].join('; ') || '-',
    verdict(result),
    shownRemedy(result),
  ]);
  const table = [['state', 'expected', 'named', 'other findings', 'verdict', 'remedy'], ...rows];
  // The verdict comes early: the long columns last, so that no line has to be padded to the longest of all.
  const order = [0, 4, 5, 1, 2, 3];
  const widths = order.map((column) => Math.min(60, Math.max(...table.map((row) => row[column]!.length))));
  const lines = table.map((row) =>
    order
      .map((column, index) => row[column]!.padEnd(widths[index]!))
      .join('  ')
      .trimEnd(),
  );
  const totals = totalsOf(kind);
  const recall = totals.faults === 0 ? '-' : `${Math.floor((100 * totals.recognised) / totals.faults)} %`;
  return [
    `${kind.server.name} (${kind.server.version})`,
    ...lines,
    ...kind.failed.map(({ name, reason }) => `NOT TRIED  ${name}: ${reason}`),
    ...kind.leftOut.map(({ name, reason }) => `left out  ${name}: ${reason}`),
    `${totals.recognised} of ${totals.faults} faults named (${recall}), ${totals.healthy} healthy fleets, ` +
      `${totals.falseAlarms} false alarms, ${totals.remaining} findings left after healing, ${totals.failed} not tried`,
    `${totals.mended} of ${totals.remedies} remedies mended what they are for, ${totals.byHand} of them with work by hand`,
    '',
  ].join('\n');
}
