import { placeOf } from '../findings/mirrorFacts';
import { formatCount } from '../words';
import { apiCheck } from './mirrorChecks';
import { partsOf, tlsWords } from './mirrorCommands';
import type { MirrorRunbook, MirrorRunbookContext } from './mirrorRunbook';
import type { PlanCheck, PlanStep, ProgramRun, ProgramWord } from './plan';
import { t } from '../l10n';

/** More than these are no left-overs: the prefixes are wrong. */
const mostStale = 50;

export const makeMirror: MirrorRunbook = {
  on: 'mirror',
  id: 'mirror.makeMirror',
  title: t`Start make-mirror`,
  summary: t`Copies a v3 prefix with \`etcdctl make-mirror\`: TLS on, stale keys of the destination removed first.`,
  inputs: [],
  isOffered: (_view, { spec }) => spec.api === 'v3',
  plan: (context) => {
    const { mirror, target } = context;
    const { spec } = mirror;
    const stale = staleKeys(context);
    const flags = prefixFlags(spec.sourcePrefix, spec.destinationPrefix);
    return {
      checks: [
        apiCheck(mirror, 'v3'),
        staleCheck(context),
        tlsCheck(context),
        leasesCheck(context),
        loginCheck(context),
      ],
      steps: [
        ...(stale.length === 0 ? [] : [removeStep(context, stale)]),
        context.step({
          id: 'makeMirror',
          title: t`Mirror ${spec.sourcePrefix || 'everything'} from ${placeOf(spec.source)} to ${placeOf(spec.destination)}`,
          effect: 'write',
          runs: [
            proveV3(context, 'source'),
            proveV3(context, 'destination'),
            {
              words: [
                ...ctl(context, 'source'),
                'make-mirror',
                ...flags,
                ...destinationFlags(context),
                `${partsOf(spec.destination).host}:${partsOf(spec.destination).port}`,
              ],
            },
          ],
          verify: t`Compare Contents of a Mirror`,
          expectation: { kind: 'mirrorEqual', key: target.key },
          expected: t`all keys equal on both sides`,
          rollbackWords: t`Ctrl-C ends it; what it copied stays.`,
          blastRadius: t`It writes all keys under ${spec.sourcePrefix || t`the root`} to the destination, over what is there, and goes on until it is ended or the source has compacted what it needs next. It keeps no place: run it under a supervisor, and a start copies everything again.`,
        }),
      ],
    };
  },
};

/** `--dest-prefix ''` would mean the same prefix as at the source. */
function prefixFlags(source: string, destination: string): readonly string[] {
  const to = destination === source ? [] : destination === '' ? ['--no-dest-prefix'] : ['--dest-prefix', destination];
  return ['--prefix', source, ...to];
}

function ctl({ mirror }: MirrorRunbookContext, side: 'source' | 'destination'): readonly ProgramWord[] {
  const { spec } = mirror;
  const { isTls, host, port } = partsOf(spec[side]);
  const user = spec.credentials?.user;
  const tls =
    spec.tls.mode === 'required'
      ? ['--insecure-skip-tls-verify', ...tlsWords({ ...spec.tls, mode: 'verify-ca' }, '--')]
      : tlsWords(spec.tls, '--');
  return [
    'etcdctl',
    ...['--endpoints', `${isTls ? 'https' : 'http'}://${host}:${port}`],
    ...(isTls ? tls : []),
    // Without the password it asks for it on the terminal.
    ...(user === undefined ? [] : ['--user', user]),
  ];
}

/** TLS has to be switched on: `--dest-insecure-transport` is true by default. */
function destinationFlags({ mirror }: MirrorRunbookContext): readonly ProgramWord[] {
  const { spec } = mirror;
  const user = spec.credentials?.user;
  return [
    ...(partsOf(spec.destination).isTls
      ? ['--dest-insecure-transport=false', ...tlsWords({ ...spec.tls, mode: 'verify-ca' }, '--dest-')]
      : []),
    ...(user === undefined ? [] : ['--dest-user', user]),
  ];
}

