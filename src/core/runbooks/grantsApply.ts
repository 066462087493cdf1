import { grantFixKey, type GrantFix } from '../grants/grantFix';
import { effectOf } from '../guard/effect';
import { check, advice } from './checks';
import type { PlanCheck } from './plan';
import { replicasInWords, type InstanceRunbook, type RunbookContext } from './runbook';
import { formatInstant } from '../words';
import { t } from '../l10n';

export const applyGrants: InstanceRunbook = {
  on: 'instance',
  id: 'grants.apply',
  title: t`Make grants match a template`,
  summary: t`Runs the SQL of the grants review: adds what is missing, then takes away what the template does not give.`,
  inputs: [
    {
      name: 'template',
      label: t`template of grants, as a path from the inventory`,
      suggest: ({ snapshot: { inventory } }, key) => {
        const clusters = inventory.instances.find((spec) => spec.key === key)?.clusters ?? [];
        const own = inventory.grantTemplates.find((spec) => spec.clusters.some((name) => clusters.includes(name)));
        return own?.files;
      },
    },
  ],
  isOffered: ({ snapshot }, { spec }) =>
    snapshot.inventory.grantTemplates.some(({ clusters }) => clusters.some((name) => spec.clusters.includes(name))),
  plan: (context) => {
    const { key, input, step, view } = context;
    const template = input('template');
    const read = template === undefined ? undefined : view.grantFixes?.[grantFixKey(key, template)];
    const fix = read?.kind === 'ok' ? read.value : undefined;
    const checks = checksOf(context, fix, read?.kind === 'failed' ? read.reason : undefined);
    if (fix === undefined || template === undefined) return { checks, steps: [] };
    const { replication } = context.instance.snapshot;
    const isReplica = replication.kind === 'read' && context.instance.connections.length > 0;
    const silent = isReplica ? ['SET SESSION sql_log_bin = 0'] : [];
    const reach = isReplica
      ? t`${key} alone: nothing of it enters its binary log.`
      : t`${key} and all that replicate from it. ${replicasInWords(context)}`;
    const shows = fix.changed.map((account) => `SHOW GRANTS FOR ${account}`);
    const verify = shows.length === 0 ? 'SELECT user, host FROM mysql.user' : shows.join('; ');
    const common = { verify, blastRadius: t`${reach} Logins that are open keep what they had.` };
    const draft = (id: 'add' | 'take', statements: readonly string[], title: string, undo: string) => {
      const isLast = id === 'take' || fix.takes.length === 0;
      return step({
        ...common,
        ...{ id, title, statements: [...silent, ...statements] },
        effect: effectOf(statements.join(';\n')),
        secrets: fix.secrets
          .filter(({ name }) => statements.some((text) => text.includes(`{{${name}}}`)))
          .map(({ name, label }) => ({ name, label, maxLength: 128, isNew: true as const })),
        templateAccounts: fix.accounts,
        expectation: { kind: 'grants', key, template, part: isLast ? 'all' : 'adds' },
        expected: isLast ? t`what ${template} says` : t`all that ${template} gives`,
        ...(undo === '' ? {} : { rollback: [...silent.map((text) => `${text};`), undo].join('\n') }),
      });
    };
    return {
      checks,
      steps: [
        ...(fix.adds.length === 0
          ? []
          : [draft('add', fix.adds, t`Add on ${key} what ${template} gives`, fix.undoAdds)]),
        ...(fix.takes.length === 0
          ? []
          : [draft('take', fix.takes, t`Take away on ${key} what ${template} does not give`, fix.undoTakes)]),
      ],
    };
  },
};

function checksOf(
  { key, input, facts, instance, dialect }: RunbookContext,
  fix: GrantFix | undefined,
  failure: string | undefined,
): readonly PlanCheck[] {
  const template = input('template');
  const { replication } = instance.snapshot;
  const isReplica = replication.kind === 'read' ? instance.connections.length > 0 : undefined;
  const isClosed = dialect.flavor === 'mysql' ? facts?.superReadOnly : false;
  const checks: PlanCheck[] = [
    check(
      'grants.compared',
      fix !== undefined,
      fix === undefined
        ? (failure ?? (template === undefined ? t`no template given` : t`not read`))
        : t`read at ${formatInstant(fix.readAt)}`,
      t`the template held against the accounts of the server`,
      t`Name a template of \`grantTemplates\` as input \`template\`, and an option file with an account that may read \`mysql.*\`.`,
      { hasNoOverride: true },
    ),
    check(
      'target.role',
      isReplica === undefined ? undefined : true,
      isReplica === undefined ? t`not known` : isReplica ? t`a replica` : t`no replica`,
      t`known, since a replica must not log these statements`,
      t`Read the replication status of ${key} first.`,
      { hasNoOverride: true },
    ),
    check(
      'target.takesWrites',
      isClosed === undefined ? undefined : !isClosed,
      isClosed === undefined ? t`not known` : isClosed ? 'super_read_only = 1' : t`accounts can be changed`,
      'super_read_only = 0',
      t`Set \`super_read_only\` to 0 as long as it takes: MySQL lets nobody change accounts under it.`,
    ),
  ];
  if (fix === undefined) return checks;
  const changes = fix.adds.length + fix.takes.length;
  const breaks = [...fix.adds, ...fix.takes].some((text) => /^(?:CREATE|DROP|REVOKE)\b/.test(text));
  const below = instance.replicas.length;
  return [
    ...checks,
    check(
      'grants.template',
      fix.errors.length === 0,
      fix.errors[0] ?? t`no error`,
      t`a template without errors`,
      t`Mend the template first: what it means is not known.`,
      { hasNoOverride: true },
    ),
    check(
      'grants.byStatement',
      fix.byHand.length === 0,
      fix.byHand[0] ?? t`statements alone`,
      t`nothing that a person has to decide`,
      t`Decide it in the template or on the server, then plan again.`,
    ),
    check(
      'grants.differ',
      changes > 0,
      `${changes} ${changes === 1 ? 'statement' : 'statements'}`,
      t`something to do`,
      t`There is nothing to do: it is as the template says.`,
      { hasNoOverride: true },
    ),
    check(
      'grants.open',
      fix.notCompared === 0 ? true : undefined,
      fix.notCompared === 0 ? t`all was compared` : t`${fix.notCompared} not compared`,
      t`all of the template compared`,
      t`What was not compared is left as it is; the grants review says why.`,
      advice,
    ),
    ...(isReplica === false && below > 0 && breaks
      ? [
          check(
            'replicas.sameAccounts',
            undefined,
            t`${below} below it, not compared`,
            t`replicas with the same accounts`,
            t`A CREATE, DROP or REVOKE that a replica cannot repeat stops it (1396, 1141): compare their grants first.`,
            advice,
          ),
        ]
      : []),
  ];
}
