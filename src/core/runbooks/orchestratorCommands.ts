import type { FleetView, ServiceView } from '../fleetView';
import { quoteShell } from '../guard/quoteShell';
import type { OrchestratorFacts } from '../orchestrator/model';
import { check } from './checks';
import type { PlanCheck, ProgramRun } from './plan';
import { shellText } from './programCall';
import type { RunbookInput } from './runbook';
import type { ServiceContextOf } from './serviceRunbook';
import { t } from '../l10n';

export type OrchestratorContext = ServiceContextOf<'orchestrator'>;

/** Where the service runs. The node that answered calls itself by its own name. */
export const nodeInputs: readonly RunbookInput[] = [
  {
    name: 'hosts',
    label: t`hosts that Orchestrator runs on, all of them, with commas`,
    suggest: (view, key) => {
      const service = view.services.find((each) => each.key === key);
      return service?.kind === 'orchestrator' ? nodeOf(service) : undefined;
    },
  },
  { name: 'unit', label: t`its systemd unit (empty: orchestrator)`, isOptional: true },
];

function nodeOf({ snapshot: { reach, last } }: Extract<ServiceView, { kind: 'orchestrator' }>): string | undefined {
  return (reach.kind === 'answered' ? reach.facts : last?.facts)?.node?.host;
}

export interface Nodes {
  readonly hosts: readonly string[];
  readonly unit: string;
}

export function nodesOf({ input }: OrchestratorContext): Nodes {
  return { hosts: listOf(input('hosts')), unit: input('unit') ?? 'orchestrator' };
}

/** What the Orchestrator of a key says; undefined: it does not answer. */
export function answeredBy(view: FleetView, key: string): OrchestratorFacts | undefined {
  const service = view.services.find((each) => each.key === key);
  if (service?.kind !== 'orchestrator') return undefined;
  const { reach } = service.snapshot;
  return reach.kind === 'answered' ? reach.facts : undefined;
}

/** What was given with commas or spaces between, each once. */
export function listOf(text: string | undefined): readonly string[] {
  return [...new Set((text ?? '').split(/[\s,]+/).filter((part) => part !== ''))];
}

/**
 * Orchestrator's client puts a name into a path as it is, and its server asks by paths alone: a name with a slash or a
 * question mark would be another call.
 */
export function isPlainKey(text: string): boolean {
  return /^[A-Za-z0-9][A-Za-z0-9._-]*:[0-9]{1,5}$/.test(text);
}

export function plainCheck(names: readonly string[]): PlanCheck {
  const strange = names.filter((name) => !isPlainKey(name));
  return check(
    'instance.plainName',
    strange.length === 0,
    strange.length === 0 ? names.join(', ') || 'none' : JSON.stringify(strange),
    t`host:port of letters, digits, dots, dashes and underscores: it becomes part of a path`,
    t`Give it as Orchestrator names it. One that it knows by another kind of name has to be removed in its database.`,
    { hasNoOverride: true },
  );
}

/** The client against the address of the inventory. Its login comes from its own settings, never from its arguments. */
export function clientRun(context: OrchestratorContext, ...words: readonly string[]): ProgramRun {
  return { words: clientWords(context, words) };
}

function clientWords({ service }: OrchestratorContext, words: readonly string[]): readonly string[] {
  return ['orchestrator-client', '-U', `${service.spec.url.replace(/\/+$/, '')}/api`, ...words];
}

/** The same for whoever types it: without the address it would be sent to whatever Orchestrator the client is set up for. */
export function clientText(context: OrchestratorContext, ...words: readonly string[]): string {
  return shellText(clientWords(context, words));
}

/** Ends the command unless it is the Orchestrator that was read: by a cluster of it, or by its own name where it has none. */
export function proveNode(context: OrchestratorContext): ProgramRun {
  const [cluster] = context.facts?.clusters ?? [];
  if (cluster !== undefined) return { ...clientRun(context, '-c', 'clusters-alias'), mustPrint: cluster.name };
  const host = context.facts?.node?.host ?? '';
  return { ...clientRun(context, '-c', 'api', '-P', 'health'), mustPrint: `"Hostname": "${host}"` };
}

/** Ends the command unless this Orchestrator has both in one cluster. */
export function proveCluster(context: OrchestratorContext, instance: string, member: string): ProgramRun {
  return { ...clientRun(context, '-c', 'which-cluster-instances', '-i', instance), mustPrint: member };
}

/**
 * Commands on a host, with the operators between them as they stand. The shell over there reads the words once more.
 */
export function remoteRun(...[host, ...parts]: Remote): ProgramRun {
  return { words: remoteWords(host, ...parts) };
}

/** The same for whoever types it: without the host it would be done on this machine. */
export function remoteText(...[host, ...parts]: Remote): string {
  return shellText(remoteWords(host, ...parts));
}

type Remote = readonly [host: string, ...parts: readonly (readonly string[] | '|' | '&&')[]];

function remoteWords(...[host, ...parts]: Remote): readonly string[] {
  const words = parts.flatMap((part) => {
    if (typeof part === 'string') return [part];
    return part.map((word) => {
      const text = quoteShell(word, 'posix');
      // What cannot be quoted is refused by the shell here, too.
      return text.kind === 'ok' ? text.value : word;
    });
  });
  return ['ssh', '-t', '--', host, ...words];
}

/** As an operator would look. */
export function askText({ service }: OrchestratorContext, path: string): string {
  return `curl ${service.spec.url.replace(/\/+$/, '')}/api/${path}`;
}

/** Whether this node may write, as far as it says; a `ReadOnly` of its settings it does not say. */
export function writableCheck({ facts }: OrchestratorContext): PlanCheck {
  const node = facts?.node;
  const isFollower = node?.isRaftLeader === false;
  return check(
    'node.mayWrite',
    isFollower ? false : undefined,
    isFollower ? t`a raft follower; the leader is ${node.raftLeader ?? t`not known`}` : t`it does not say`,
    t`a node that takes writes, and a login that may write`,
    isFollower
      ? t`Name the leader, or an address that leads to it, in the inventory.`
      : t`Orchestrator refuses what \`ReadOnly\` or the login forbids. \`orchestrator-client\` takes its login from ORCHESTRATOR_AUTH_USER and ORCHESTRATOR_AUTH_PASSWORD or /etc/profile.d/orchestrator-client.sh; never give it with \`-b\`.`,
    { hasNoOverride: true, mayBeUnknown: true },
  );
}
