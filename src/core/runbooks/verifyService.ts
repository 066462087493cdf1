import type { FleetView } from '../fleetView';
import type { ConsumerGroup } from '../burrow/model';
import type { Expectation } from './plan';
import { isStopped } from './serviceRunbook';
import { verdict, type Verification } from './verification';
import { t } from '../l10n';

type ServiceExpectation = Extract<
  Expectation,
  { readonly kind: `service${string}` | `orchestrator${string}` | 'consumerReset' }
>;

/** By what the neighbour itself says; the view is known to be newer than the step. */
export function verifyService(expectation: ServiceExpectation, view: FleetView): Verification {
  const { key } = expectation;
  const service = view.services.find((each) => each.key === key);
  if (service === undefined) return { kind: 'unknown', why: t`${key} left the inventory meanwhile.` };
  const { reach } = service.snapshot;
  if (expectation.kind === 'serviceStopped') {
    if (reach.kind === 'answered') return verdict(false, t`it still answers`);
    return reach.kind === 'failed' && isStopped(reach.failure)
      ? verdict(true, t`it does not answer: ${reach.failure.text}`)
      : { kind: 'unknown', why: t`Whether ${key} is stopped is not known: ${whyUnread(reach)}.` };
  }
  if (reach.kind !== 'answered') return { kind: 'unknown', why: t`${key} does not answer: ${whyUnread(reach)}.` };
  if (service.kind === 'orchestrator' && service.snapshot.reach.kind === 'answered') {
    return judgeOrchestrator(expectation, service.snapshot.reach.facts);
  }
  if (service.kind === 'burrow' && service.snapshot.reach.kind === 'answered') {
    return judgeGroup(expectation, service.snapshot.reach.facts.groups);
  }
  return { kind: 'unknown', why: t`${key} cannot tell that.` };
}

function whyUnread(reach: FleetView['services'][number]['snapshot']['reach']): string {
  return reach.kind === 'failed' ? reach.failure.text.replace(/\.$/, '') : t`not read`;
}

type Facts = Extract<
  Extract<FleetView['services'][number], { readonly kind: 'orchestrator' }>['snapshot']['reach'],
  { readonly kind: 'answered' }
>['facts'];

function judgeOrchestrator(expectation: ServiceExpectation, { clusters, instances }: Facts): Verification {
  switch (expectation.kind) {
    case 'serviceAnswers':
      return verdict(clusters.length >= expectation.clusters, t`it answers, and knows ${clusters.length} clusters`);
    case 'orchestratorForgot': {
      const left = instances.filter(({ key }) => expectation.instances.includes(key)).map(({ key }) => key);
      return verdict(
        left.length === 0,
        left.length === 0 ? t`it knows none of them` : t`it still knows ${left.join(', ')}`,
      );
    }
    case 'orchestratorHas': {
      const found = instances.find(({ key }) => key === expectation.instance);
      if (found === undefined) return verdict(false, t`it does not know ${expectation.instance}`);
      const { source, ioThread, sqlThread, isCheckValid, isRecentlyChecked } = found;
      if (isCheckValid !== true || isRecentlyChecked === false) {
        return { kind: 'unknown', why: t`Orchestrator has no valid check of ${found.key} yet.` };
      }
      if (expectation.source === undefined) return verdict(true, t`it is known, and its check is valid`);
      return verdict(
        source === expectation.source && ioThread === 'running' && sqlThread === 'running',
        t`source ${source ?? t`none`}, IO thread ${ioThread ?? t`none`}, SQL thread ${sqlThread ?? t`none`}`,
      );
    }
    case 'serviceStopped':
    case 'consumerReset':
      return { kind: 'unknown', why: t`Orchestrator cannot tell that.` };
  }
}

function judgeGroup(expectation: ServiceExpectation, groups: readonly ConsumerGroup[]): Verification {
  if (expectation.kind !== 'consumerReset') return { kind: 'unknown', why: t`Burrow cannot tell that.` };
  const { group: name, newest } = expectation;
  const group = groups.find((each) => each.group === name);
  if (group === undefined) return { kind: 'unknown', why: t`The inventory no longer names ${name}.` };
  if (group.kind === 'failed') return { kind: 'unknown', why: t`${name} could not be read: ${group.text}` };
  if (group.kind === 'unknown') return verdict(true, t`Burrow has forgotten ${name}`);
  const starts = group.partitions.flatMap(({ start }) => start?.at ?? []);
  const isNew = (group.complete ?? 1) < 1 && starts.every((at) => newest !== undefined && at > newest);
  return verdict(
    isNew,
    isNew
      ? t`${name} is evaluated anew, from commits made since`
      : t`${name} still has its window of commits: ${group.status}`,
  );
}
