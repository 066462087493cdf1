import { advice, check } from './checks';
import { errantOf } from './gtidChecks';
import type { PlanCheck } from './plan';
import { clearLogs } from './replicaRebuild';
import { quoteSqlString } from '../guard/quoteSql';
import { replicasInWords, type InstanceRunbook, type RunbookContext } from './runbook';
import { t } from '../l10n';

/** For transactions that a replica has and its source has not: they break replication when it is promoted. */
export const removeErrant: InstanceRunbook = {
  on: 'instance',
  id: 'replica.removeErrant',
  title: t`Remove errant transactions`,
  summary: t`Clears a replica’s own transactions out of its binary log, so that nobody is asked for them. Rows stay.`,
  inputs: [],
  isOffered: (view, instance) => instance.replicas.length === 0 && (errantOf(instance, view) ?? '') !== '',
  plan: (context) => {
    const { view, instance, key, dialect } = context;
    const errant = errantOf(instance, view);
    const connections = instance.connections.map(({ status }) => status);
    const isMariadb = dialect.flavor === 'mariadb';
    return {
      checks: [
        check(
          'replica.errant',
          errant === undefined ? undefined : errant !== '',
          errant === undefined ? t`not known` : errant === '' ? t`no transaction of its own` : errant,
          t`transactions that none of its sources has`,
          t`Nothing to do, or the sources have to be read first.`,
        ),
        leafCheck(context),
        check(
          'replica.gtid',
          connections.every(({ gtid }) => gtid === (isMariadb ? 'slavePos' : 'autoPosition')),
          connections.map(({ name, gtid }) => `${name || '(default)'}: ${gtid}`).join(', '),
          isMariadb ? t`Using_Gtid Slave_Pos: the position must not come from its own log` : 'Auto_Position 1',
          t`Switch the connections to it first (replica.enableGtid).`,
        ),
        check(
          'replica.rows',
          undefined,
          t`only a person can know`,
          t`what these transactions changed is undone here, or wanted`,
          t`See what they did (\`mysqlbinlog\` of the replica’s own logs), and undo it with \`sql_log_bin = 0\`, or set the replica up again (replica.rebuild): this clears the log, not the rows.`,
          advice,
        ),
      ],
      steps:
        errant === undefined || errant === ''
          ? []
          : [
              context.step({
                id: 'clear',
                title: t`Clear the binary log of ${key}`,
                effect: 'destructive',
                statements: [
                  ...connections.map(({ name }) => dialect.stop(name)),
                  ...(isMariadb ? [clearLogs(context)] : clearMysql(context, errant)),
                  ...connections.map(({ name }) => dialect.start(name)),
                ],
                verify: isMariadb ? 'SELECT @@gtid_binlog_state' : 'SELECT @@gtid_executed',
                expectation: { kind: 'noErrant', key },
                expected: t`nothing that its sources do not have`,
                blastRadius: t`The binary logs of ${key} are gone: keep a copy if somebody restores from them. It goes on from ${isMariadb ? t`gtid_slave_pos, which stays` : t`what it has executed, without its own`}. ${replicasInWords(context)}`,
                // MariaDB's position is untouched; MySQL's set loses only what no source has.
                hasPositionProof: true,
              }),
            ],
    };
  },
};

/** The set is kept in the session while the server forgets it, and is shown first: without it nothing could go on. */
function clearMysql(context: RunbookContext, errant: string): readonly string[] {
  const kept = `GTID_SUBTRACT(@@GLOBAL.gtid_executed, ${quoteSqlString(errant)})`;
  return [`SELECT ${kept} AS kept`, `SET @kept = ${kept}`, clearLogs(context), 'SET GLOBAL gtid_purged = @kept'];
}

function leafCheck({ instance, facts }: RunbookContext): PlanCheck {
  const dumps = facts?.dumpThreads?.length;
  const below = instance.replicas.length > 0 || (dumps ?? 0) > 0;
  return check(
    'target.isLeaf',
    below ? false : dumps === undefined ? undefined : true,
    below
      ? t`followed by ${instance.replicas.join(', ') || t`${dumps ?? 0} replicas`}`
      : dumps === undefined
        ? t`not known`
        : t`nobody follows it`,
    t`no replica below it: they could not go on from a log that is gone`,
    t`Point its replicas elsewhere first (replica.repoint).`,
    { hasNoOverride: true },
  );
}
