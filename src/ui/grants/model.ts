import type { KnownGrants } from '../../app/grantStore';
import type { PlacedNote } from '../../core/grants/placeItems';
import type { StatementGroup, StatementReview, TemplateReview } from '../../core/grants/reviewTemplate';
import { formatAge, formatCount } from '../../core/words';
import { t } from '../../core/l10n';

/** What is known of the instances of one template, besides the review itself. */
export interface ReadState {
  readonly known: (key: string) => KnownGrants | undefined;
  readonly isReading: (key: string) => boolean;
  readonly mayConnect: boolean;
  readonly nowMs: number;
}

export interface LensWords {
  readonly title: string;
  readonly tooltip: string;
  /** What a click does. `diff`: side by side with `instance`. */
  readonly action: 'read' | 'diff' | 'none';
  readonly instance?: string;
}

const stateWords: Readonly<Record<StatementGroup['state'], string>> = {
  missing: t`✗ missing on`,
  differs: t`✗ differs on`,
  notCompared: t`○ not compared on`,
  match: '✓',
};

/** The line above a statement: its state over all instances of the template. */
export function statementLens({ groups }: StatementReview, review: TemplateReview, state: ReadState): LensWords {
  const total = review.instances.length;
  const read = groups.reduce((sum, { instances }) => sum + instances.length, 0);
  const [first] = review.instances;
  if (read === 0) return unreadLens(review, state);
  const matching = groups.filter((group) => group.state === 'match').flatMap(({ instances }) => instances);
  const differing = groups.filter((group) => group.state === 'missing' || group.state === 'differs');
  const open = groups.filter((group) => group.state === 'notCompared');
  const rest = read < total ? t` · ${formatCount(total - read, 'instance')} not read` : '';
  const [worst] = [...differing, ...open];
  if (worst === undefined) {
    return {
      title: t`✓ ${matching.length} of ${formatCount(total, 'instance')}${rest}`,
      tooltip: t`As the template says on ${listKeys(matching)}. A click shows both sides.`,
      action: 'diff',
      ...(matching[0] !== undefined && { instance: matching[0] }),
    };
  }
  const concerned = (differing.length > 0 ? differing : open).flatMap(({ instances }) => instances);
  const instance = concerned[0] ?? first;
  const reason = worst.notes.find(({ verdict }) => verdict === 'notCompared')?.reason;
  const everywhere = worst.state === 'notCompared' && matching.length === 0 && open.length === 1;
  return {
    title: everywhere
      ? t`○ not compared: ${shorten(lowerFirst(reason ?? t`not told`))}${rest}`
      : `${stateWords[worst.state]} ${listKeys(concerned, 1)}${countNotes(worst)}${rest}`,
    tooltip: groups.map((group) => `${wordOf(group.state)}: ${listKeys(group.instances)}`).join('\n'),
    action: 'diff',
    ...(instance !== undefined && { instance }),
  };
}

function unreadLens({ instances }: TemplateReview, state: ReadState): LensWords {
  const failures = instances.flatMap((key) => {
    const failure = state.known(key)?.failure;
    return failure ? [{ key, text: failure.text }] : [];
  });
  const [failure] = failures;
  if (!state.mayConnect) {
    const tooltip = t`Nothing connects to hosts that only a workspace without trust names.`;
    return { title: t`? not read: the workspace is not trusted`, tooltip, action: 'none' };
  }
  if (instances.some(state.isReading)) return { title: '? reading', tooltip: listKeys(instances), action: 'none' };
  if (failure !== undefined) {
    return {
      title: t`? ${listKeys(
        failures.map(({ key }) => key),
        1,
      )} not read · Try again`,
      tooltip: failures.map(({ key, text }) => `${key}: ${text}`).join('\n'),
      action: 'read',
    };
  }
  return {
    title: instances.length === 0 ? t`? no primary known yet · Read now` : t`? not read yet · Read now`,
    tooltip: instances.length === 0 ? t`The fleet is read first.` : t`Reads the grants of ${listKeys(instances)}.`,
    action: 'read',
  };
}

/** The line above the whole file: how old what it is compared with is. Undefined: nothing was read. */
export function fileLens({ instances, extras }: TemplateReview, state: ReadState): LensWords | undefined {
  const read = instances.flatMap((key) => {
    const at = state.known(key)?.readAtMs;
    return at === undefined ? [] : [{ key, at }];
  });
  if (read.length === 0) return undefined;
  const oldest = Math.min(...read.map(({ at }) => at));
  const failed = instances.filter((key) => state.known(key)?.failure !== undefined);
  const times = instances.map((key) => {
    const known = state.known(key);
    const time = known?.readAtMs === undefined ? t`not read` : t`read at ${utcTime(known.readAtMs)}`;
    return `${key}: ${time}${known?.failure === undefined ? '' : t`; the last try failed: ${known.failure.text}`}`;
  });
  const more = [...extras].map(([label, keys]) => t`Only on ${listKeys(keys)}: ${label}`);
  const reading = instances.some(state.isReading);
  return {
    title: [
      t`${formatCount(read.length, 'instance')}, read ${formatAge((state.nowMs - oldest) / 1000)}`,
      ...(failed.length > 0 ? [t`last try failed on ${listKeys(failed, 1)}`] : []),
      reading ? t`Reading` : t`Read again`,
    ].join(' · '),
    tooltip: [...times, ...more].join('\n'),
    action: reading ? 'none' : 'read',
  };
}

