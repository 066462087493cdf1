import type { FleetLogic } from '../core/fleetLogic';
import type { EtcdMirrorSpec } from '../core/inventory/model';
import type { Finish } from '../core/mirror/comparison';
import type { MirrorComparison, Standstill } from '../core/mirror/model';
import type { EtcdFailure, MirrorReading } from '../core/mirror/reading';
import { failed, ok, type Outcome } from '../core/outcome';
import type { Clock, MirrorContents, MirrorReader, MirrorSide } from '../ports';
import { pause } from './pause';
import { t } from '../core/l10n';

export interface CompareOptions {
  readonly spec: EtcdMirrorSpec;
  readonly reader: MirrorReader;
  readonly logic: FleetLogic['mirror'];
  readonly clock: Clock;
  /** Of each side. */
  readonly maxBytes: number;
  /** For each of the at most two looks. */
  readonly deadlineMs: number;
  readonly onProgress?: (progress: CompareProgress) => void;
}

export interface CompareProgress {
  readonly look: 'first' | 'second';
  /** Of both sides together. */
  readonly bytes: number;
}

/** Why the contents could not be compared, and on which side. */
export interface CompareFailure {
  readonly side: MirrorSide;
  readonly failure: EtcdFailure;
}

/** A mirror applies within milliseconds what it can apply: what still differs after this stays. */
const settleMs = 1_000;

/**
 * Compares the contents of both sides under the prefixes. Where they differ it looks twice, for the two sides are read
 * at two moments. Never rejects for what a server does; ends by the deadlines and at the abort.
 */
export async function compareMirror(
  options: CompareOptions,
  signal: AbortSignal,
): Promise<Outcome<MirrorComparison, CompareFailure>> {
  const { spec, reader, logic, clock } = options;
  const look = async (which: CompareProgress['look']) => {
    // Before the contents: a change beyond this index may be on its way and is no drift. The first look only finds what
    // differs at all.
    const replicatedIndex =
      which === 'first' ? undefined : replicatedIndexOf(logic, spec, await reader.read(spec, undefined, signal));
    const bytes = { source: 0, destination: 0 };
    const [source, destination] = await Promise.all(
      (['source', 'destination'] as const).map((side) =>
        reader.readContents(
          spec,
          side,
          {
            maxBytes: options.maxBytes,
            deadlineMs: options.deadlineMs,
            onBytes: (count) => {
              bytes[side] = count;
              options.onProgress?.({ look: which, bytes: bytes.source + bytes.destination });
            },
          },
          signal,
        ),
      ),
    );
    return { replicatedIndex, source, destination };
  };

  const first = await look('first');
  const contents = bothOf(first.source, first.destination);
  if (contents.kind === 'failed') return contents;
  const compared = logic.firstComparison(spec, contents.value.source.contents, contents.value.destination.contents);
  const { requests } = contents.value;
  const sourceIndex = contents.value.source.index;
  const finish = { requests, sourceIndex, at: new Date(clock.now()).toISOString() };
  if (compared.differences.length === 0) {
    return ok(logic.finishComparison(spec, compared, { ...finish, ...(await beside(options, signal)) }));
  }

  await pause(clock, settleMs, signal);
  const second = await look('second');
  const again = bothOf(second.source, second.destination);
  if (again.kind === 'failed') return again;
  const { replicatedIndex } = second;
  const [source, destination] = [again.value.source.contents, again.value.destination.contents];
  const comparedAgain = logic.firstComparison(spec, source, destination);
  const standstill = logic.standstillOf(spec, source, destination, logic.stayingOf(compared, comparedAgain));
  return ok(
    logic.finishComparison(spec, compared, {
      ...finish,
      sourceIndex: again.value.source.index,
      at: new Date(clock.now()).toISOString(),
      again: comparedAgain,
      ...(replicatedIndex === undefined ? {} : { replicatedIndex }),
      ...(await beside(options, signal)),
      ...(standstill === undefined ? {} : await compacted(options, standstill, signal)),
    }),
  );
}

/** Whether the source still has what the mirror needs next, as only a watch from there on can tell. */
async function compacted(
  { spec, reader }: CompareOptions,
  standstill: Standstill,
  signal: AbortSignal,
): Promise<{ readonly compacted?: NonNullable<MirrorComparison['compacted']> }> {
  // The answer is there at once: the event itself, or that it is gone.
  const question = { from: standstill.revision, scope: 'prefix', waitMs: settleMs } as const;
  const events = await reader.readEvents(spec, question, signal);
  if (events.kind === 'failed' || events.value.compacted === undefined) return {};
  const { revision: compactRevision, request } = events.value.compacted;
  return { compacted: { ...standstill, compactRevision, request } };
}

/** What explains a difference, and why it cannot be mended: one request to each side. */
async function beside(
  { spec, reader }: CompareOptions,
  signal: AbortSignal,
): Promise<Pick<Finish, 'skippedActions' | 'destinationReadOnly'>> {
  const [skippedActions, destinationReadOnly] = await Promise.all([
    reader.readSkippedActions(spec, signal),
    reader.readWriteRefusal(spec, signal),
  ]);
  return { skippedActions, destinationReadOnly };
}

type Side = Outcome<MirrorContents, EtcdFailure> | undefined;

function bothOf(
  source: Side,
  destination: Side,
): Outcome<
  { readonly source: MirrorContents; readonly destination: MirrorContents; readonly requests: readonly string[] },
  CompareFailure
> {
  if (source?.kind !== 'ok') return failed({ side: 'source', failure: source?.reason ?? nothing });
  if (destination?.kind !== 'ok') return failed({ side: 'destination', failure: destination?.reason ?? nothing });
  return ok({
    source: source.value,
    destination: destination.value,
    requests: [source.value.request, destination.value.request],
  });
}

const nothing: EtcdFailure = { reason: 'other', text: t`Nothing was read.` };

function replicatedIndexOf(
  logic: FleetLogic['mirror'],
  spec: EtcdMirrorSpec,
  reading: MirrorReading,
): number | undefined {
  const { destination } = logic.toMirrorSnapshot(reading, spec);
  const key = destination.kind === 'read' ? destination.value.indexKey : undefined;
  return key?.kind === 'read' ? key.index : undefined;
}
