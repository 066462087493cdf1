import type { LinkedMirror } from '../../mirror/model';
import { fromPart, indexEvidence, placeOf } from '../mirrorFacts';
import { code, lines } from '../phrase';
import type { Draft, Explained, MirrorContext, MirrorRule } from '../rule';
import { t } from '../../l10n';

/** A mirror applies an event within milliseconds; one that has waited this long between two readings waits for good. */
const waitingMs = 1_500;

export const mirrorProcess: MirrorRule = {
  scope: 'mirror',
  ids: { 'mirror.processDown': 'critical', 'mirror.stalled': 'critical' },
  // Each of these is why the process is gone or stands still, and says what to do.
  yieldsTo: ['mirror.sameCluster', 'mirror.indexMissing', 'mirror.windowLost'],
  check(context) {
    const down = processDown(context);
    return down.length > 0 ? down : stalled(context);
  },
};

function processDown({ mirror, here }: MirrorContext): readonly Draft[] {
  const { process } = mirror.snapshot;
  // Only a refused connection says that nothing is there; everything else may be the way to it.
  if (process.kind !== 'failed' || process.failure.reason !== 'refused') return [];
  const { headroom } = mirror.distance;
  return [
    {
      id: 'mirror.processDown',
      title: t`The process of the mirror ${here} does not run: nothing listens on its metrics port.`,
      short: t`process is down`,
      evidence: [fromPart(process, process.failure.text), ...indexEvidence(mirror)],
      remedy: lines(
        t`Read the last lines of its log (\`journalctl -u etcdmirror…\`): after a fatal error the unit stays down (exit codes 1 and 2).`,
        headroom === undefined
          ? undefined
          : t`While headroom is left (${headroom} events now) a plain start goes on where it stopped.`,
        t`An action that failed on a key means that the two sides differ there: compare the contents before anything else.`,
      ),
      avoid: t`Do not move its index: it was not connected, so every event since then under the prefix would be lost.`,
    },
  ];
}

function stalled({ mirror, here }: MirrorContext): readonly Draft[] {
  const { source } = mirror.snapshot;
  const { replicatedIndex } = mirror.distance;
  if (source.kind !== 'read' || replicatedIndex === undefined) return [];
  const { waiting } = source.value;
  if (waiting.kind !== 'event' || waiting.index <= replicatedIndex) return [];
  const before = earlierSample(mirror);
  // It was there a reading ago, and the mirror has not moved since.
  if (before === undefined || before.sourceIndex < waiting.index || before.replicatedIndex !== replicatedIndex) {
    return [];
  }
  return [
    {
      id: 'mirror.stalled',
      title: t`The mirror ${here} stands still at ${replicatedIndex} while events under its prefix wait.`,
      short: t`stalled, events are waiting`,
      evidence: [
        fromPart(source, t`event ${waiting.index} (${waiting.action} ${waiting.key}) waits since an earlier reading`),
        ...indexEvidence(mirror),
      ],
      remedy: lines(
        t`Read the log of its process: a hung connection, a destination that refuses writes, a process that is stopped.`,
        t`Restart it while headroom is left (${mirror.distance.headroom ?? 0} events now): it goes on at ${replicatedIndex + 1}.`,
        t`Test that the destination takes writes where the mirror writes: ${code(placeOf(mirror.spec.destination))} may be a read-only proxy.`,
      ),
      avoid: t`Do not trust \`etcdmirror_lag\`: it keeps its last value while the mirror stands still.`,
    },
  ];
}

function earlierSample({ samples }: LinkedMirror): LinkedMirror['samples'][number] | undefined {
  const last = samples.at(-1);
  return samples.findLast(({ atMs }) => last !== undefined && last.atMs - atMs >= waitingMs);
}

export const mirrorProcessExplained: Explained = {
  'mirror.processDown': {
    means: 'The mirror process does not run.',
    when: 'The address under `metrics` refuses connections. Where a lost window or a missing index is why, that is said instead.',
    why: 'A fatal error: an action that failed at the destination, a lost window. systemd does not start it again then.',
  },
  'mirror.stalled': {
    means: 'The mirror does not apply what waits for it.',
    when: 'An event under the prefix that was there a reading ago is not applied, and the replicated index has not moved.',
    why: 'The process hangs or is stopped, or its writes do not come through.',
  },
};