/** Ends the command on any other cluster than the planned one. */
function proveV3(context: MirrorRunbookContext, side: 'source' | 'destination'): ProgramRun {
  const id = context.target.identity?.[`cluster id of the ${side}`] ?? '';
  return {
    words: [...ctl(context, side), 'endpoint', 'status', '--write-out', 'fields'],
    mustPrint: `"ClusterID" : ${id}`,
  };
}

function staleKeys({ mirror }: MirrorRunbookContext): readonly string[] {
  const items = mirror.comparison?.items ?? [];
  return items.flatMap(({ kind, destinationKey }) => (kind === 'extra' ? [destinationKey] : [])).slice(0, mostStale);
}

function removeStep(context: MirrorRunbookContext, stale: readonly string[]): PlanStep {
  const { spec } = context.mirror;
  return context.step({
    id: 'removeStale',
    title: t`Remove ${formatCount(stale.length, 'stale key')} from ${placeOf(spec.destination)}`,
    effect: 'destructive',
    runs: [
      proveV3(context, 'destination'),
      ...stale.map((key) => ({ words: [...ctl(context, 'destination'), 'del', '--', key] })),
    ],
    verify: `etcdctl get --keys-only --prefix ${spec.destinationPrefix}`,
    expectation: { kind: 'mirrorNoExtra', key: context.target.key },
    expected: t`none of these keys`,
    blastRadius: t`Clients of the destination that still read these keys miss them; their values are in the comparison.`,
  });
}

function staleCheck({ mirror }: MirrorRunbookContext): PlanCheck {
  const { comparison } = mirror;
  const extra = comparison?.extra;
  // A key of bytes that are no text cannot be typed; see `decode` of the reader.
  const isTypable = (comparison?.items ?? []).every(
    ({ kind, destinationKey }) => kind !== 'extra' || /^[\u0020-\u007e\u00a0-\ud7ff]+$/.test(destinationKey),
  );
  return {
    id: 'destination.staleKeys',
    pass: extra === undefined ? 'unknown' : extra <= mostStale && isTypable,
    measured: extra === undefined ? t`not compared` : formatCount(extra, 'key') + t` that the source does not have`,
    needed: t`contents compared, and at most ${mostStale} stale keys: make-mirror deletes none at its start`,
    hasNoOverride: true,
    fix:
      extra === undefined
        ? t`Run "Compare Contents of a Mirror", then check again.`
        : t`See in the comparison what they are: the prefixes may be wrong. Remove them by hand if they are not.`,
  };
}

function tlsCheck({ mirror }: MirrorRunbookContext): PlanCheck {
  const plain = (['source', 'destination'] as const).filter((side) => !partsOf(mirror.spec[side]).isTls);
  return {
    id: 'mirror.tls',
    pass: plain.length === 0 ? true : 'unknown',
    mayBeUnknown: true,
    measured: plain.length === 0 ? t`both sides by https` : `without TLS: ${plain.join(' and ')}`,
    needed: t`TLS towards both sides, or a network that needs none`,
    fix: t`Give the addresses as https in the inventory, with \`tls: { ca: … }\`.`,
  };
}

function leasesCheck({ mirror }: MirrorRunbookContext): PlanCheck {
  const count = mirror.comparison?.leasesLost;
  return {
    id: 'source.leases',
    pass: count === 0 ? true : 'unknown',
    mayBeUnknown: true,
    measured: count === undefined ? t`not compared` : t`${formatCount(count, 'lease')} not copied so far`,
    needed: t`no keys that end with a lease: their copies never end by themselves`,
    fix: t`Keep locks and registrations out of the mirrored prefix.`,
  };
}

function loginCheck({ mirror }: MirrorRunbookContext): PlanCheck {
  const user = mirror.spec.credentials?.user;
  return {
    id: 'client.account',
    pass: user === undefined ? true : 'unknown',
    mayBeUnknown: true,
    measured: user === undefined ? t`no login is needed` : t`${user}; etcdctl asks for the password on the terminal`,
    needed: t`an account that may read the source and write the destination`,
    fix: t`\`--dest-user\` is known since etcdctl 3.6; an older one logs in to the destination by a certificate only.`,
  };
}
