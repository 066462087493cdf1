import { membersOf } from '../../mirror/keys';
import type { LinkedMirror, MirrorPart } from '../../mirror/model';
import type { EtcdFailure, MemberDown } from '../../mirror/reading';
import { askedPlace, fromPart, placeOf } from '../mirrorFacts';
import { code, lines, list, plain } from '../phrase';
import { reachWords, type ReachWords } from '../reachWords';
import type { Draft, Explained, MirrorContext, MirrorRule } from '../rule';
import { t } from '../../l10n';

type Side = 'source' | 'destination';
type Reason = EtcdFailure['reason'];

/** Our own way to both sides of a mirror. */
export const mirrorReach: MirrorRule = {
  scope: 'mirror',
  ids: {
    'mirror.sourceUnreachable': 'critical',
    'mirror.destinationUnreachable': 'critical',
    'mirror.v2Disabled': 'critical',
    'mirror.authRequired': 'critical',
    'mirror.destinationReadOnly': 'info',
  },
  check(context) {
    const { snapshot } = context.mirror;
    if (snapshot.reach.kind === 'failed') return unreadable(context, snapshot.reach.failure);
    const sides = (['source', 'destination'] as const).flatMap((side) => judge(context, side, snapshot[side]));
    // Both sides refuse the same login, or have lost the same API: one finding, with the evidence of both.
    const [first, second] = sides;
    const judged =
      first !== undefined && first.id === second?.id
        ? [{ ...first, evidence: [...first.evidence, ...second.evidence] }]
        : sides;
    return [...judged, ...membersDown(context), ...readOnly(context)];
  },
};

/** Nothing was asked, for a reason on our side. */
function unreadable({ mirror, here, fleet }: MirrorContext, { reason, text }: EtcdFailure): readonly Draft[] {
  if (reason !== 'credentialsMissing') return [];
  return [
    {
      id: 'mirror.authRequired',
      title: t`There are no usable credentials for the mirror ${here}.`,
      short: t`credentials missing`,
      evidence: [
        {
          measured: plain(text),
          source: t`credentials of ${mirror.spec.name}`,
          at: mirror.snapshot.at ?? fleet.snapshot.takenAt,
        },
      ],
      remedy: t`Give what the inventory names under \`credentials\` or \`tls\`: the secret, the variable or the file.`,
    },
  ];
}

function judge(context: MirrorContext, side: Side, part: MirrorPart<unknown>): readonly Draft[] {
  const { mirror, here } = context;
  if (part.kind !== 'failed') return [];
  const { failure } = part;
  const place = code(askedPlace(membersOf(mirror.spec, side), part.request));
  const evidence = [fromPart(part, failure.text || failure.reason)];
  switch (failure.reason) {
    case 'cancelled':
    case 'untrusted':
      return [];
    case 'authRequired':
    case 'credentialsMissing':
      return [
        {
          id: 'mirror.authRequired',
          title: t`The ${side} ${place} of the mirror ${here} refuses our login.`,
          short: t`${side}: login refused`,
          evidence,
          remedy: lines(
            mirror.spec.credentials === undefined
              ? t`The inventory names no \`credentials\` for this mirror: name some, with a user that may read.`
              : t`Check the password of ${code(mirror.spec.credentials.name)}, and that its role may read the prefix and \`/__replication\`.`,
            t`A proxy in front of etcd may ask for a login of its own: see which one answers.`,
          ),
          avoid: t`Do not switch the authentication off to get through.`,
        },
      ];
    case 'readOnly':
      return [unreachable(context, side, place, failure, evidence)].map((draft) =>
        side === 'destination' && mirror.spec.api === 'v3' ? readOnlyAddress(draft) : draft,
      );
    case 'apiDisabled':
      if (mirror.spec.api === 'v2') {
        return [
          {
            id: 'mirror.v2Disabled',
            title: t`The ${side} ${place} of the mirror ${here} does not speak etcd's v2 API.`,
            short: t`${side}: no v2 API`,
            evidence,
            remedy: lines(
              t`Up to etcd 3.5: start it with \`--enable-v2\`; it is off by default since 3.4.`,
              t`etcd 3.6 has no v2 API any more: its data has to move to v3 before the upgrade, and \`etcdctl make-mirror\` takes over.`,
            ),
            avoid: t`Do not upgrade the other side to 3.6 as well: what is in v2 there would be out of reach.`,
          },
        ];
      }
      return [unreachable(context, side, place, failure, evidence)];
    default:
      return [unreachable(context, side, place, failure, evidence)];
  }
}

