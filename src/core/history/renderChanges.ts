import { code } from '../findings/phrase';
import { t } from '../l10n';
import { literal } from '../markdown';
import { redact } from '../redact';
import { formatCount } from '../words';
import type { ChangesBetween, Difference, ToldChange } from './changesBetween';
import { partsOf, type Span } from './model';

export interface ChangesContext {
  /** `the whole fleet`, `cluster s1`, `db1108.eqiad.wmnet:3351`. */
  readonly about: string;
  readonly span: Span;
  /** False: until now. */
  readonly hasEnd: boolean;
  /** An instant in the words of whoever reads: `02:13:20`, `2026-11-28 22:10:05`. */
  readonly say: (ms: number) => string;
  /** `UTC+01:00` */
  readonly zone: string;
  /** How a subject is called on screen. */
  readonly nameOf: (subject: string) => string;
}

/** More rows than this are read by nobody; the newest matter most. */
const shownRows = 1000;
/** Where a change is known to have been between two looks so far apart, both are named. */
const exactMs = 120_000;
const shownNames = 12;

/** What has changed between two moments, as a document. */
export function renderChanges(between: ChangesBetween, context: ChangesContext): string {
  const { about, span, hasEnd, say, zone } = context;
  const title = hasEnd
    ? t`What changed between ${say(span[0])} and ${say(span[1])}: ${literal(about)}`
    : t`What changed since ${say(span[0])}: ${literal(about)}`;
  return `${redact(
    [
      `# ${title}`,
      summary(between, context),
      ...known(between, context),
      ...differences(between, context),
      ...findings(between, context),
      ...timeline(between, context),
      t`Times are of ${zone}. A change is known to lie between the look at which it was seen and the one before; where those are more than two minutes apart, both are named.`,
    ].join('\n\n'),
  )}\n`;
}

function summary({ changes, knownFromMs }: ChangesBetween, { nameOf }: ChangesContext): string {
  if (knownFromMs === undefined)
    return t`**Nothing is known of this time.** History begins with the first reading, and is kept for a day.`;
  if (changes.length === 0) return t`**Nothing has changed** in what was looked at.`;
  const names = [...new Set(changes.map(({ subject }) => subject))].map((subject) => literal(nameOf(subject)));
  const came = changes.filter(({ fact, from, to }) => isFinding(fact) && from === undefined && to !== undefined).length;
  const went = changes.filter(({ fact, to }) => isFinding(fact) && to === undefined).length;
  const who =
    names.slice(0, shownNames).join(', ') +
    (names.length > shownNames ? t` and ${names.length - shownNames} more` : '');
  return t`**${formatCount(changes.length, 'change')}** of ${who}. ${formatCount(came, 'finding')} came, ${went} went.`;
}

/** From when on there is history, and when nobody looked: silence about that time is no good news. */
function known(
  { knownFromMs, late, pauses }: ChangesBetween,
  { span, say, nameOf }: ChangesContext,
): readonly string[] {
  const lines: string[] = [];
  if (knownFromMs !== undefined && knownFromMs > span[0])
    lines.push(t`- History begins at ${say(knownFromMs)}: what was before is not known.`);
  const later = late.filter(({ sinceMs }) => sinceMs - (knownFromMs ?? sinceMs) > exactMs);
  if (later.length > 0) {
    const shown = later
      .slice(0, shownNames)
      .map(({ subject, sinceMs }) => t`${literal(nameOf(subject))} from ${say(sinceMs)}`);
    const rest = later.length > shownNames ? t` and ${later.length - shownNames} more` : '';
    lines.push(t`- Known from later on: ${shown.join(', ')}${rest}.`);
  }
  const known = pauses.map(([from, to]): Span => [Math.max(from, knownFromMs ?? from), to]);
  // What begins with the history itself is no pause in it.
  for (const [from, to] of known.filter(([start, end]) => end - start > exactMs).slice(-shownNames)) {
    lines.push(t`- Nobody looked between ${say(from)} and ${say(to)}: what came and went in between is not known.`);
  }
  return lines.length === 0 ? [] : [lines.join('\n')];
}

function differences(
  { differences: all, changes, knownFromMs, late }: ChangesBetween,
  { hasEnd, span, say, nameOf }: ChangesContext,
): readonly string[] {
  if (changes.length === 0) return [];
  const plain = all.filter(({ fact }) => !isFinding(fact));
  const title = hasEnd ? t`Different at ${say(span[1])}` : t`Different now`;
  if (plain.length === 0) return [`## ${title}`, t`All is as it was at the beginning, but for findings.`];
  // How something was before anybody looked is not known: what stands there is how it was found.
  const startMs = Math.max(span[0], knownFromMs ?? span[0]);
  const sinceOf = new Map(late.map(({ subject, sinceMs }) => [subject, sinceMs]));
  const rows = plain.map(({ subject, fact, from, to }) => {
    const sinceMs = sinceOf.get(subject);
    const first = valueWords(from);
    const isLater = sinceMs !== undefined && sinceMs - startMs > exactMs;
    return [
      ...[code(nameOf(subject)), factWords(fact)],
      ...[isLater ? t`${first} (first read ${say(sinceMs)})` : first, valueWords(to)],
    ];
  });
  const start = startMs > span[0] ? t`first read ${say(startMs)}` : t`at ${say(startMs)}`;
  return [`## ${title}`, table(['', '', start, hasEnd ? t`at ${say(span[1])}` : t`now`], rows)];
}

