import { type Finding } from '../../src/core/findings/finding';
import { t } from '../../src/core/l10n';

/** Rows for the clipboard. The first row is the heading. */
export type CopyRow = readonly (string | null)[];

/** For a spreadsheet: no tab or line feed may leave its cell. NULL stays the word NULL. */
export function toTsv(rows: readonly CopyRow[]): string {
  return rows.map((row) => row.map((cell) => (cell ?? 'NULL').replace(/[\t\r\n]+/g, ' ')).join('\t')).join('\n');
}

export function toMarkdown(rows: readonly CopyRow[]): string {
  const [heading = [], ...body] = rows;
  const line = (row: CopyRow): string =>
    `| ${row.map((cell) => (cell ?? 'NULL').replace(/[\\|`<]/g, (special) => `\\${special}`).replace(/[\r\n]+/g, ' ')).join(' | ')} |`;
  return [line(heading), `|${heading.map(() => '---|').join('')}`, ...body.map(line)].join('\n');
}

/** A finding as plain text, for a chat. */
export function findingText({ severity, title, subject, connection, evidence, remedy, avoid, id }: Finding): string {
  const named = connection === undefined || connection === '' ? '' : t`, connection ${connection}`;
  return [
    `${severity}: ${title} (${subject}${named}; ${id})`,
    ...evidence.map(({ measured, source, at }) => `- ${measured} (${source}, ${at})`),
    `Do: ${remedy}`,
    ...(avoid === undefined ? [] : [`✗ ${avoid}`]),
  ].join('\n');
}
