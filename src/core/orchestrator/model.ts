import type { HttpAnswer } from '../http/answer';

/** Answers by their path below `/api/`. */
export type OrchestratorAnswers = Readonly<Record<string, HttpAnswer>>;

/** What Orchestrator knows. */
export interface OrchestratorFacts {
  readonly version?: string;
}
