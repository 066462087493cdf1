import type { LinkedFleet } from '../../../src/core/fleetView';

export interface Case {
  readonly title: string;
  /** Every id that is found, in order; an empty list: a near miss or a healthy fleet. */
  readonly gives: readonly string[];
  readonly fleet: () => LinkedFleet;
}
