import { placeOf } from '../findings/mirrorFacts';
import { formatCount } from '../words';
import { apiCheck, stoppedCheck } from './mirrorChecks';
import { partsOf, sshRun, startUnit, stopUnit, unitInputs, unitOf, type Unit } from './mirrorCommands';
import type { MirrorRunbook, MirrorRunbookContext } from './mirrorRunbook';
import type { PlanCheck, ProgramRun } from './plan';
import { t } from '../l10n';

export const reloadMirror: MirrorRunbook = {
  on: 'mirror',
  id: 'mirror.reload',
  title: 'Reload a mirror',
  summary: t`Empties the destination prefix and copies everything anew: safe for the data, felt by its clients.`,
  inputs: [...unitInputs],
  isOffered: (_view, { spec, distance, snapshot, comparison }) => {
    if (spec.api !== 'v2') return false;
    const { headroom, isAhead } = distance;
    const isUsable = snapshot.destination.kind === 'read' && snapshot.destination.value.indexKey.kind === 'read';
    const differs = comparison !== undefined && comparison.missing + comparison.extra + comparison.different > 0;
    return !isUsable || isAhead || differs || headroom === undefined || headroom < 0;
  },
  plan: (context) => {
    const { mirror, target } = context;
    const { spec, comparison } = mirror;
    const unit = unitOf(context);
    const run = reloadRun(context, unit);
    const count = comparison === undefined ? t`all keys` : formatCount(comparison.compared, 'key');
    return {
      checks: [
        apiCheck(mirror, 'v2'),
        commandCheck(context, unit),
        stoppedCheck(mirror, unit !== undefined),
        {
          id: 'clients.away',
          pass: 'unknown',
          mayBeUnknown: true,
          measured: t`only a person can know`,
          needed: t`no client reads ${spec.destinationPrefix} at ${placeOf(spec.destination)} meanwhile`,
          fix: t`They find nothing there, or half of it, until all is copied: point them to ${placeOf(spec.source)} before.`,
        },
      ],
      steps: [
        ...(unit === undefined ? [] : [stopUnit(context, unit)]),
        context.step({
          id: 'reload',
          title: t`Empty ${spec.destinationPrefix} at ${placeOf(spec.destination)} and load it from ${placeOf(spec.source)}`,
          effect: 'destructive',
          runs: run === undefined ? [] : [run],
          verify: t`Compare Contents of a Mirror`,
          expectation: { kind: 'mirrorEqual', key: target.key },
          expected: t`${count} equal on both sides`,
          blastRadius: t`Clients of ${placeOf(spec.destination)} find ${spec.destinationPrefix} empty, then half full, until ${count} are written. It does not end by itself but goes on copying: end it with Ctrl-C once it is equal and its log says "Starting replication", then start the unit.`,
        }),
        ...(unit === undefined ? [] : [startUnit(context, unit, mirror)]),
      ],
    };
  },
};

/** Without a unit: the mirror's own command line, made from the inventory. Undefined: it would have to carry a login. */
function reloadRun({ mirror }: MirrorRunbookContext, unit: Unit | undefined): ProgramRun | undefined {
  if (unit !== undefined) return sshRun(unit, `/usr/local/sbin/reload-${unit.name}`);
  const { credentials, sourcePrefix, destinationPrefix, ignoreKeys, source, destination } = mirror.spec;
  if (credentials !== undefined) return undefined;
  return {
    words: [
      ...['etcd-mirror', '--reload', '--strip', '--src-prefix', sourcePrefix, '--dst-prefix', destinationPrefix],
      ...(ignoreKeys === undefined ? [] : ['--src-ignore-keys-regex', ignoreKeys]),
      ...[withPort(source), withPort(destination)],
    ],
  };
}

function commandCheck({ mirror }: MirrorRunbookContext, unit: Unit | undefined): PlanCheck {
  const isSafe = unit !== undefined || mirror.spec.credentials === undefined;
  return {
    id: 'mirror.command',
    pass: isSafe,
    measured:
      unit !== undefined
        ? t`/usr/local/sbin/reload-${unit.name} on ${unit.host}`
        : isSafe
          ? t`the command line of etcd-mirror, from the inventory`
          : t`etcd-mirror takes a login in its command line only`,
    needed: t`a command that shows no password to the other users of its host`,
    hasNoOverride: true,
    fix: t`Name the unit and its host as inputs \`unit\` and \`host\`: its reload script has the login.`,
  };
}

/** etcd-mirror insists on a port. */
function withPort(url: string): string {
  const { isTls, host, port, path } = partsOf(url);
  return `${isTls ? 'https' : 'http'}://${host}:${port}${path}`;
}
