import { quoteIdentifier, quoteSqlString } from '../../guard/quoteSql';
import { formatSeconds } from '../../words';
import { code, fromStatus, lines } from '../phrase';
import type { ConnectionContext, ConnectionRule, Explained } from '../rule';
import { t } from '../../l10n';

/** Filters that a statement takes away. */
const clearable: ReadonlySet<string> = new Set([
  ...['replicate_do_db', 'replicate_ignore_db', 'replicate_do_table', 'replicate_ignore_table'],
  ...['replicate_wild_do_table', 'replicate_wild_ignore_table'],
]);

function clearFilter({ dialect, status }: ConnectionContext, kind: string): string {
  if (dialect.flavor === 'mariadb')
    return `SET GLOBAL ${status.name === '' ? '' : `${quoteIdentifier(status.name)}.`}${kind} = ''`;
  const channel = status.name === '' ? '' : ` FOR CHANNEL ${quoteSqlString(status.name)}`;
  return `CHANGE REPLICATION FILTER ${kind.toUpperCase()} = ()${channel}`;
}

/** By design, or forgotten: shown so that nobody is surprised. */
export const settings: ConnectionRule = {
  scope: 'connection',
  ids: { 'replica.delayed': 'info', 'replica.filtered': 'info' },
  check(context) {
    const { status, instance, here, there, dialect } = context;
    const { name, delaySeconds, filters } = status;
    const declared = instance.spec.delaySeconds ?? 0;
    const restart = (seconds: number) =>
      `${code(dialect.stop(name))}, ${code(dialect.change(name, { DELAY: String(seconds) }))}, ${code(dialect.start(name))}`;
    // One delayed connection is enough for an instance that declares a delay.
    const lacksDelay = declared > 0 && !instance.connections.some((each) => each.status.delaySeconds > 0);
    const isAsDeclared = delaySeconds === declared;
    const evidence = fromStatus(context, t`SQL_Delay ${delaySeconds} s, declared ${declared} s`);
    return [
      ...(delaySeconds > 0
        ? [
            {
              id: 'replica.delayed',
              ...(isAsDeclared ? {} : { severity: 'warning' as const }),
              title: isAsDeclared
                ? t`${here} applies what comes from ${there} ${formatSeconds(delaySeconds)} late, as the inventory says.`
                : t`${here} applies what comes from ${there} ${formatSeconds(delaySeconds)} late; the inventory ${declared === 0 ? t`declares no delay` : t`says ${formatSeconds(declared)}`}.`,
              short: isAsDeclared
                ? t`delayed by ${formatSeconds(delaySeconds)}`
                : t`delay ${formatSeconds(delaySeconds)}, not declared`,
              evidence: [evidence],
              remedy: isAsDeclared
                ? t`Nothing to do. The delay is subtracted from its lag.`
                : t`If the delay is meant, write \`delaySeconds: ${delaySeconds}\` into the inventory; else ${restart(declared)}`,
            },
          ]
        : lacksDelay
          ? [
              {
                id: 'replica.delayed',
                severity: 'warning' as const,
                title: t`${here} should run ${formatSeconds(declared)} late and has no delay: it is no safety net against a mistake on ${there}.`,
                short: t`declared delay is not set`,
                evidence: [evidence],
                remedy: t`Set it again: ${restart(declared)}`,
                avoid: t`Do not set the delay while you may need this replica up to date for a switchover.`,
              },
            ]
          : []),
      ...(filters.length > 0
        ? [
            {
              id: 'replica.filtered',
              title: t`${here} leaves out part of what comes from ${there}.`,
              short: filters.length === 1 ? t`filter set` : t`${filters.length} filters set`,
              evidence: filters.map(({ kind, value }) => fromStatus(context, `${kind}: ${value}`)),
              remedy: lines(
                t`Nothing to do if it is by design. Leave what it filters out of comparisons with the source.`,
                t`Do not promote this replica: what it filters is missing or old there.`,
                filters.every(({ kind }) => clearable.has(kind)) &&
                  t`If it was forgotten: ${code(dialect.stop(name))}, ${filters.map(({ kind }) => code(clearFilter(context, kind))).join(', ')}, ${code(dialect.start(name))}; take it out of the configuration, and load what was left out from a backup.`,
              ),
            },
          ]
        : []),
    ];
  },
};

export const settingsExplained: Explained = {
  'replica.delayed': {
    means: 'The replica applies late on purpose.',
    when: 'SQL_Delay is set, and as `delaySeconds` says: info. It differs from the inventory, or is declared and not set: warning.',
    why: 'A delayed replica keeps a past state against mistakes. It is subtracted from the lag.',
  },
  'replica.filtered': {
    means: 'Replication filters are set.',
    when: 'One of the Replicate_* columns is not empty.',
    why: 'By design, or forgotten.',
  },
};
