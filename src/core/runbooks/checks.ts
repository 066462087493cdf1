import { describeIdentity } from '../guard/identity';
import type { PlanCheck } from './plan';
import type { RunbookContext } from './runbook';
import { t } from '../l10n';

/** What every runbook needs of its target, first in every table. */
export function commonChecks({ key, instance, server, facts, input }: RunbookContext): readonly PlanCheck[] {
  const { reach } = instance.snapshot;
  const { credentials, via } = instance.spec;
  const account = input('optionFile') ?? credentials?.optionFile;
  return [
    {
      id: 'target.identity',
      pass: server.identity !== undefined,
      measured:
        server.identity !== undefined
          ? describeIdentity(server.identity)
          : reach.kind === 'failed'
            ? t`not read: ${reach.failure.text}`
            : facts === undefined
              ? t`not read`
              : t`it does not say who it is`,
      needed: t`it answers, and says who it is`,
      hasNoOverride: true,
      fix: t`Read ${key} again; what its own findings say comes first.`,
    },
    {
      id: 'target.route',
      pass: via === undefined,
      measured: via === undefined ? t`reached directly` : t`reached through ${via}`,
      needed: t`the database client reaches it without a tunnel`,
      fix: t`Open the folder on the bastion host with Remote-SSH, where the server is reached directly.`,
    },
    {
      id: 'client.account',
      pass: 'unknown',
      mayBeUnknown: true,
      measured:
        account !== undefined
          ? t`the account of ${account}`
          : credentials?.user !== undefined && credentials.password !== undefined
            ? t`${credentials.user}, the account that the inventory reads with`
            : t`the account of your own option files`,
      needed: t`an account that may do this`,
      fix: t`The server refuses what the account may not do. If it does, plan it again, and give an option file with an account that may.`,
    },
  ];
}

/** Whether a check stops the plan. */
export function blocks({ pass, mayBeUnknown }: PlanCheck): boolean {
  return pass === false || (pass === 'unknown' && mayBeUnknown !== true);
}

/** Ids of checks that stop the plan, in words. */
export function blockedBy(checks: readonly PlanCheck[]): readonly string[] {
  return checks
    .filter(blocks)
    .map(({ id, pass, measured, needed }) =>
      pass === false
        ? t`${id}: ${measured}; needed: ${needed}.`
        : t`${id} is not known: ${measured}; needed: ${needed}.`,
    );
}

/** Checks that stop the plan and that a typed reason may overrule. What blocks otherwise has no override. */
export function overridable(checks: readonly PlanCheck[]): readonly PlanCheck[] {
  return checks.filter((check) => blocks(check) && check.hasNoOverride !== true);
}

/** A check of a value that may not be known. */
export function check(
  id: string,
  pass: boolean | undefined,
  measured: string,
  needed: string,
  fix: string,
  more: Partial<PlanCheck> = {},
): PlanCheck {
  return { id, pass: pass ?? 'unknown', measured, needed, fix, ...more };
}

/** For a check that warns and never blocks by being unknown. */
export const advice = { mayBeUnknown: true } as const;
