import { factsOf } from '../findings/fleetFacts';
import type { PlanCheck } from './plan';
import type { SetUp } from './setUp';
import { t } from '../l10n';

/** What is copied, and what that would do to what is there. */
export function databaseChecks(setUp: SetUp): readonly PlanCheck[] {
  return [scopeCheck(setUp), ...heartbeatCheck(setUp)];
}

function scopeCheck({ context: { facts }, source, databases, others }: SetUp): PlanCheck {
  const refused = databases?.filter((name) => name.startsWith('-') || /[\u0000-\u001f\u007f]/.test(name)) ?? [];
  const there = factsOf(source);
  const sameVersion =
    facts === undefined || there === undefined
      ? undefined
      : facts.versionNumber.slice(0, 2).join('.') === there.versionNumber.slice(0, 2).join('.');
  if (databases !== undefined) {
    return {
      id: 'databases.scope',
      pass: refused.length > 0 || databases.length === 0 ? false : 'unknown',
      mayBeUnknown: true,
      measured: databases.length === 0 ? t`no name` : databases.join(', '),
      needed: t`all databases that the source writes, and names that do not begin with a dash`,
      fix: t`A change to a database that is not here stops the replica (1146, 1049), unless its configuration leaves it out (\`replicate_wild_do_table\`).`,
    };
  }
  return {
    id: 'databases.scope',
    pass: others.length > 0 ? false : (sameVersion ?? 'unknown'),
    measured:
      others.length > 0
        ? t`all databases, and other connections fill some here`
        : t`all databases, from ${there?.version ?? t`not known`} to ${facts?.version ?? t`not known`}`,
    needed: t`no other source, and the same version: accounts and system tables come along`,
    fix: t`Name the databases as input \`databases\`, separated by commas; accounts then stay as they are here.`,
  };
}

/** The first heartbeat that arrives finds no table (1146), or the table of the other sources was replaced (1032). */
function heartbeatCheck({ context: { instance }, source, databases, others }: SetUp): readonly PlanCheck[] {
  const table = source.spec.heartbeatTable;
  const rows = source.snapshot.heartbeat;
  if (databases === undefined || table === undefined || rows.kind !== 'read' || rows.value.length === 0) return [];
  const schema = table.split('.')[0] ?? '';
  const isLoaded = databases.includes(schema);
  const isHere = instance.snapshot.heartbeat.kind === 'read';
  const pass = others.length > 0 ? !isLoaded && isHere : isLoaded || isHere;
  return [
    {
      id: 'databases.heartbeat',
      pass,
      measured: t`${schema} is ${isLoaded ? '' : t`not `}among them, ${table} is ${isHere ? '' : t`not `}here`,
      needed:
        others.length > 0
          ? t`${table} here, and not loaded again: it has rows of the other sources`
          : t`${table}, which the source writes every second`,
      fix:
        others.length > 0
          ? t`Leave ${schema} out of \`databases\`; where the table is missing here, create it as the other sources have it.`
          : t`Add ${schema} to \`databases\`.`,
    },
  ];
}