const sentences: Partial<Record<Reason, ReachWords>> = {
  refused: [
    t`refuses connections: nothing listens on that port`,
    t`connection refused`,
    t`See on the host whether etcd runs.`,
  ],
  ...reachWords,
  hung: [
    t`takes the connection and does not answer within the deadline`,
    t`no answer`,
    t`Look at the load and the disk of that etcd: \`etcdctl endpoint status\`, \`etcdctl endpoint health\`.`,
  ],
  lost: [
    t`closed the connection before its answer was whole`,
    t`connection lost`,
    t`Look in its log, and in that of a proxy in front of it. The next reading tries again.`,
  ],
  tlsFailed: [
    t`cannot be trusted: the TLS connection failed`,
    'TLS failed',
    t`Name the authority of its certificate under \`tls: { ca: … }\` of the mirror, and check the name and the dates of the certificate.`,
  ],
  redirected: [
    t`sends us elsewhere instead of answering`,
    'redirected',
    t`Put the address that answers by itself into the inventory: a redirect is not followed, for it would get our login.`,
  ],
  tooLarge: [t`answers with more than etcd ever would`, t`not etcd`, t`See what listens on that address.`],
  notEtcd: [
    t`answers, but not as etcd does`,
    t`not etcd`,
    t`See what listens on that address: a login page, a proxy or another service.`,
  ],
  serverError: [
    t`answers with an error`,
    t`etcd error`,
    t`Read the text: during an election the next reading heals it; without a quorum the members have to be looked at.`,
  ],
  readOnly: [
    t`is a proxy that lets GET through only, and every read of etcd's v3 API is a POST`,
    t`read-only proxy`,
    t`Name the address of etcd itself in the inventory: where a proxy has port 4001, etcd often listens on 2379.`,
  ],
  apiDisabled: [
    t`does not speak etcd's v3 API over HTTP`,
    'no v3 gateway',
    t`Let etcd serve its gateway (\`--enable-grpc-gateway\`), which is on by default.`,
  ],
};

/** Of v3: what is meant for reading only cannot be read. */
function readOnlyAddress(draft: Draft): Draft {
  return {
    ...draft,
    id: 'mirror.destinationReadOnly',
    severity: 'warning',
    remedy: lines(
      draft.remedy,
      t`See that make-mirror writes to that address, too: by the proxy its writes would be refused.`,
    ),
    avoid: t`Do not open the proxy for POST to get through: by it comes every write as well.`,
  };
}

/** Of v2: seen with the contents, for a reading asks nothing but GETs. */
function readOnly({ mirror, here }: MirrorContext): readonly Draft[] {
  const { comparison, spec } = mirror;
  if (comparison?.destinationReadOnly === undefined) return [];
  const { said, request } = comparison.destinationReadOnly;
  const place = code(askedPlace(membersOf(spec, 'destination'), request));
  return [
    {
      id: 'mirror.destinationReadOnly',
      title: t`The destination ${place} of the mirror ${here} takes no writes: a proxy in front of etcd refuses them.`,
      short: t`destination is read-only by its proxy`,
      evidence: [{ measured: plain(said), source: plain(request, 200), at: comparison.at }],
      remedy: lines(
        t`This is as it should be where clients must not write to a copy; the mirror process has to write to etcd itself (often port 2379): compare its command line.`,
        t`What a runbook or you write at the destination has to go there as well. \`etcdctl\` of the v2 API follows the advertised addresses back to the proxy: use \`curl\`.`,
      ),
      avoid: t`Do not open the proxy for writes: whatever clients write to the copy differs from its source from then on.`,
    },
  ];
}

