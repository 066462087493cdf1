import type { FleetView } from '../fleetView';
import { keyInFleet, keysByAddress } from '../orchestrator/matchInstances';
import type { OrchestratorFacts, OrchestratorInstance } from '../orchestrator/model';
import { namesSameHost } from '../replication/matchSource';
import { formatSeconds } from '../words';
import { check } from './checks';
import {
  answeredBy,
  askText,
  clientRun,
  clientText,
  isPlainKey,
  plainCheck,
  proveCluster,
  writableCheck,
} from './orchestratorCommands';
import { answersCheck, routeCheck, type ServiceRunbookOf } from './serviceRunbook';
import { t } from '../l10n';

/** Orchestrator's own limit of a lag that is none. */
const lagLimitSeconds = 10;

const whyRelocate = t`\`relocate\` looks for a way that keeps the data (GTID, or matching binary logs) and refuses where there is none. \`move-up\`, \`move-below\`, \`move-equivalent\`, \`repoint\` and \`take-master\` are not offered: they take positions as they stand, and transactions may be lost or run twice.`;

/** Moves a replica with all below it to another source of its cluster. */
export const relocate: ServiceRunbookOf<'orchestrator'> = {
  on: 'orchestrator',
  id: 'orchestrator.relocate',
  title: t`Move a replica by Orchestrator`,
  summary: t`Puts a replica below another server of its cluster, by \`relocate\`: the one command that protects its data.`,
  inputs: [
    {
      name: 'instance',
      label: t`replica to move, host:port as Orchestrator names it`,
      suggest: (view, key) => strandedIn(answeredBy(view, key))?.instance,
    },
    {
      name: 'below',
      label: t`its new source, host:port as Orchestrator names it`,
      suggest: (view, key) => strandedIn(answeredBy(view, key))?.below,
    },
  ],
  isOffered: (_view, { snapshot: { reach } }) =>
    reach.kind !== 'answered' || reach.facts.instances.some(({ source }) => source !== undefined),
  plan: (context) => {
    const { service, facts, input, target, view } = context;
    const [name, below] = [input('instance') ?? '', input('below') ?? ''];
    const find = (key: string): OrchestratorInstance | undefined => facts?.instances.find((each) => each.key === key);
    const [replica, source] = [find(name), find(below)];
    const both = replica !== undefined && source !== undefined;
    const old = replica?.source;
    const loops = both && isBelow(source, replica, find);
    // Below a dead source no replica can be well: it is moved for that.
    const isStranded = old !== undefined && find(old)?.isCheckValid === false;
    const problems = [
      ...(replica?.problems ?? []).filter((each) => !(isStranded && each !== 'last_check_invalid')),
      ...(source?.problems ?? []).map((each) => t`source: ${each}`),
    ];
    const differs = replica === undefined ? undefined : differenceOf(view, replica);
    const lag = source?.source === undefined ? 0 : source.lagSeconds;
    return {
      checks: [
        answersCheck(service),
        routeCheck(service),
        writableCheck(context),
        plainCheck([name, below]),
        check(
          'instances.known',
          facts === undefined ? undefined : both,
          `${name || t`no replica`}: ${replica === undefined ? t`not known` : 'known'}; ${below || t`no source`}: ${source === undefined ? t`not known` : 'known'}`,
          t`Orchestrator knows both`,
          t`Give them as Orchestrator names them, or plan \`orchestrator.discover\`.`,
          { hasNoOverride: true },
        ),
        check(
          'instances.oneCluster',
          both ? replica.cluster === source.cluster : undefined,
          both ? t`${replica.cluster} and ${source.cluster}` : t`not known`,
          t`both in one cluster`,
          t`A server of another cluster has other data.`,
          { hasNoOverride: true },
        ),
        check(
          'replica.hasSource',
          replica === undefined ? undefined : old !== undefined && old !== below,
          old === undefined ? t`${name} replicates from nobody that Orchestrator sees` : t`below ${old}`,
          t`a replica that is not below it yet`,
          t`A primary is moved by a switchover, never by this.`,
          { hasNoOverride: true },
        ),
        check(
          'source.notBelow',
          both ? !loops : undefined,
          loops ? t`${below} is ${name === below ? name : t`below ${name}`}` : t`it is not below the replica`,
          t`a source that does not replicate from the replica`,
          t`That would be a ring. Move the other one first.`,
          { hasNoOverride: true },
        ),
        check(
          'source.logs',
          source?.logBin,
          source?.logBin === undefined ? t`not known` : `log_bin = ${source.logBin ? 1 : 0}`,
          t`a source with a binary log`,
          t`Choose another source.`,
          { hasNoOverride: true },
        ),
        check(
          'instances.healthy',
          both ? problems.length === 0 && replica.isCheckValid === true : undefined,
          both ? problems.join(', ') || (isStranded ? t`its source ${old} is dead` : t`no problem`) : t`not known`,
          t`Orchestrator has no problem with either, but for what a dead source explains`,
          t`Repair that first: what it does not see it cannot move safely.`,
        ),
        check(
          'replica.asRead',
          differs === undefined ? undefined : differs === '',
          differs ?? t`not read directly`,
          t`the server itself says the same source, without a name`,
          t`Believe the server, and look again in a few seconds. Orchestrator does not move named connections.`,
          { mayBeUnknown: true },
        ),
        check(
          'source.caughtUp',
          lag === undefined ? undefined : lag <= lagLimitSeconds,
          lag === undefined ? t`not known` : t`${formatSeconds(lag)} behind`,
          t`a source at most ${lagLimitSeconds} s behind`,
          t`Wait until it has caught up: the replica would wait for it.`,
        ),
        check(
          'replica.usesGtid',
          replica?.usesGtid === true ? true : undefined,
          replica?.usesGtid === true
            ? 'GTID'
            : t`no GTID: Orchestrator has to match binary logs, or stop both servers at one place`,
          'GTID',
          t`It takes longer, and may be refused.`,
          { mayBeUnknown: true },
        ),
      ],
      steps:
        !both || old === undefined || !isPlainKey(name) || !isPlainKey(below)
          ? []
          : [
              context.step({
                id: 'relocate',
                title: t`Move ${name} from ${old} below ${below}`,
                effect: 'write',
                runs: [
                  proveCluster(context, name, below),
                  clientRun(context, '-c', 'relocate', '-i', name, '-d', below),
                ],
                verify: askText(context, `instance/${name.replace(':', '/')}`),
                expectation: { kind: 'orchestratorHas', key: target.key, instance: name, source: below },
                expected: t`MasterKey ${below}, and both threads running`,
                rollback: clientText(context, '-c', 'relocate', '-i', name, '-d', old),
                blastRadius: t`Replication of ${name} stops for a moment; all below it moves along. ${whyRelocate}`,
              }),
            ],
    };
  },
};

