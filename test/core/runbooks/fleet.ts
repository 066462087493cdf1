import assert from 'node:assert/strict';
import { diagnose } from '../../../src/core/findings/diagnose';
import type { FleetView } from '../../../src/core/fleetView';
import { joinFindings } from '../../../src/core/joinFindings';
import type { CallFiles } from '../../../src/core/runbooks/clientCall';
import type { ClientCall, PlanStep } from '../../../src/core/runbooks/plan';
import { fleetOf } from '../findings/fleetBuilder';

/** A view of the healthy cluster of fleetBuilder.ts with changes. */
export function viewOf(...[nodes, clusters]: Parameters<typeof fleetOf>): FleetView {
  const fleet = fleetOf(nodes, clusters);
  return joinFindings(fleet, diagnose(fleet));
}

export const files: CallFiles = {
  shell: 'posix',
  optionFile: () => '/store/run.cnf',
  sqlFile: '/store/run.sql',
  resolve: (path) => (path.startsWith('/') ? path : `/work space/${path}`),
};

/** The same where nothing is in production. */
export function calm(view: FleetView): FleetView {
  const clusters = view.clusters.map((cluster) => ({ ...cluster, spec: { ...cluster.spec, production: false } }));
  return { ...view, clusters };
}

/** The call of a step on an instance. */
export function clientCallOf(step: PlanStep | undefined): ClientCall {
  assert.ok(step?.call.kind === 'client');
  return step.call;
}

/** One plan of a runbook: what it runs, or what stands in its way. */
export interface PlanCase {
  readonly title: string;
  readonly id: string;
  readonly target: string;
  readonly view: () => FleetView;
  readonly inputs?: Readonly<Record<string, string>>;
  /** The statements of all steps; undefined: only what blocks is looked at. */
  readonly statements?: readonly string[];
  /** Ids of the checks that block; none unless given. */
  readonly blocks?: readonly string[];
}
