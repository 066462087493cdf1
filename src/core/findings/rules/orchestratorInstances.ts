import { keyInFleet, keysByAddress } from '../../orchestrator/matchInstances';
import type { OrchestratorInstance } from '../../orchestrator/model';
import { namesSameHost } from '../../replication/matchSource';
import { formatSeconds } from '../../words';
import { factsOf } from '../fleetFacts';
import type { Evidence } from '../finding';
import { orchestratorOf, type OrchestratorContext } from '../orchestratorFacts';
import { code, list, lines, plain } from '../phrase';
import type { Draft, Explained, ServiceRule } from '../rule';
import { isClamped } from './orchestratorAnalysis';
import { t } from '../../l10n';

/** Older is old, even where Orchestrator does not say so: ten of its own polls at the default of five seconds, and more than any of its time-outs. */
const staleSeconds = 60;

/** A lag beyond this beside a server that is up to date is not believed. */
const fakeLagSeconds = 60;

/** Nobody replaces a disk for longer than this without saying so again. */
const longDowntimeSeconds = 7 * 86_400;

/** Where what Orchestrator holds of an instance is old, wrong, or in the way. */
export const orchestratorInstances: ServiceRule = {
  scope: 'service',
  ids: {
    'orchestrator.staleCheck': 'warning',
    'orchestrator.fakeLag': 'warning',
    'orchestrator.disagrees': 'warning',
    'orchestrator.downtimeForgotten': 'warning',
  },
  check: (context) => {
    const own = orchestratorOf(context);
    return own === undefined ? [] : [...stale(own), ...fakeLag(own), ...disagrees(own), ...downtimes(own)];
  },
};

type Found = readonly (readonly [instance: OrchestratorInstance, measured: string])[];

/** One finding for all instances, each with its evidence; none where there is none. */
function one(
  { facts, at }: OrchestratorContext,
  found: Found,
  draft: (who: string) => Omit<Draft, 'evidence'>,
  more: readonly Evidence[] = [],
): readonly Draft[] {
  if (found.length === 0) return [];
  const names = found.map(([{ key }]) => code(key));
  const who = names.length <= 3 ? list(names) : t`${list(names.slice(0, 2))} and ${names.length - 2} more`;
  const evidence = found.map(([{ key }, measured]) => ({
    measured: plain(`${key}: ${measured}`),
    source: facts.requests.instances,
    at,
  }));
  return [{ ...draft(who), evidence: [...evidence, ...more] }];
}

function stale(context: OrchestratorContext): readonly Draft[] {
  const found = context.facts.instances.flatMap((instance): Found => {
    const { isRecentlyChecked, secondsSinceSeen, lastSeen } = instance;
    if (isRecentlyChecked !== false && (secondsSinceSeen ?? 0) <= staleSeconds) return [];
    // The age is Orchestrator's own, by the clock that its time of the last answer is of: ours may go otherwise.
    const since =
      secondsSinceSeen === undefined
        ? t`never seen`
        : lastSeen === undefined
          ? t`last seen ${formatSeconds(secondsSinceSeen)} before it answered`
          : t`last seen at ${lastSeen}, ${formatSeconds(secondsSinceSeen)} before it answered`;
    const limit =
      isRecentlyChecked === false
        ? t`not checked within five of its InstancePollSeconds, as it says itself`
        : t`limit ${formatSeconds(staleSeconds)}`;
    return [[instance, `${since}; ${limit}`]];
  });
  return one(context, found, (who) => ({
    id: 'orchestrator.staleCheck',
    title: t`What Orchestrator ${context.here} says of ${who} is old.`,
    short: t`${found.length === 1 ? t`an instance` : t`${found.length} instances`} not checked lately`,
    remedy:
      found.length === context.facts.instances.length
        ? t`All of them are: see whether Orchestrator’s active node polls at all, and its log.`
        : t`See whether these hosts answer Orchestrator: its account there, DNS, and the firewall. What it once knew by another name is never checked again.`,
  }));
}

