import { accountLabel } from './accountName';
import type { AccountDiff, DiffItem, DiffTarget } from './diffItem';
import type { GrantDiff } from './diffGrants';
import { scopeLabel } from './scope';
import type { SourceProblem } from './statements';
import type { GrantTemplate } from './template';
import { t } from '../l10n';

/** What `api.diffGrants` hands out, version 1. Plain JSON; lines count from 1. Fields are only ever added. */
export interface GrantReport {
  instance: string;
  template: string;
  accounts: { account: string; state: AccountDiff['state']; items: GrantReportItem[] }[];
  problems: { line: number; message: string; severity: 'error' | 'warning' }[];
  fixSql: string;
}

export interface GrantReportItem {
  kind: DiffTarget['kind'];
  scope?: string;
  privilege?: string;
  expected?: string;
  actual?: string;
  verdict: DiffItem['verdict'];
  line?: number;
}

export function toGrantReport(input: {
  readonly instance: string;
  /** Its path or URI, for the report. */
  readonly name: string;
  readonly template: GrantTemplate;
  readonly diff: GrantDiff;
  /** Of `checkTemplate`, with spans of the file. */
  readonly problems: readonly SourceProblem[];
  readonly fixSql: string;
}): GrantReport {
  const { template, diff } = input;
  const notCompared = diff.notCompared.map(({ origin, reason }) => ({
    line: template.lineOf(origin),
    message: t`Not compared. ${reason}`,
    severity: 'warning' as const,
  }));
  const faults = input.problems.map(({ start, message, severity }) => ({
    line: template.sourceLine(start),
    message,
    severity,
  }));
  const problems = new Map(
    [...faults, ...notCompared].map((problem) => [`${problem.line} ${problem.message}`, problem]),
  );
  return {
    instance: input.instance,
    template: input.name,
    accounts: diff.accounts.map(({ name, state, items }) => ({
      account: accountLabel(name),
      state,
      items: items.map((item) => toReportItem(item, template)),
    })),
    problems: [...problems.values()].sort((a, b) => a.line - b.line),
    fixSql: input.fixSql,
  };
}

function toReportItem(
  { target, verdict, expected, actual, origin }: DiffItem,
  template: GrantTemplate,
): GrantReportItem {
  const privilege = privilegeOf(target);
  return {
    kind: target.kind,
    ...('scope' in target && { scope: scopeLabel(target.scope) }),
    ...(privilege !== undefined && { privilege }),
    ...(expected !== undefined && { expected }),
    ...(actual !== undefined && { actual }),
    verdict,
    ...(origin && { line: template.lineOf(origin) }),
  };
}

function privilegeOf(target: DiffTarget): string | undefined {
  switch (target.kind) {
    case 'privilege':
      return target.privilege === 'ALL' ? 'ALL PRIVILEGES' : target.privilege;
    case 'dynamicGrantOption':
    case 'partialRevoke':
      return target.privilege;
    case 'role':
    case 'adminOption':
      return accountLabel(target.role);
    case 'proxy':
    case 'proxyGrantOption':
      return accountLabel(target.proxied);
    case 'limit':
    case 'option':
      return target.name;
    default:
      return undefined;
  }
}