export interface DiagnosticWords {
  readonly start: number;
  readonly end: number;
  readonly message: string;
}

/** One per difference, whichever instances have it. What could not be compared is no difference. */
export function differences({ statements }: TemplateReview): readonly DiagnosticWords[] {
  const found = new Map<string, { note: PlacedNote; keys: string[] }>();
  for (const { groups } of statements) {
    for (const { instances, notes } of groups) {
      for (const note of notes) {
        if (note.verdict === 'notCompared' || note.verdict === 'redundant') continue;
        const id = JSON.stringify([note.start, note.end, note.account, note.text]);
        const entry = found.get(id) ?? { note, keys: [] };
        entry.keys.push(...instances.filter((key) => !entry.keys.includes(key)));
        found.set(id, entry);
      }
    }
  }
  return [...found.values()].map(({ note: { start, end, account, text }, keys }) => ({
    ...{ start, end },
    message: `On ${listKeys(keys, 2)}, ${account} ${text}.`,
  }));
}

/** Instances on which this statement is not as the template says, outliers first. */
export function outliers({ groups }: StatementReview): readonly string[] {
  return groups.filter(({ state }) => state === 'missing' || state === 'differs').flatMap(({ instances }) => instances);
}

export interface HoverLinks {
  readonly diff: (key: string) => string;
  readonly fix: (key: string) => string;
}

/** Accounts, instances, expected and actual, as Markdown; every text of a server or a file stands as code. */
export function statementHover(statement: StatementReview, state: ReadState, links: HoverLinks): string {
  const { accounts, groups } = statement;
  const parts = groups.map((group) => {
    const [key = ''] = group.instances;
    const bad = group.state === 'missing' || group.state === 'differs';
    const actions = bad
      ? t` — [Side by side](${links.diff(key)}) · [SQL that would make it match](${links.fix(key)})`
      : '';
    const lines = group.notes.map(
      ({ account, text, expected, actual, verdict }) =>
        `- ${code(account)} ${verdict === 'different' ? t`expected ${code(expected ?? '')}, actual ${code(actual ?? '')}` : code(text)}`,
    );
    const listed = group.notes.length === 0 && group.state === 'missing' ? [] : lines;
    return [
      `${symbols[group.state]} **${wordOf(group.state)}**: ${group.instances.map(code).join(', ')}${actions}`,
      ...listed,
    ].join('\n');
  });
  const ages = groups.flatMap(({ instances }) => instances).flatMap((key) => state.known(key)?.readAtMs ?? []);
  const oldest = Math.min(...ages);
  return [
    accounts.map(code).join(', '),
    ...(parts.length === 0 ? [t`Not compared with any server yet.`] : parts),
    ...(ages.length === 0 ? [] : [t`Read ${formatAge((state.nowMs - oldest) / 1000)}, at ${utcTime(oldest)}.`]),
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}

const symbols: Readonly<Record<StatementGroup['state'], string>> = {
  missing: '✗',
  differs: '✗',
  notCompared: '○',
  match: '✓',
};

function wordOf(state: StatementGroup['state']): string {
  return { missing: t`Missing`, differs: t`Differs`, notCompared: t`Not compared`, match: t`As the template says` }[
    state
  ];
}

/** `, 2 missing, 1 extra` where there is more than one thing to say. */
function countNotes({ state, notes }: StatementGroup): string {
  if (state !== 'differs') return '';
  const counts = (['missing', 'extra', 'different'] as const).flatMap((verdict) => {
    const count = notes.filter((note) => note.verdict === verdict).length;
    return count === 0 ? [] : [`${count} ${verdict}`];
  });
  return counts.length === 0 ? '' : `, ${counts.join(', ')}`;
}

/** `a`, `a and b`, `a and 3 more`. */
function listKeys(keys: readonly string[], shown = 6): string {
  if (keys.length <= shown)
    return keys.length < 2 ? (keys[0] ?? '') : t`${keys.slice(0, -1).join(', ')} and ${keys.at(-1) ?? ''}`;
  return t`${keys.slice(0, shown).join(', ')} and ${keys.length - shown} more`;
}

function shorten(text: string): string {
  return text.length <= 70 ? text : `${text.slice(0, 69)}…`;
}

function lowerFirst(text: string): string {
  return /^[A-Z][a-z]/.test(text) ? `${text.slice(0, 1).toLowerCase()}${text.slice(1)}` : text;
}

function utcTime(ms: number): string {
  return `${new Date(ms).toISOString().slice(11, 19)} UTC`;
}

/** A code span that the text cannot leave. Blanks inside it would show: only where a backtick needs one. */
function code(text: string): string {
  const fence = '`'.repeat(1 + Math.max(0, ...[...text.matchAll(/`+/g)].map(([run]) => run.length)));
  const line = text.replace(/\s+/g, ' ').trim();
  const pad = line === '' || line.startsWith('`') || line.endsWith('`') ? ' ' : '';
  return `${fence}${pad}${line}${pad}${fence}`;
}
