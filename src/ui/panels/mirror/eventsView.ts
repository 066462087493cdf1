import type { SeenEvent, WatchState } from '../../../app/mirrorWatch';
import type { MirrorView } from '../../../core/fleetView';
import { placeOf } from '../../../core/findings/mirrorFacts';
import { eventJudge, type EventFate } from '../../../core/mirror/judgeEvent';
import { formatCount } from '../../../core/words';
import type { WatchedEvents } from '../../../protocol/mirrorPanel';
import { t } from '../../../core/l10n';

/** Fewer than this say nothing about what is usual. */
const fewestEvents = 5;

/** What was heard of the source, each event with what becomes of it. */
export function toWatchedEvents({ spec, distance }: MirrorView, watch: WatchState): WatchedEvents {
  const judge = eventJudge(spec);
  const rows = watch.events.map((event) => {
    const { index, action, key, seenAt } = event;
    return { index, action, key, seenAt, ...judge(event, distance.replicatedIndex) };
  });
  const summary = rows.length < fewestEvents ? undefined : summaryOf(rows, spec.sourcePrefix);
  const indexWord = spec.api === 'v2' ? t`Index` : t`Revision`;
  return { indexWord, ...phaseOf(spec, watch), ...(summary === undefined ? {} : { summary }), rows };
}

function phaseOf(
  spec: MirrorView['spec'],
  { phase, scope, jumped }: WatchState,
): Pick<WatchedEvents, 'phase' | 'words'> {
  const place = placeOf(spec.source);
  switch (phase.kind) {
    case 'stopped':
      return { phase: 'paused', words: t`Paused: the source is not asked for its events.` };
    case 'starting':
      return { phase: 'starting', words: t`Asking ${place} for its last events…` };
    case 'failed':
      return {
        phase: 'failed',
        words: t`The source tells nothing now: ${phase.failure.text} It is asked again in 10 s.`,
      };
    case 'watching': {
      const what = spec.api === 'v3' || scope === 'prefix' ? `\`${spec.sourcePrefix}\`` : t`the whole keyspace`;
      const narrow = scope === 'prefix' ? t` The account may not see the rest, which uses up the window unseen.` : '';
      const left = jumped === 0 ? '' : t` ${formatCount(jumped, 'event')} were left out: more come than anybody reads.`;
      return { phase: 'watching', words: t`Watching ${what} of ${place}.${narrow}${left}` };
    }
  }
}

type Judged = Pick<SeenEvent, 'key'> & { readonly fate: EventFate };

/** The incident in one sentence: who uses up the window. */
function summaryOf(rows: readonly Judged[], sourcePrefix: string): string {
  const of = (fate: EventFate) => rows.filter((row) => row.fate === fate);
  const [outside, skipped] = [of('outside'), of('skipped')];
  const last = t`Of the last ${rows.length} events`;
  const skippedWords =
    skipped.length === 0 ? '' : t` ${formatCount(skipped.length, 'was', 'were')} of kinds that etcd-mirror skips.`;
  if (outside.length * 2 >= rows.length) {
    const busiest = busiestDirectory(outside.map(({ key }) => key));
    const where =
      busiest === undefined
        ? ''
        : t`, ${busiest.count === outside.length ? t`all` : busiest.count} below \`${busiest.directory}\``;
    return t`${last}, ${outside.length} were not under \`${sourcePrefix}\`${where}: they use up the window.${skippedWords}`;
  }
  const copied = of('mirrored').length + of('waiting').length;
  return t`${last}, ${copied} ${copied === 1 ? t`is` : t`are`} copied.${skippedWords}`;
}

/** The deepest directory that holds most of the keys; undefined: they are scattered. */
function busiestDirectory(keys: readonly string[]): { readonly directory: string; readonly count: number } | undefined {
  const counts = new Map<string, number>();
  for (const key of keys) {
    for (let end = key.lastIndexOf('/'); end > 0; end = key.lastIndexOf('/', end - 1)) {
      const directory = key.slice(0, end);
      counts.set(directory, (counts.get(directory) ?? 0) + 1);
    }
  }
  let best: { readonly directory: string; readonly count: number } | undefined;
  for (const [directory, count] of counts) {
    if (count < keys.length * 0.6) continue;
    if (best === undefined || directory.length > best.directory.length) best = { directory, count };
  }
  return best;
}
