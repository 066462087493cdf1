import { quoteSqlString } from '../guard/quoteSql';
import { planFor, startStep, stopStep, threadsInWords } from './replicaThreads';
import { connectionInput, connectionWords, statusQuery, type InstanceRunbook, type RunbookContext } from './runbook';
import type { LinkedConnection } from '../fleetView';
import type { PlanStep } from './plan';
import { t } from '../l10n';

/** Relay log read failure; MySQL gives it numbers of its own and keeps 1594 in the text. */
const isCorrupt = ({ status }: LinkedConnection) =>
  status.sqlError?.causeErrno === 1594 || /relay log read failure/i.test(status.sqlError?.text ?? '');

export const repairRelayLog: InstanceRunbook = {
  on: 'instance',
  id: 'replica.repairRelayLog',
  title: t`Fetch the relay logs again`,
  summary: t`For a relay log that cannot be read: fetches it again from what was executed, so that nothing is lost.`,
  inputs: [connectionInput],
  isOffered: (_view, { connections }) => connections.some(isCorrupt),
  plan: (context) =>
    planFor(context, (connection) => {
      const { status } = connection;
      const hasPlace = status.gtid !== 'no' || status.executedPosition !== undefined;
      return {
        checks: [
          {
            id: 'connection.relayLogCorrupt',
            pass: isCorrupt(connection) ? true : 'unknown',
            // After the first step the error is gone from the status of some versions.
            mayBeUnknown: true,
            measured: status.sqlError === undefined ? t`no error` : `${status.sqlError.errno}: ${status.sqlError.text}`,
            needed: t`a relay log that cannot be read (1594)`,
            fix: t`For another error this runbook does nothing useful: see what its finding says.`,
          },
          {
            id: 'connection.sqlStopped',
            pass: status.sqlThread === 'stopped' ? true : 'unknown',
            mayBeUnknown: true,
            measured: threadsInWords(connection),
            needed: t`SQL thread stopped`,
            fix: t`A replica that applies needs no repair of its relay log.`,
          },
          {
            id: 'connection.place',
            pass: hasPlace,
            measured:
              status.gtid !== 'no'
                ? t`GTID use ${status.gtid}`
                : status.executedPosition === undefined
                  ? t`no executed position in this reading`
                  : t`executed to ${status.executedPosition.file}:${status.executedPosition.position}`,
            needed: t`the place up to which was executed`,
            fix: t`Read the status again.`,
          },
        ],
        steps: [stopStep(context, status.name), ...fetchAgain(context, connection), startStep(context, status.name)],
      };
    }),
};

/** By GTID MariaDB fetches again at every start of both threads (measured); MySQL drops its relay logs on RESET. */
function fetchAgain(context: RunbookContext, { status }: LinkedConnection): readonly PlanStep[] {
  const { dialect, key } = context;
  const { name, gtid, executedPosition: place } = status;
  if (gtid !== 'no' && dialect.flavor === 'mariadb') return [];
  const noun = dialect.start('').includes('REPLICA') ? 'REPLICA' : 'SLAVE';
  const channel = name === '' ? '' : ` FOR CHANNEL ${quoteSqlString(name)}`;
  const statement =
    gtid !== 'no'
      ? `RESET ${noun}${channel}`
      : place === undefined
        ? undefined
        : dialect.change(name, { LOG_FILE: quoteSqlString(place.file), LOG_POS: String(place.position) });
  if (statement === undefined) return [];
  return [
    context.step({
      id: 'fetchAgain',
      title: t`Drop the relay logs of ${connectionWords(key, name)}`,
      effect: gtid === 'no' ? 'write' : 'destructive',
      statements: [statement],
      verify: statusQuery(context),
      expectation: { kind: 'threads', key, connection: name, thread: 'stopped' },
      expected: t`IO thread and SQL thread stopped`,
      blastRadius: t`Only this connection. What was fetched and not yet applied is fetched again from the source.`,
    }),
  ];
}
