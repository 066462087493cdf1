import { sortRows } from '../findings/heartbeats';
import { quoteSqlString, quoteTableName } from '../guard/quoteSql';
import { describeRow } from '../heartbeat/chooseRows';
import type { HeartbeatRow } from '../heartbeat/model';
import { formatSeconds } from '../words';
import type { PlanCheck } from './plan';
import type { InstanceRunbook, RunbookContext } from './runbook';
import { t } from '../l10n';

/** Each instance by itself, and not logged: what is stale on one may be alive on another. */
export const removeStaleHeartbeatRows: InstanceRunbook = {
  on: 'instance',
  id: 'heartbeat.removeStaleRows',
  title: t`Remove stale heartbeat rows`,
  summary: t`Deletes rows of servers that no longer write, on this instance only and without logging it.`,
  inputs: [],
  isOffered: (view, instance) => (sortRows(view, instance)?.stale.length ?? 0) > 0,
  plan: (context) => {
    const { view, instance, key } = context;
    const sorted = sortRows(view, instance);
    const stale = (sorted?.stale ?? []).filter(({ serverId }) => serverId !== undefined);
    const table = quoteTableName(instance.spec.heartbeatTable ?? 'heartbeat.heartbeat');
    const ids = stale.flatMap(({ serverId }) => serverId ?? []);
    return {
      checks: [
        {
          id: 'heartbeat.stale',
          pass: sorted === undefined ? 'unknown' : stale.length > 0,
          measured:
            sorted === undefined
              ? t`the rows, or who writes them, are not known`
              : stale.length === 0
                ? t`no stale row`
                : stale.map((row) => t`${describeRow(row)}: ${formatSeconds(row.ageSeconds ?? 0)} old`).join('; '),
          needed: t`rows of servers that are no primary of this chain`,
          fix: t`Everything above this instance has to be read, so that no living row is taken for a stale one.`,
        },
        standsStill(context, stale),
      ],
      steps:
        stale.length === 0
          ? []
          : [
              context.step({
                id: 'deleteRows',
                title: t`Delete ${stale.length === 1 ? t`the stale row` : t`${stale.length} stale rows`} on ${key}`,
                effect: 'destructive',
                statements: [
                  'SET SESSION sql_log_bin = 0',
                  // The time stands in the condition: a row that has moved since is alive, and stays.
                  ...stale.map(
                    ({ serverId, ts }) =>
                      `DELETE FROM ${table} WHERE server_id = ${String(serverId)} AND ts = ${quoteSqlString(ts)} LIMIT 1`,
                  ),
                ],
                verify: `SELECT server_id, ts FROM ${table} WHERE server_id IN (${ids.join(', ')})`,
                expectation: { kind: 'heartbeatRowsGone', key, serverIds: ids },
                expected: t`no row`,
                rollback: `SET SESSION sql_log_bin = 0; ${stale
                  .map(
                    ({ serverId, ts }) =>
                      `INSERT INTO ${table} (ts, server_id) VALUES (${quoteSqlString(ts)}, ${String(serverId)})`,
                  )
                  .join('; ')}`,
                rollbackWords: t`The other columns come back empty.`,
                blastRadius: t`Only ${key}: the statement is not logged, so no replica follows. Tools that take the oldest row show the true lag again.`,
              }),
            ],
    };
  },
};

/** The reading before has to have the same rows with the same times. */
function standsStill({ instance }: RunbookContext, stale: readonly HeartbeatRow[]): PlanCheck {
  const before = instance.previous?.heartbeat;
  const moved =
    before?.kind === 'read'
      ? stale.filter((row) => before.value.some(({ serverId, ts }) => serverId === row.serverId && ts !== row.ts))
      : [];
  return {
    id: 'heartbeat.standsStill',
    pass: before?.kind === 'read' ? moved.length === 0 : 'unknown',
    // The statement itself deletes only the row whose time has not moved.
    mayBeUnknown: true,
    measured:
      before?.kind !== 'read'
        ? t`read only once`
        : moved.length === 0
          ? t`the same times as at the reading before`
          : t`moved: ${moved.map(describeRow).join('; ')}`,
    needed: t`rows that did not move between two readings`,
    hasNoOverride: true,
    fix: t`A row that moves has a living writer: find it, and stop it where it should not write.`,
  };
}