/** Each finding once for each time that it came: when it came and when it went. */
function findings({ changes, differences: all }: ChangesBetween, { say, nameOf }: ChangesContext): readonly string[] {
  const rows: { subject: string; fact: string; what: string; came: string; went: string }[] = [];
  const open = new Map<string, (typeof rows)[number]>();
  for (const change of changes.filter(({ fact }) => isFinding(fact))) {
    const { subject, fact, from, to } = change;
    const id = `${subject}\n${fact}`;
    const before = open.get(id);
    if (to === undefined) {
      if (before === undefined)
        rows.push({ subject, fact, what: from ?? '', came: t`before`, went: instant(change, say) });
      else before.went = instant(change, say);
      open.delete(id);
    } else if (from === undefined) {
      const row = { subject, fact, what: to, came: instant(change, say), went: t`still there` };
      rows.push(row);
      open.set(id, row);
    } else if (before === undefined) {
      const row = { subject, fact, what: `${severityOf(from)} → ${to}`, came: t`before`, went: t`still there` };
      rows.push(row);
      open.set(id, row);
    } else {
      before.what = to;
    }
  }
  if (rows.length === 0) return [];
  const isNew = ({ fact, from }: Difference): boolean => isFinding(fact) && from === undefined;
  const title = t`## Findings: ${all.filter(isNew).length} new, ${all.filter(({ fact, to }) => isFinding(fact) && to === undefined).length} gone`;
  return [
    title,
    table(
      ['', t`finding`, '', t`came`, t`went`],
      rows
        .slice(-shownRows)
        .map(({ subject, fact, what, came, went }) => [
          code(nameOf(subject)),
          factWords(fact),
          valueWords(what),
          came,
          went,
        ]),
    ),
  ];
}

function timeline({ changes }: ChangesBetween, { say, nameOf }: ChangesContext): readonly string[] {
  const plain = changes.filter(({ fact }) => !isFinding(fact));
  if (plain.length === 0) return [];
  const shown = plain.slice(-shownRows);
  const rest = plain.length - shown.length;
  return [
    t`## In the order of time`,
    ...(rest === 0 ? [] : [t`The first ${rest} are left out.`]),
    table(
      [t`when`, '', '', t`before`, t`after`],
      shown.map((change) => [
        instant(change, say),
        code(nameOf(change.subject)),
        factWords(change.fact),
        valueWords(change.from),
        valueWords(change.to),
      ]),
    ),
  ];
}

function instant({ atMs, beforeMs }: ToldChange, say: ChangesContext['say']): string {
  return atMs - beforeMs > exactMs ? `${say(beforeMs)} – ${say(atMs)}` : say(atMs);
}

const isFinding = (fact: string): boolean => fact.startsWith('finding/');
const severityOf = (value: string): string => value.slice(0, value.indexOf(':'));

function kindWords(kind: string): string {
  const words: Readonly<Record<string, string>> = {
    ...{ readOnly: 'read_only', serverId: 'server_id', io: t`IO thread`, sql: t`SQL thread` },
    ...{ state: t`state`, role: t`role`, version: t`version`, source: t`source` },
  };
  return words[kind] ?? kind;
}

function factWords(fact: string): string {
  const { kind, id, connection } = partsOf(fact);
  const what = id === undefined ? literal(kindWords(kind)) : code(id);
  return connection === undefined || connection === '' ? what : t`${what} of ${literal(connection)}`;
}

/** Nothing is a dash: an empty cell looks like an empty text. */
function valueWords(value: string | undefined): string {
  return value === undefined || value === '' ? '–' : literal(value);
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}
