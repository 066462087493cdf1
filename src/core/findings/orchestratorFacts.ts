import type { OrchestratorFacts } from '../orchestrator/model';
import type { FleetContext, ServiceContext } from './rule';

/** What the rules about Orchestrator's own words ask. */
export interface OrchestratorContext extends FleetContext {
  readonly here: string;
  readonly facts: OrchestratorFacts;
  /** ISO 8601, UTC: when it said so. */
  readonly at: string;
}

/** Undefined: another neighbour, or it said nothing now. */
export function orchestratorOf({ service, fleet, name, here }: ServiceContext): OrchestratorContext | undefined {
  if (service.kind !== 'orchestrator' || service.snapshot.reach.kind !== 'answered') return undefined;
  return { fleet, name, here, facts: service.snapshot.reach.facts, at: service.snapshot.at ?? fleet.snapshot.takenAt };
}