/** A side that is read all the same: a warning, since the mirror itself knows one address of it. */
function membersDown({ mirror, here }: MirrorContext): readonly Draft[] {
  const { snapshot } = mirror;
  return (['source', 'destination'] as const).flatMap((side) => {
    const down = downMembers(mirror, side);
    const [first] = down;
    if (first === undefined || snapshot[side].kind !== 'read') return [];
    const isOne = down.length === 1;
    const places = list(down.map(({ url }) => code(placeOf(url))));
    return [
      {
        id: unreachableId(side),
        severity: 'warning' as const,
        title: t`${isOne ? t`A member` : t`${down.length} members`} of the ${side} of the mirror ${here} cannot be read: ${places}. Another one is read instead.`,
        short: t`${side}: ${isOne ? t`a member is` : t`${down.length} members are`} down`,
        evidence: down.map(toEvidence),
        remedy: lines(
          ...new Set(down.map(({ failure }) => sentences[failure.reason]?.[2])),
          t`See by which address the mirror process copies: it knows one of the ${side}, and stands still without it.`,
        ),
        avoid: t`Do not take the mirror for well because it is read: that says nothing of the way that its process takes.`,
      },
    ];
  });
}

function downMembers({ snapshot }: LinkedMirror, side: Side): readonly MemberDown[] {
  return snapshot.membersDown?.filter((member) => member.side === side) ?? [];
}

function toEvidence({ url, failure, at }: MemberDown): Draft['evidence'][number] {
  return { measured: plain(failure.text || failure.reason), source: plain(url, 200), at };
}

function unreachable(
  { mirror, here }: MirrorContext,
  side: Side,
  place: string,
  failure: EtcdFailure,
  evidence: Draft['evidence'],
): Draft {
  const [sentence, short, remedy] = sentences[failure.reason] ?? [
    t`could not be read`,
    t`not readable`,
    t`No remedy is known for this error; the text is the system’s own.`,
  ];
  const down = downMembers(mirror, side);
  return {
    id: unreachableId(side),
    title:
      down.length < 2
        ? t`The ${side} ${place} of the mirror ${here} ${sentence}.`
        : t`None of the ${membersOf(mirror.spec, side).length} members of the ${side} of the mirror ${here} can be read: ${place} ${sentence}.`,
    short: down.length < 2 ? `${side}: ${short}` : t`${side}: no member answers`,
    evidence: down.length < 2 ? evidence : down.map(toEvidence),
    remedy,
    avoid: t`Do not move the index or reload while a side cannot be read: how far the mirror is, is not known at this moment.`,
  };
}

function unreachableId(side: Side): string {
  return side === 'source' ? 'mirror.sourceUnreachable' : 'mirror.destinationUnreachable';
}

export const mirrorReachExplained: Explained = {
  'mirror.sourceUnreachable': {
    means: 'The etcd that a mirror copies from cannot be read.',
    when: 'Refused, no route, name unknown, no answer within `timeoutSeconds`, a redirect, or an answer that is not of etcd. A warning where the inventory names several members and another one answers.',
    why: 'etcd is down, the address in the inventory is wrong, or something stands in between. The window goes on being spent meanwhile.',
  },
  'mirror.destinationUnreachable': {
    means: 'The etcd that a mirror copies to cannot be read.',
    when: 'As for the source.',
    why: 'etcd is down or out of reach. A mirror that cannot write there stops with its next event.',
  },
  'mirror.destinationReadOnly': {
    means: 'A proxy in front of the destination lets reads through only.',
    when: 'v2: with a comparison, a POST to `/version`, where etcd has nothing to write, is answered with 403 and error 107, or with 501 (etcd’s own `--proxy=readonly`). v3, whose reads are POSTs: a reading is answered so, which is a warning, for nothing is read then.',
    why: 'Clients shall not write to a copy. The mirror itself has to go past the proxy.',
  },
  'mirror.v2Disabled': {
    means: 'A side of a v2 mirror has no v2 API.',
    when: 'Paths below `/v2` are not found.',
    why: 'v2 is off by default since etcd 3.4, and gone with 3.6.',
  },
  'mirror.authRequired': {
    means: 'A side of a mirror refuses our login.',
    when: 'HTTP 401 or 403, etcd’s error 110, or credentials that are not there.',
    why: 'No credentials in the inventory, a wrong password, or a role that may not read the prefix.',
  },
};
