import type { BuildOptions } from './modelBuilder';
import type { AccountStatement, SourceProblem } from './statements';
import type { GrantTemplate } from './template';
import type { Span } from './tokenizer';

/** Takes a fault at a place of the expanded text. */
export type ReportFault = (severity: SourceProblem['severity'], span: Span, message: string) => void;

export interface CheckContext {
  readonly template: GrantTemplate;
  /** Statements that are evaluated: no fault is found in what nobody can tell. */
  readonly statements: readonly AccountStatement[];
  readonly options: BuildOptions;
  readonly report: ReportFault;
}