function fakeLag(context: OrchestratorContext): readonly Draft[] {
  const keys = keysByAddress(context.fleet.snapshot.inventory.instances);
  const found = context.facts.instances.flatMap((instance): Found => {
    const { lagSeconds, secondsBehind, ioThread, sqlThread } = instance;
    if (lagSeconds === undefined) return [];
    if (isClamped(lagSeconds)) {
      return [
        [instance, t`lag ${lagSeconds} s, where MySQL’s TIME ends; Seconds_Behind_Master ${secondsBehind ?? t`NULL`}`],
      ];
    }
    const own = context.fleet.instances[keyInFleet(instance, keys) ?? ''];
    const direct = own?.connections.map((connection) => connection.lagSeconds);
    const isCurrent =
      direct === undefined || direct.length === 0
        ? secondsBehind === 0
        : direct.every((lag) => lag !== undefined && lag < fakeLagSeconds / 2);
    return lagSeconds > fakeLagSeconds && isCurrent && ioThread === 'running' && sqlThread === 'running'
      ? [[instance, t`lag ${lagSeconds} s, and the replica itself is up to date`]]
      : [];
  });
  return one(context, found, (who) => ({
    id: 'orchestrator.fakeLag',
    title: t`The lag that Orchestrator ${context.here} shows for ${who} is not real.`,
    short: t`fake lag`,
    remedy: lines(
      t`Its \`ReplicationLagQuery\` takes the oldest row of the heartbeat table: delete the rows of servers that are gone, on each instance by itself.`,
      '`SET SESSION sql_log_bin=0; DELETE FROM heartbeat.heartbeat WHERE server_id=… LIMIT 1`',
    ),
    avoid: t`Do not relocate or rebuild these replicas, and do not delete the row of a primary that writes now.`,
  }));
}

function disagrees(context: OrchestratorContext): readonly Draft[] {
  const { fleet, facts } = context;
  const keys = keysByAddress(fleet.snapshot.inventory.instances);
  const more: Evidence[] = [];
  const found = facts.instances.flatMap((instance): Found => {
    const own = fleet.instances[keyInFleet(instance, keys) ?? ''];
    // Only what both have seen at about the same time can contradict each other.
    if (
      own?.snapshot.reach.kind !== 'answered' ||
      own.snapshot.source !== 'direct' ||
      instance.isRecentlyChecked !== true
    )
      return [];
    if (instance.isCheckValid === false) return [[instance, t`its check fails, and the server answers us`]];
    const differences: string[] = [];
    const readOnly = factsOf(own)?.readOnly;
    if (readOnly !== undefined && instance.readOnly !== undefined && readOnly !== instance.readOnly) {
      differences.push(t`read_only ${String(instance.readOnly)}, and the server says ${String(readOnly)}`);
    }
    const [connection] = own.connections;
    if (own.snapshot.replication.kind === 'read') {
      const named = own.connections.filter(({ status }) => status.name !== '').length;
      if (instance.source === undefined && own.connections.length > 0) {
        differences.push(
          t`no source, and the server has ${own.connections.length === named ? t`named connections, which Orchestrator does not see` : t`one`}: ${own.connections.map(({ source }) => source).join(', ')}`,
        );
      } else if (instance.source !== undefined && own.connections.length === 0) {
        differences.push(t`source ${instance.source}, and the server has no connection`);
      } else if (own.connections.length === 1 && connection !== undefined && instance.source !== undefined) {
        const { sourceHost, sourcePort, ioThread, sqlThread } = connection.status;
        if (!namesSameHost(hostOf(instance.source), sourceHost) || !instance.source.endsWith(`:${sourcePort}`)) {
          differences.push(t`source ${instance.source}, and the server says ${sourceHost}:${sourcePort}`);
        }
        const stopped = (thread: string | undefined): boolean => thread === 'stopped';
        if (stopped(instance.sqlThread) !== stopped(sqlThread) || stopped(instance.ioThread) !== stopped(ioThread)) {
          differences.push(
            t`IO ${instance.ioThread ?? t`none`}, SQL ${instance.sqlThread ?? t`none`}, and the server says ${ioThread}, ${sqlThread}`,
          );
        }
      }
    }
    if (differences.length === 0) return [];
    const at = own.snapshot.at ?? context.at;
    more.push({ measured: t`${own.spec.key} was read directly`, source: t`the server itself`, at });
    return [[instance, differences.join('; ')]];
  });
  return one(
    context,
    found,
    (who) => ({
      id: 'orchestrator.disagrees',
      title: t`Orchestrator ${context.here} and the server itself disagree about ${who}.`,
      short: t`differs from a direct reading`,
      remedy: lines(
        t`Believe the server. Look again after a few seconds: the two were not read at one instant.`,
        t`Where it stays: Orchestrator’s account lacks a privilege there, resolves the name to another server, or the replica has named connections.`,
      ),
      avoid: t`Do not relocate or recover by Orchestrator while it holds a wrong picture of this server.`,
    }),
    more,
  );
}

