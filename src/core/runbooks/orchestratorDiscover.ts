import type { FleetView } from '../fleetView';
import { bareName, keyInFleet, keysByAddress } from '../orchestrator/matchInstances';
import type { OrchestratorFacts } from '../orchestrator/model';
import { check } from './checks';
import {
  answeredBy,
  askText,
  clientRun,
  clientText,
  isPlainKey,
  plainCheck,
  proveNode,
  writableCheck,
} from './orchestratorCommands';
import { answersCheck, routeCheck, type ServiceRunbookOf } from './serviceRunbook';
import { t } from '../l10n';

/** Makes Orchestrator read one server, and all that replicate with it. */
export const discover: ServiceRunbookOf<'orchestrator'> = {
  on: 'orchestrator',
  id: 'orchestrator.discover',
  title: t`Make Orchestrator discover an instance`,
  summary: t`Gives it the full name of a server, mostly of a primary; it finds the replicas by itself.`,
  inputs: [
    {
      name: 'instance',
      label: t`instance, host:port by its full name`,
      suggest: (view, key) => {
        const facts = answeredBy(view, key);
        return facts && unknownOf(view, facts)[0];
      },
    },
  ],
  isOffered: (view, { snapshot: { reach } }) => reach.kind !== 'answered' || unknownOf(view, reach.facts).length > 0,
  plan: (context) => {
    const { service, facts, input, view, target } = context;
    const name = input('instance') ?? '';
    const host = name.replace(/:\d+$/, '');
    const port = name.slice(host.length + 1);
    const isKnown = facts?.instances.some(({ key }) => key === name);
    const twin = facts?.instances.find(
      (each) => each.key !== name && bareName(each.host) === bareName(host) && String(each.port) === port,
    );
    const own = view.instances[name];
    const answered = own?.snapshot.reach.kind === 'answered';
    // Part of a name is enough for Orchestrator: it would take the one server that it knows by it, and nobody else.
    const mistaken = facts?.instances.find(
      (each) => each.key !== name && each.host.toLowerCase().includes(host.toLowerCase()) && String(each.port) === port,
    );
    return {
      checks: [
        answersCheck(service),
        routeCheck(service),
        writableCheck(context),
        plainCheck([name]),
        check(
          'instance.fullName',
          isPlainKey(name) && host.includes('.'),
          name === '' ? t`none given` : host,
          t`the full name, with its domain`,
          t`By a bare name it becomes a ghost beside itself.`,
          { hasNoOverride: true },
        ),
        check(
          'instance.unknown',
          isKnown === undefined ? undefined : !isKnown,
          isKnown === true ? t`it knows ${name}` : t`it does not know it`,
          t`an instance that it does not know yet`,
          t`It reads what it knows by itself, every few seconds: its findings say what keeps it from doing so.`,
        ),
        check(
          'instance.noTwin',
          facts === undefined ? undefined : twin === undefined,
          twin === undefined ? t`no other name of it is known` : t`it knows it as ${twin.key}`,
          t`a server that it does not know by another name`,
          t`Let \`@@report_host\` be the name that it resolves to, or it stays a ghost. Where it is another server, go on.`,
        ),
        check(
          'instance.notPart',
          facts === undefined ? undefined : mistaken === undefined,
          mistaken === undefined ? t`part of none` : t`part of ${mistaken.key}`,
          t`a name that is no part of another one that it knows`,
          t`Orchestrator would take it for that one. Let its own replication bring it: it finds replicas by their source.`,
          { hasNoOverride: true },
        ),
        check(
          'instance.answers',
          own === undefined ? undefined : answered,
          own === undefined
            ? t`not in the inventory, so it was not read`
            : answered
              ? t`it answers`
              : t`it does not answer`,
          t`the server answers`,
          t`Repair that first: Orchestrator could not read it either.`,
          { mayBeUnknown: true },
        ),
        check(
          'instance.grants',
          undefined,
          t`not read with Orchestrator’s account`,
          t`the grants of Orchestrator on it and its replicas, and no heartbeat rows of other sections`,
          t`Apply the grants, and plan \`heartbeat.removeStaleRows\` on each instance first: its alias comes from those rows.`,
          { mayBeUnknown: true },
        ),
      ],
      steps:
        !isPlainKey(name) || facts === undefined || mistaken !== undefined
          ? []
          : [
              context.step({
                id: 'discover',
                title: t`Discover ${name}`,
                effect: 'write',
                runs: [proveNode(context), clientRun(context, '-c', 'discover', '-i', name)],
                verify: askText(context, `instance/${host}/${port}`),
                expectation: { kind: 'orchestratorHas', key: target.key, instance: name },
                expected: 'IsLastCheckValid true',
                rollback: clientText(context, '-c', 'forget', '-i', name),
                blastRadius: t`It connects to the server and to all that replicate with it, and may fail them over from then on where its settings say so.`,
              }),
            ],
    };
  },
};

/** Instances of the inventory that it does not know, those that replicate from nobody first. */
function unknownOf(view: FleetView, { instances }: OrchestratorFacts): readonly string[] {
  const keys = keysByAddress(view.snapshot.inventory.instances);
  const known = new Set(instances.map((each) => keyInFleet(each, keys)));
  const unknown = Object.values(view.instances).filter(({ spec }) => !known.has(spec.key));
  const isReplica = ({ connections }: (typeof unknown)[number]): boolean => connections.length > 0;
  return [...unknown.filter((each) => !isReplica(each)), ...unknown.filter(isReplica)].map(({ spec }) => spec.key);
}
