import { bareName } from '../orchestrator/matchInstances';
import { ghostClusters } from '../findings/rules/orchestratorTopology';
import { check } from './checks';
import {
  askText,
  listOf,
  nodeInputs,
  nodesOf,
  plainCheck,
  remoteRun,
  remoteText,
  type Nodes,
  type OrchestratorContext,
} from './orchestratorCommands';
import type { PlanCheck, PlanStep } from './plan';
import { isStopped, type ServiceRunbookOf } from './serviceRunbook';
import { t } from '../l10n';

/**
 * Orchestrator writes its cache of resolved names back while it runs, and the ghosts with it: so it is stopped meanwhile.
 * Whatever is left out, it can be started again from this plan.
 */
export const forgetGhost: ServiceRunbookOf<'orchestrator'> = {
  on: 'orchestrator',
  id: 'orchestrator.forgetGhost',
  title: t`Forget a ghost cluster`,
  summary: t`Stops Orchestrator, forgets servers that it knows by bare names too, clears its cache, and starts it again.`,
  inputs: [
    ...nodeInputs,
    {
      name: 'instances',
      label: t`instances to forget, host:port with commas (empty: those of its ghost clusters)`,
      isOptional: true,
    },
  ],
  isOffered: (_view, { snapshot: { reach, last } }) => {
    const facts = reach.kind === 'answered' ? reach.facts : last?.facts;
    return facts === undefined || ghostClusters(facts.instances).length > 0;
  },
  plan: (context) => {
    const given = listOf(context.input('instances'));
    const instances = given.length > 0 ? given : ghostsOf(context);
    const nodes = nodesOf(context);
    const [host] = nodes.hosts;
    const checks = [
      nodesCheck(context, nodes),
      backendCheck(context),
      plainCheck(instances),
      ghostCheck(context, instances),
      wayOnCheck(context),
    ];
    if (host === undefined) return { checks, steps: [] };
    const isDown = isStoppedNow(context);
    if (instances.length === 0) return { checks, steps: isDown ? [startStep(context, nodes, [])] : [] };
    return {
      checks,
      chosen: { instances: instances.join(',') },
      steps: [
        stopStep(context, nodes),
        ...instances.map((instance) => forgetStep(context, host, instance)),
        resetStep(context, host),
        startStep(context, nodes, instances),
      ],
    };
  },
};

function ghostsOf({ known }: OrchestratorContext): readonly string[] {
  if (known === undefined) return [];
  const clusters = ghostClusters(known.instances);
  return known.instances.filter(({ cluster }) => clusters.includes(cluster)).map(({ key }) => key);
}

export function isStoppedNow({ service }: OrchestratorContext): boolean {
  const { reach } = service.snapshot;
  return reach.kind === 'failed' && isStopped(reach.failure);
}

/** Of every runbook that stops the service. */
export function nodesCheck({ known }: OrchestratorContext, { hosts }: Nodes): PlanCheck {
  const own = known?.node?.host;
  const bare = (name: string): string => bareName(name) ?? name;
  const isNamed = own === undefined || hosts.some((host) => bare(host.replace(/^.*@/, '')) === bare(own));
  return check(
    'service.hosts',
    hosts.length > 0 && isNamed,
    t`${hosts.length === 0 ? t`none given` : hosts.join(', ')}; the node that answers calls itself ${own ?? t`nothing`}`,
    t`every host that it runs on, the node that answers among them`,
    t`Give them as input \`hosts\`.`,
  );
}

/** Nodes of a raft group have a database each, and their command line refuses to touch it. */
export function backendCheck({ known }: OrchestratorContext): PlanCheck {
  const leader = known?.node?.raftLeader;
  return check(
    'service.sharedBackend',
    known === undefined ? undefined : leader === undefined,
    known === undefined ? t`not known` : leader === undefined ? t`no raft` : t`a raft group, leader ${leader}`,
    t`one database for all nodes`,
    t`In a raft group each node has its own: do the same on every node by hand, with \`--ignore-raft-setup\`.`,
    { hasNoOverride: true, mayBeUnknown: true },
  );
}

