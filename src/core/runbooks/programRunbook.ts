import type { FleetView } from '../fleetView';
import type { CredentialSpec } from '../inventory/model';
import type { ClientAccount, PlanCheck, PlanStep, PlanTarget, ProgramRun } from './plan';

/** What runbooks have in common whose target is no instance: their steps run programs, and the whole fleet is theirs. */

export interface ProgramDraft {
  readonly checks: readonly PlanCheck[];
  readonly steps: readonly PlanStep[];
  /** What the plan chose where nothing was given: planning again checks the same choice. */
  readonly chosen?: Readonly<Record<string, string>>;
}

/** A step, with the programs that it runs in place of the whole call. */
export interface ProgramStepDraft extends Omit<PlanStep, 'call'> {
  readonly runs: readonly ProgramRun[];
}

/** Makes the steps of a plan for this target, run by this account. */
export function programSteps(server: PlanTarget, account: ClientAccount): (step: ProgramStepDraft) => PlanStep {
  return ({ runs, ...step }) => ({ ...step, call: { kind: 'programs', server, account, runs, secrets: [] } });
}

/**
 * The inventory does not say whose a mirror or a neighbour is, so it belongs to all: it is in production where any
 * cluster is, and where no cluster is named at all.
 */
export function isProductionOfAll({ clusters }: FleetView): boolean {
  return clusters.length === 0 || clusters.some(({ spec }) => spec.production);
}

/** The file for `curl --config` that was given, else the login of the inventory, else none. */
export function curlAccount(credentials: CredentialSpec | undefined, configFile: string | undefined): ClientAccount {
  if (configFile !== undefined) return { kind: 'optionFile', path: configFile };
  return credentials?.user === undefined || credentials.password === undefined
    ? { kind: 'own' }
    : { kind: 'written', user: credentials.user, password: credentials.password };
}
