import type { Finding } from '../core/findings/finding';
import type { EventFate } from '../core/mirror/judgeEvent';
import type { DriftItem } from '../core/mirror/model';
import type { State } from '../core/report';

/**
 * Messages between the extension and the panel of an etcd mirror, in the manner of the replication panel: the panel
 * asks first, states are complete, and every request is answered.
 */

export interface MirrorSubject {
  readonly kind: 'mirror';
  readonly name: string;
}

export type MirrorPanelRequest =
  | { readonly kind: 'refresh' }
  | { readonly kind: 'copy'; readonly text: string }
  | { readonly kind: 'copyTicket' }
  /** Compares the contents, with progress that can be cancelled; answered when it has ended. */
  | { readonly kind: 'compare' }
  /** The states that follow list the keys that contain this text, in any case. */
  | { readonly kind: 'filterDrift'; readonly filter: string }
  /** Opens both values of a key side by side. `key` is the destination's name. */
  | { readonly kind: 'openDiff'; readonly key: string }
  /** Whether the source is watched while the panel is seen. */
  | { readonly kind: 'watch'; readonly on: boolean }
  /** Plans the runbook for this mirror. */
  | { readonly kind: 'planRunbook'; readonly id: string };

/** A section that can be scrolled to from outside. */
export type MirrorPanelSection = 'drift';

export type ToMirrorPanel =
  | { readonly kind: 'state'; readonly state: MirrorPanelState; readonly sentAt: string }
  | { readonly kind: 'events'; readonly events: WatchedEvents }
  | { readonly kind: 'reveal'; readonly section: MirrorPanelSection };

export type MirrorPanelAnswer = { readonly kind: 'done' } | { readonly kind: 'failed'; readonly message: string };

export interface MirrorPanelState {
  readonly subject: MirrorSubject;
  readonly title: string;
  readonly state: State;
  /** One sentence that says how it stands. */
  readonly summary: string;
  readonly production: boolean;
  readonly facts: readonly LabelledText[];
  /** ISO 8601, UTC, of the reading; undefined: never read. */
  readonly at?: string;
  readonly reading: boolean;
  readonly source: MirrorEnd;
  readonly destination: MirrorEnd;
  readonly gauge: Gauge;
  /** What the figures are: rates, or no more than counts of keys. */
  readonly figuresHeading: string;
  readonly figures: readonly LabelledText[];
  readonly history: GapHistory;
  /** Worst first. */
  readonly findings: readonly Finding[];
  /** What can be planned for this mirror; those that a finding names first. */
  readonly runbooks: readonly RunbookOffer[];
  readonly process: ProcessWords;
  readonly contents: ContentsView;
}

export interface LabelledText {
  readonly label: string;
  /** With its unit, or `unknown`. */
  readonly value: string;
  /** How it was measured, for the tooltip. */
  readonly how?: string;
}

/** One side: where it is, what of it is mirrored, and how far it is. */
export interface MirrorEnd {
  readonly place: string;
  readonly prefix: string;
  readonly index: LabelledText;
}

/** The budget: how much of what etcd remembers is used up. */
export type Gauge =
  | {
      readonly kind: 'window';
      readonly events: number;
      /** Never negative, and may be more than `events`. */
      readonly used: number;
      /** Negative: lost. */
      readonly left: number;
      /** Where it will be in ten minutes at the present rate; undefined: unknown, or not more than now. */
      readonly soon?: number;
      readonly level: 'calm' | 'spent' | 'urgent' | 'lost';
      /** `Lost in 8 min 20 s`, `The window is lost`, `Gap not growing`. */
      readonly leftWords: string;
      /** What that is built on, one sentence. */
      readonly why: string;
    }
  /** There is none, or it is not known. */
  | { readonly kind: 'none'; readonly why: string };

export interface GapHistory {
  /** Seconds since the epoch, rising; and the gap, null where it was unknown. Equally long. */
  readonly at: readonly number[];
  readonly gaps: readonly (number | null)[];
  readonly windowEvents: number;
}

export interface RunbookOffer {
  readonly id: string;
  readonly title: string;
  /** Id of the finding that names it. */
  readonly finding?: string;
}

/** What the mirror process says of itself, and what that is worth. */
export interface ProcessWords {
  readonly state: 'runs' | 'down' | 'unknown' | 'notAsked';
  /** `etcdmirror_lag -1` */
  readonly measured?: string;
  readonly source?: string;
  readonly at?: string;
  readonly words: string;
}

export type ContentsView =
  | { readonly kind: 'notCompared'; readonly words: string }
  | {
      readonly kind: 'compared';
      readonly at: string;
      readonly summary: string;
      /** Keys that differ, all in all. */
      readonly total: number;
      /** Of those that are listed, how many contain the filter's text. */
      readonly matching: number;
      readonly filter: string;
      /** At most `mostRows`. */
      readonly rows: readonly DriftRow[];
    };

/** Sizes, not values: those are shown by the diff editor. */
export interface DriftRow {
  readonly key: string;
  readonly destinationKey: string;
  readonly kind: DriftItem['kind'];
  /** `42 B`; undefined: that side does not have it. */
  readonly sourceSize?: string;
  readonly destinationSize?: string;
  readonly why: string;
}

export interface WatchedEvents {
  /** How etcd calls the number of an event: `Index` or `Revision`. */
  readonly indexWord: string;
  readonly phase: 'starting' | 'watching' | 'failed' | 'paused';
  /** What is watched, or why it is not. */
  readonly words: string;
  /** What most of the events are; undefined: too few to tell. */
  readonly summary?: string;
  /** Newest first. */
  readonly rows: readonly EventRow[];
}

export interface EventRow {
  readonly index: number;
  readonly action: string;
  readonly key: string;
  readonly fate: EventFate;
  readonly why: string;
  /** ISO 8601, UTC: when it was heard of. */
  readonly seenAt: string;
}
