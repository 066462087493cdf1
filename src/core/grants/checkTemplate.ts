import { whyNotCompared } from './buildModel';
import { checkAccounts } from './checkAccounts';
import type { CheckContext, ReportFault } from './checkContext';
import { checkDialect } from './checkDialect';
import { checkNames } from './checkNames';
import { checkOrder } from './checkOrder';
import type { BuildOptions } from './modelBuilder';
import type { SourceProblem } from './statements';
import { unique, type GrantTemplate } from './template';
import { t } from '../l10n';

/**
 * Faults of the template itself, without any server's answer, in the order of the file and with spans of it: what it
 * cannot mean, what a server of this version refuses, what is unsafe or does nothing. Includes what is not understood
 * and what is not compared.
 */
export function checkTemplate(template: GrantTemplate, options: BuildOptions = {}): readonly SourceProblem[] {
  const found: SourceProblem[] = [...template.problems];
  const report: ReportFault = (severity, span, message) => {
    found.push({ severity, message, ...template.toSource(span) });
  };
  const statements = template.statements.filter(
    (statement) => template.uncertain(statement) === undefined && whyNotCompared(statement) === undefined,
  );
  const context: CheckContext = { template, statements, options, report };
  const model = template.toModel(options);
  for (const { origin, cause, reason } of model.notCompared) {
    // What is not understood is an error of its own already.
    if (cause !== 'unreadable') report('warning', origin, t`Not compared. ${reason}`);
  }
  checkNames(context);
  checkOrder(context);
  checkDialect(context);
  checkAccounts(context, model);
  return unique(found);
}
