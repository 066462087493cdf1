import { judgeGroup } from '../burrow/judgeBurrow';
import type { BurrowFacts, ConsumerGroup } from '../burrow/model';
import { formatCount } from '../words';
import { check } from './checks';
import { partsOf, tlsWords } from './mirrorCommands';
import type { ProgramRun, ProgramWord } from './plan';
import { answersCheck, routeCheck, type ServiceContextOf, type ServiceRunbookOf } from './serviceRunbook';
import { t } from '../l10n';

type Context = ServiceContextOf<'burrow'>;

const wrong = new Set(['consumer.stalled', 'consumer.stopped']);

/** Makes Burrow forget a group, so that it is judged by new commits alone. */
export const resetGroup: ServiceRunbookOf<'burrow'> = {
  on: 'burrow',
  id: 'burrow.resetGroup',
  title: t`Make Burrow forget a consumer group`,
  summary: t`Deletes what Burrow remembers of a group; the consumer and its offsets in Kafka are not touched.`,
  inputs: [
    {
      name: 'group',
      label: t`consumer group, one of the inventory`,
      suggest: (view, key) => {
        const service = view.services.find((each) => each.key === key);
        if (service?.kind !== 'burrow') return undefined;
        const { reach } = service.snapshot;
        const groups = reach.kind === 'answered' ? reach.facts.groups : [];
        return (groups.find((group) => isWrong(group)) ?? groups[0])?.group ?? service.spec.groups[0];
      },
    },
  ],
  isOffered: (_view, { snapshot: { reach } }) =>
    reach.kind !== 'answered' || reach.facts.groups.some((group) => isWrong(group)),
  plan: (context) => {
    const { service, facts, input, target } = context;
    const name = input('group') ?? '';
    const group = facts?.groups.find((each) => each.group === name);
    const read = group?.kind === 'read' ? group : undefined;
    const http = service.spec.credentials?.http;
    const newest = newestOf(read);
    const partitions = read?.partitions.length ?? 0;
    return {
      checks: [
        answersCheck(service),
        routeCheck(service),
        check(
          'client.account',
          http === undefined || input('optionFile') !== undefined,
          http === undefined || input('optionFile') !== undefined
            ? t`a login that curl can send from a file, or none`
            : t`${http.kind} credentials`,
          t`a login that a file for \`curl --config\` carries`,
          t`Write one with the header, mode 0600, and give it as the file for \`curl --config\`.`,
          { hasNoOverride: true },
        ),
        check(
          'group.named',
          service.spec.groups.includes(name),
          name === '' ? t`none given` : JSON.stringify(name),
          t`a group that the inventory names`,
          t`Add it to \`groups\`: what is not read cannot be verified.`,
          { hasNoOverride: true },
        ),
        check(
          'group.plainName',
          /^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(name) && /^[A-Za-z0-9._-]+$/.test(service.spec.cluster),
          JSON.stringify([service.spec.cluster, name]),
          t`names of letters, digits, dots, dashes and underscores: they become part of an address`,
          t`Delete it by hand, with its name written for a URL.`,
          { hasNoOverride: true },
        ),
        check(
          'group.known',
          group === undefined || group.kind === 'failed' ? undefined : read !== undefined,
          group === undefined
            ? t`not read`
            : group.kind === 'failed'
              ? group.text
              : read === undefined
                ? 'NOTFOUND'
                : read.status,
          t`Burrow knows the group`,
          t`There is nothing to forget: it comes back with its next commit.`,
          { hasNoOverride: true },
        ),
        check(
          'group.isWrong',
          read === undefined ? undefined : isWrong(read),
          read === undefined ? t`not read` : t`${read.status}, largest lag ${read.maxLag ?? t`unknown`}`,
          t`partitions that stopped or stalled, of consumers that are gone for good`,
          t`A group that keeps up, or only lags, has a history worth keeping.`,
        ),
        check(
          'group.assignment',
          undefined,
          t`only its owners know`,
          t`the stopped partitions were given to other consumers, or the group is gone for good`,
          t`Ask the owners. Where the consumer only hangs, forgetting hides the alarm and repairs nothing.`,
          { mayBeUnknown: true },
        ),
      ],
      steps:
        facts === undefined || read === undefined
          ? []
          : [
              context.step({
                id: 'forget',
                title: t`Make Burrow forget ${name}`,
                effect: 'destructive',
                runs: [
                  // Of a group that it does not know Burrow prints the name, too, with the status 404.
                  curlRun(context, facts, name, '/status', { mustPrint: `"group":"${name}"` }),
                  curlRun(context, facts, name, '', { words: ['--request', 'DELETE'] }),
                ],
                verify: `curl ${service.spec.url.replace(/\/+$/, '')}${pathOf(context, facts, name)}/lag`,
                expectation: {
                  ...{ kind: 'consumerReset', key: target.key, group: name },
                  ...(newest === undefined ? {} : { newest }),
                },
                expected: t`NOTFOUND, or a window that fills anew; take a group that is gone for good out of \`groups\``,
                blastRadius: t`Burrow forgets its whole window of ${formatCount(partitions, 'partition')}, without a way back: what has happened until now cannot be seen any more, and alarms for this group are silent until the window is full again. Kafka’s own offsets stay, so that the consumer goes on where it was.`,
              }),
            ],
    };
  },
};

function isWrong(group: ConsumerGroup): boolean {
  return judgeGroup(group, {}).some(({ id }) => wrong.has(id));
}

/** The last commit that Burrow has seen: whatever it sees anew is later. */
function newestOf(group: Extract<ConsumerGroup, { kind: 'read' }> | undefined): string | undefined {
  return group?.partitions
    .flatMap(({ end }) => end?.at ?? [])
    .reduce<string | undefined>((last, at) => (last === undefined || at > last ? at : last), undefined);
}

function pathOf({ service }: Context, { api }: BurrowFacts, group: string): string {
  return `/${api}/kafka/${encodeURIComponent(service.spec.cluster)}/consumer/${encodeURIComponent(group)}`;
}

/** One request of `curl`: its login stands in a file, and nothing is followed. */
function curlRun(
  context: Context,
  facts: BurrowFacts,
  group: string,
  end: string,
  { words = [], mustPrint }: { readonly words?: readonly string[]; readonly mustPrint?: string },
): ProgramRun {
  const { spec } = context.service;
  const { isTls, host, port, path } = partsOf(spec.url);
  const { serverName } = spec.tls;
  const goesBy = isTls && serverName !== undefined && serverName !== host ? serverName : undefined;
  const hasLogin = context.input('optionFile') !== undefined || spec.credentials?.password !== undefined;
  const line: readonly ProgramWord[] = [
    ...['curl', '--disable'],
    ...(hasLogin ? (['--config', { file: 'account' }] as const) : []),
    ...(isTls ? tlsWords(spec.tls, '--') : []),
    ...(goesBy === undefined ? [] : ['--connect-to', `${goesBy}:${port}:${host}:${port}`]),
    ...['--silent', '--show-error', '--fail', '--max-time', '10'],
    ...words,
    `${isTls ? 'https' : 'http'}://${goesBy ?? host}:${port}${path}${pathOf(context, facts, group)}${end}`,
  ];
  return { words: line, ...(mustPrint === undefined ? {} : { mustPrint }) };
}