function isBelow(
  start: OrchestratorInstance,
  top: OrchestratorInstance,
  find: (key: string) => OrchestratorInstance | undefined,
): boolean {
  const seen = new Set<string>();
  for (let each: OrchestratorInstance | undefined = start; each !== undefined && !seen.has(each.key);) {
    if (each.key === top.key) return true;
    seen.add(each.key);
    each = each.source === undefined ? undefined : find(each.source);
  }
  return false;
}

/** Where the server itself says another source than Orchestrator; empty: it says the same; undefined: it was not read. */
function differenceOf(view: FleetView, replica: OrchestratorInstance): string | undefined {
  const keys = keysByAddress(Object.values(view.instances).map(({ spec }) => spec));
  const own = view.instances[keyInFleet(replica, keys) ?? ''];
  const { reach, source, replication } = own?.snapshot ?? {};
  if (own === undefined || reach?.kind !== 'answered' || source !== 'direct' || replication?.kind !== 'read') return;
  const [first, second] = own.connections.map(({ status }) => status);
  if (first === undefined) return t`the server has no source`;
  const { name, sourceHost, sourcePort } = first;
  if (second !== undefined || name !== '') return t`the server has named connections`;
  const [, host = '', port] = /^(.*):(\d+)$/.exec(replica.source ?? '') ?? [];
  const isSame = port === String(sourcePort) && namesSameHost(host, sourceHost);
  return isSame ? '' : t`the server replicates from ${sourceHost}:${sourcePort}`;
}

/** A replica whose source is dead, and the server above that: what most of these plans are for. */
function strandedIn(
  facts: OrchestratorFacts | undefined,
): { readonly instance: string; readonly below: string } | undefined {
  const dead = facts?.instances.filter(({ isCheckValid, source }) => isCheckValid === false && source !== undefined);
  for (const { key, source: below } of dead ?? []) {
    const replica = facts?.instances.find(({ source }) => source === key);
    if (replica !== undefined && below !== undefined) return { instance: replica.key, below };
  }
  return undefined;
}