function hostOf(key: string): string {
  return key.slice(0, key.lastIndexOf(':')).replace(/^\[|\]$/g, '');
}

function downtimes(context: OrchestratorContext): readonly Draft[] {
  const nowMs = Date.parse(context.at);
  const found = context.facts.instances.flatMap((instance): Found => {
    const { downtime } = instance;
    if (downtime === undefined) return [];
    const untilMs = downtime.until === undefined ? Number.NaN : Date.parse(downtime.until);
    const isOver = untilMs < nowMs - staleSeconds * 1000;
    const isLong = (downtime.elapsedSeconds ?? 0) > longDowntimeSeconds || untilMs - nowMs > longDowntimeSeconds * 1000;
    if (!isOver && !isLong) return [];
    const who = t`by ${downtime.owner ?? t`nobody named`}: ${downtime.reason ?? t`no reason given`}`;
    const end = downtime.until === undefined ? t`without an end` : t`until ${downtime.until}`;
    return [[instance, t`downtimed ${who}, ${end}`]];
  });
  return one(context, found, (who) => ({
    id: 'orchestrator.downtimeForgotten',
    title: t`The downtime of ${who} in Orchestrator ${context.here} looks forgotten.`,
    short: t`downtime forgotten`,
    remedy: t`Ask who set it. If it is over: \`orchestrator-client -c end-downtime -i HOST:PORT\`.`,
    avoid: t`Do not leave it: a downtimed server fails without a word, and is not recovered.`,
  }));
}

export const orchestratorInstancesExplained: Explained = {
  'orchestrator.staleCheck': {
    means: 'What Orchestrator says of an instance is old.',
    when: 'Its own `IsRecentlyChecked` is false, or it saw the instance last more than a minute ago.',
    why: 'Orchestrator does not reach it, does not poll, or knows it by a name that it does not use any more.',
  },
  'orchestrator.fakeLag': {
    means: 'Orchestrator shows a lag that is not there.',
    when: 'A lag of 3020399 or 3020400 seconds, where MySQL’s TIME ends, or of more than a minute beside a replica that is up to date.',
    why: 'Its lag query takes the oldest row of the heartbeat table, left by a server that is gone.',
  },
  'orchestrator.disagrees': {
    means: 'Orchestrator and the server itself say different things.',
    when: 'Source, stopped threads, `read_only` or reachability differ between its recent check and our own reading.',
    why: 'It misses a privilege, resolves a name to another server, or does not see named connections.',
  },
  'orchestrator.downtimeForgotten': {
    means: 'A downtime in Orchestrator was not ended.',
    when: 'It should have ended, lasts for more than a week, or will.',
    why: 'Whoever set it moved on.',
  },
};
