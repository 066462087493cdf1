import type { LinkedServiceOf } from '../../services/model';
import { code, lines, plain } from '../phrase';
import type { Draft, Explained, ServiceRule } from '../rule';
import { serviceReachWords } from '../serviceReach';
import { tunnelAvoid } from '../tunnelWords';
import { t } from '../../l10n';

/** Our own way to Orchestrator. That it is out of our reach says nothing about whether it works. */
export const orchestratorReach: ServiceRule = {
  scope: 'service',
  ids: {
    'orchestrator.unreachable': 'warning',
    'orchestrator.notJson': 'warning',
    'orchestrator.unauthorized': 'warning',
  },
  check: ({ service, here, fleet }) => {
    if (service.kind !== 'orchestrator' || service.snapshot.reach.kind !== 'failed') return [];
    const draft = unread(service, here, fleet.snapshot.takenAt);
    return draft === undefined ? [] : [draft];
  },
};

function unread({ spec, snapshot }: LinkedServiceOf<'orchestrator'>, here: string, takenAt: string): Draft | undefined {
  if (snapshot.reach.kind !== 'failed') return undefined;
  const { failure, request } = snapshot.reach;
  const evidence = [
    {
      measured: plain(failure.text || failure.reason),
      source: plain(request ?? `GET ${spec.url}`, 200),
      at: snapshot.at ?? takenAt,
    },
  ];
  switch (failure.reason) {
    case 'cancelled':
    case 'untrusted':
      return undefined;
    case 'credentialsMissing':
    case 'unauthorized':
      return {
        id: 'orchestrator.unauthorized',
        title:
          failure.reason === 'unauthorized'
            ? t`Orchestrator ${here}, or a proxy in front of it, refuses our login.`
            : t`There are no usable credentials for Orchestrator ${here}.`,
        short: failure.reason === 'unauthorized' ? t`login refused` : t`credentials missing`,
        evidence,
        remedy: lines(
          spec.credentials === undefined
            ? t`The inventory names no \`credentials\` for it: name some (\`user\`, \`bearer\`, \`cookie\` or \`header\`).`
            : t`Check what ${code(spec.credentials.name)} holds.`,
          /<|html|forbidden/i.test(failure.text) &&
            t`A page of a proxy answered: it may let in only listed networks. Try from a host inside.`,
        ),
        avoid: t`Do not switch the authentication off to get through: every call of this API is a GET, those that write too.`,
      };
    case 'notJson':
    case 'redirected': {
      const [sentence, short, remedy] = serviceReachWords(failure);
      return {
        id: 'orchestrator.notJson',
        title: t`Orchestrator ${here} ${sentence}.`,
        ...{ short, evidence, remedy },
      };
    }
    default: {
      const [sentence, short, remedy] = serviceReachWords(failure);
      const avoid = failure.reason === 'tunnelFailed' ? tunnelAvoid(failure.text) : undefined;
      return {
        id: 'orchestrator.unreachable',
        title: t`Orchestrator ${here} ${sentence}.`,
        ...{ short, evidence, remedy },
        ...(avoid === undefined ? {} : { avoid }),
      };
    }
  }
}

export const orchestratorReachExplained: Explained = {
  'orchestrator.unreachable': {
    means: 'An Orchestrator that the inventory names cannot be read.',
    when: 'Refused, no route, name unknown, no answer within `timeoutSeconds`, an error of its own, or JSON that is not its own.',
    why: 'It is down, the address or its prefix is wrong, or the way there is. Whether it watches the fleet meanwhile is not known.',
  },
  'orchestrator.notJson': {
    means: 'Something else than Orchestrator’s API answers.',
    when: 'A redirect, HTML, or any other answer that is not JSON.',
    why: 'A single sign-on or a proxy stands in front.',
  },
  'orchestrator.unauthorized': {
    means: 'Orchestrator or a proxy refuses our login.',
    when: 'HTTP 401, 403 or 407, its own `Unauthorized`, or credentials that are not there.',
    why: 'No or wrong credentials, or a network that is not listed. Reading needs no right to write: those that ReadOnly, raft followers and lists of power users refuse are writes only.',
  },
};
