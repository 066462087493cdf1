import { blockedBy } from './checks';
import type { PlanCheck, RunbookPlan, StepCall } from './plan';
import { needsOf } from './stepNeeds';
import { t } from '../l10n';

/** Where each program was found; a name without a path was looked for in vain, one that is missing was not looked for. */
export type FoundPrograms = Readonly<Record<string, string | undefined>>;

/** Packages of Debian and of Fedora that bring a program. */
const packages: Readonly<Record<string, readonly [debian: string, fedora: string]>> = {
  mariadb: ['mariadb-client', 'mariadb'],
  'mariadb-dump': ['mariadb-client', 'mariadb'],
  mysql: ['default-mysql-client', 'mysql'],
  mysqldump: ['default-mysql-client', 'mysql'],
  etcdctl: ['etcd-client', 'etcd'],
  curl: ['curl', 'curl'],
  ssh: ['openssh-client', 'openssh-clients'],
  install: ['coreutils', 'coreutils'],
};

/** Every program that the steps of a plan run, once. */
export function programsOf(calls: readonly StepCall[]): readonly string[] {
  return [...new Set(calls.flatMap((call) => needsOf(call).programs))];
}

/** One line per program: without it the command ends before it begins. */
export function programChecks(calls: readonly StepCall[], found: FoundPrograms): readonly PlanCheck[] {
  return programsOf(calls).map((program): PlanCheck => {
    const [debian, fedora] = packages[program] ?? [program, program];
    const place = found[program];
    const isLookedFor = program in found;
    return {
      id: `program.${program}`,
      pass: place !== undefined ? true : isLookedFor ? false : 'unknown',
      measured: place ?? (isLookedFor ? t`not on PATH` : t`not looked for`),
      needed: t`${program} on PATH, where the terminal runs`,
      fix: t`Install it: \`apt install ${debian}\` on Debian and Ubuntu, \`dnf install ${fedora}\` on Fedora.`,
    };
  });
}

/** The plan with more ground to check. */
export function withChecks(plan: RunbookPlan, more: readonly PlanCheck[]): RunbookPlan {
  return { ...plan, checks: [...plan.checks, ...more], blocked: [...plan.blocked, ...blockedBy(more)] };
}
