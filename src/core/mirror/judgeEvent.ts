import type { EtcdMirrorSpec } from '../inventory/model';
import { directoryOf, ignorePattern } from './keys';
import type { SourceEvent } from './sourceEvents';
import { t } from '../l10n';

/** What becomes of an event of the source. */
export type EventFate =
  /** The mirror copies it, and its index is past it (v3: or will be). */
  | 'mirrored'
  /** The mirror copies it, and has not come to it at the last reading. */
  | 'waiting'
  /** The mirror is told of it and does nothing: the copy differs from now on. */
  | 'skipped'
  /** The inventory's pattern leaves it out; the index advances. */
  | 'ignored'
  /** Not under the prefix: the mirror is not told of it, and the window is used up all the same. */
  | 'outside';

export interface EventVerdict {
  readonly fate: EventFate;
  /** One sentence. */
  readonly why: string;
}

const copiedActions: ReadonlySet<string> = new Set(['create', 'compareAndSwap', 'set', 'delete', 'expire']);

type JudgedSpec = Pick<EtcdMirrorSpec, 'api' | 'sourcePrefix' | 'ignoreKeys'>;

/** How the events of a mirror's source are to be understood; the pattern is compiled once. */
export function eventJudge(
  spec: JudgedSpec,
): (event: SourceEvent, replicatedIndex: number | undefined) => EventVerdict {
  const isIgnored = ignorePattern(spec.ignoreKeys);
  return spec.api === 'v3'
    ? (event) => judgeV3(spec, event)
    : (event, replicatedIndex) => judgeV2(spec, event, isIgnored, replicatedIndex);
}

function judgeV2(
  { sourcePrefix }: JudgedSpec,
  { key, action, index }: SourceEvent,
  isIgnored: (key: string) => boolean,
  replicatedIndex: number | undefined,
): EventVerdict {
  const directory = directoryOf(sourcePrefix);
  if (key !== directory && !key.startsWith(`${directory}/`)) {
    return {
      fate: 'outside',
      why: t`Not under \`${sourcePrefix}\`: it uses up the window, and the mirror is not told.`,
    };
  }
  const isPast = replicatedIndex !== undefined && index <= replicatedIndex;
  if (isIgnored(key)) {
    return { fate: 'ignored', why: t`The pattern of ignored keys matches: not copied, and the index moves on.` };
  }
  if (!copiedActions.has(action)) {
    return {
      fate: 'skipped',
      why: t`etcd-mirror does not know \`${action}\`: not copied, and the index moves on. The two sides may differ now.`,
    };
  }
  if (replicatedIndex === undefined)
    return { fate: 'mirrored', why: t`Of a kind that is copied; how far is not known.` };
  return isPast
    ? { fate: 'mirrored', why: t`The replicated index, ${replicatedIndex}, is past it.` }
    : { fate: 'waiting', why: t`The replicated index was ${replicatedIndex} at the last reading.` };
}

function judgeV3({ sourcePrefix }: JudgedSpec, { key, hasLease }: SourceEvent): EventVerdict {
  if (!key.startsWith(sourcePrefix)) {
    return { fate: 'outside', why: t`Not under \`${sourcePrefix}\`: make-mirror is not told of it.` };
  }
  return {
    fate: 'mirrored',
    why: hasLease === true ? t`Copied without its lease: the copy stays.` : t`Copied; make-mirror does not say when.`,
  };
}
