import { factsOf } from '../findings/fleetFacts';
import type { LinkedConnection } from '../fleetView';
import { quoteSqlString } from '../guard/quoteSql';
import { aheadCheck, domainsCheck } from './gtidChecks';
import type { PlanCheck } from './plan';
import { planFor, startStep, stopStep } from './replicaThreads';
import { connectionInput, connectionWords, statusQuery, type InstanceRunbook, type RunbookContext } from './runbook';
import { t } from '../l10n';

export const enableGtid: InstanceRunbook = {
  on: 'instance',
  id: 'replica.enableGtid',
  title: t`Follow by GTID`,
  summary: t`Switches one connection from file and position to GTID, after proof that its position is known.`,
  inputs: [connectionInput],
  isOffered: (_view, { connections }) => connections.some(({ status }) => status.gtid === 'no'),
  plan: (context) =>
    planFor(context, (connection) => {
      const { view, facts, dialect, key } = context;
      const { name } = connection.status;
      const source = view.instances[connection.sourceKey ?? ''];
      const isStopped = connection.status.sqlThread === 'stopped';
      const file = connection.status.executedPosition;
      return {
        checks: [
          sourceCheck(connection, source !== undefined),
          ...(dialect.flavor === 'mariadb' ? [domainsCheck(facts, source)] : [modeCheck(context, connection)]),
          aheadCheck(facts, source, isStopped),
        ],
        steps: [
          stopStep(context, name),
          context.step({
            id: 'useGtid',
            title: t`Let ${connectionWords(key, name)} follow GTIDs`,
            effect: 'write',
            statements: [dialect.useGtid(name)],
            verify: statusQuery(context),
            expectation: {
              ...{ kind: 'gtid', key, connection: name },
              gtid: dialect.flavor === 'mariadb' ? 'slavePos' : 'autoPosition',
            },
            expected: dialect.flavor === 'mariadb' ? 'Using_Gtid Slave_Pos' : 'Auto_Position 1',
            ...(file === undefined
              ? {}
              : {
                  rollback: dialect.change(name, {
                    ...(dialect.flavor === 'mariadb' ? { USE_GTID: 'no' } : { AUTO_POSITION: '0' }),
                    LOG_FILE: quoteSqlString(file.file),
                    LOG_POS: String(file.position),
                  }),
                  rollbackWords: t`Only before it is started again: by then it has left this place.`,
                }),
            blastRadius: t`Only this connection; it goes on from its GTID position.`,
          }),
          startStep(context, name),
        ],
      };
    }),
};

/** The source has to be one of the inventory: its position is half of every proof. */
export function sourceCheck({ source }: LinkedConnection, isKnown: boolean): PlanCheck {
  return {
    id: 'source.known',
    pass: isKnown,
    measured: isKnown ? source : t`${source} is not in the inventory`,
    needed: t`a source that the inventory names, so that its position can be read`,
    fix: t`List the source in the inventory.`,
  };
}

function modeCheck({ view, facts }: RunbookContext, connection: LinkedConnection): PlanCheck {
  const modes = [facts?.gtidMode, factsOf(view.instances[connection.sourceKey ?? ''])?.gtidMode];
  const isKnown = modes.every((mode) => mode !== undefined);
  return {
    id: 'gtid.mode',
    pass: isKnown ? modes.every((mode) => mode.toUpperCase() === 'ON') : 'unknown',
    measured: t`gtid_mode here ${modes[0] ?? t`not known`}, on the source ${modes[1] ?? t`not known`}`,
    needed: t`gtid_mode ON on both`,
    fix: t`Switch \`gtid_mode\` on in both, step by step (OFF_PERMISSIVE, ON_PERMISSIVE, ON).`,
  };
}