function ghostCheck(context: OrchestratorContext, instances: readonly string[]): PlanCheck {
  const ghosts = ghostsOf(context);
  const full = instances.filter((each) => each.split(':')[0]?.includes('.') === true);
  const others = context.known === undefined ? [] : instances.filter((each) => !ghosts.includes(each));
  const wrong = [...new Set([...full, ...others])];
  const isUnknown = instances.length === 0 && isStoppedNow(context);
  return check(
    'ghost.twin',
    isUnknown ? undefined : instances.length === 0 || wrong.length > 0 ? false : context.known && true,
    isUnknown
      ? t`it is stopped, and was not read before`
      : instances.length === 0
        ? t`it knows no ghost`
        : wrong.length > 0
          ? t`no ghost: ${wrong.join(', ')}`
          : context.known === undefined
            ? t`bare names; it does not answer, so their twins are not known`
            : t`${instances.join(', ')}: bare names, each with a twin by its full name`,
    t`only bare names of servers that it also knows by their full names`,
    wrong.length > 0
      ? t`Leave these out: it would no longer watch them.`
      : t`Where it was stopped before: give the instances, as the audit log has them, or start it and plan again.`,
    { ...(wrong.length > 0 ? { hasNoOverride: true } : {}), ...(isUnknown ? { mayBeUnknown: true } : {}) },
  );
}

/** What a plan that was left between its steps has to say first. */
export function wayOnCheck(context: OrchestratorContext): PlanCheck {
  const isDown = isStoppedNow(context);
  return check(
    'service.running',
    isDown ? undefined : context.facts !== undefined,
    isDown ? t`it is stopped: nobody watches the fleet, and nothing fails over` : t`it answers`,
    t`it runs before, and again after`,
    t`Go on with the first step that is not done. Its last step, the start, may be run at any time: do not leave it out.`,
    { mayBeUnknown: true },
  );
}

export function stopStep(context: OrchestratorContext, { hosts, unit }: Nodes): PlanStep {
  return context.step({
    id: 'stop',
    title: t`Stop ${unit} on ${hosts.join(', ')}`,
    effect: 'write',
    runs: hosts.map((host) => remoteRun(host, ['sudo', 'systemctl', 'stop', unit])),
    verify: askText(context, 'health'),
    expectation: { kind: 'serviceStopped', key: context.target.key },
    expected: t`nothing: the connection is refused, or a proxy says that nobody is behind it`,
    rollback: hosts.map((host) => remoteText(host, ['sudo', 'systemctl', 'start', unit])).join(' && '),
    blastRadius: t`Until it runs again nobody watches the fleet, and nothing fails over by itself.`,
    isSeen: true,
  });
}

/**
 * Orchestrator takes part of a name for a name where it knows the whole one no more, and would forget the twin: so the
 * same line looks first whether it knows this very name.
 */
function forgetStep(context: OrchestratorContext, host: string, instance: string): PlanStep {
  const known = ['orchestrator', '-c', 'all-instances'];
  return context.step({
    id: `forget.${instance}`,
    title: t`Forget ${instance}`,
    effect: 'destructive',
    runs: [
      remoteRun(host, ['sudo', ...known], '|', ['grep', '-xF', '-e', instance], '&&', [
        ...['sudo', 'orchestrator', '-c', 'forget', '-i', instance],
      ]),
    ],
    verify: askText(context, 'health'),
    expectation: { kind: 'serviceStopped', key: context.target.key },
    expected: t`still nothing, so that nobody writes it back; whether it is gone shows when it runs again, in the last step`,
    rollback: remoteText(host, ['sudo', 'orchestrator', '-c', 'discover', '-i', instance]),
    blastRadius: t`Only what Orchestrator holds of ${instance}: the server itself is not touched, and its twin stays. A second time it ends with an error, and forgets nothing.`,
  });
}

function resetStep(context: OrchestratorContext, host: string): PlanStep {
  return context.step({
    id: 'resetCache',
    title: t`Reset the cache of resolved host names`,
    effect: 'write',
    runs: [remoteRun(host, ['sudo', 'orchestrator', '-c', 'reset-hostname-resolve-cache'])],
    verify: askText(context, 'health'),
    expectation: { kind: 'serviceStopped', key: context.target.key },
    expected: t`still nothing; what is left in the cache shows when it runs again`,
    blastRadius: t`It resolves every name anew when it starts.`,
  });
}

/** @param instances what it has to have forgotten by then */
export function startStep(
  context: OrchestratorContext,
  { hosts, unit }: Nodes,
  instances: readonly string[],
): PlanStep {
  return context.step({
    id: 'start',
    title: t`Start ${unit} on ${hosts.join(', ')}`,
    effect: 'write',
    runs: hosts.map((host) => remoteRun(host, ['sudo', 'systemctl', 'start', unit])),
    verify: askText(context, 'all-instances'),
    expectation: { kind: 'orchestratorForgot', key: context.target.key, instances },
    expected: instances.length === 0 ? t`its instances` : t`none of ${instances.join(', ')}`,
    rollback: hosts.map((host) => remoteText(host, ['sudo', 'systemctl', 'stop', unit])).join(' && '),
    blastRadius: t`It discovers again. Ghosts that come back come from \`@@hostname\`: set \`MySQLHostnameResolveMethod\` to \`@@report_host\`, or \`RejectHostnameResolvePattern\`.`,
  });
}
