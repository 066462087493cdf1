import type { LinkedConnection } from '../fleetView';
import type { PlanCheck } from './plan';
import {
  connectionInput,
  connectionOf,
  connectionWords,
  replicasInWords,
  statusQuery,
  type PlanDraft,
  type InstanceRunbook,
  type RunbookContext,
} from './runbook';
import { t } from '../l10n';

export const startReplica: InstanceRunbook = {
  on: 'instance',
  id: 'replica.start',
  title: t`Start replication`,
  summary: t`Starts both threads of one connection, and believes only the status afterwards.`,
  inputs: [connectionInput],
  isOffered: (_view, { connections }) => connections.some(({ status }) => !runs(status)),
  plan: (context) =>
    planFor(context, (connection) => ({
      checks: [
        {
          id: 'connection.stands',
          pass: !runs(connection.status),
          measured: threadsInWords(connection),
          needed: t`a thread that does not run`,
          fix: t`Nothing to do: it runs.`,
        },
        whyItStood(connection),
        untilCheck(connection),
      ],
      steps: [startStep(context, connection.status.name)],
    })),
};

export const stopReplica: InstanceRunbook = {
  on: 'instance',
  id: 'replica.stop',
  title: t`Stop replication`,
  summary: t`Stops both threads of one connection in one statement; the others of the instance run on.`,
  inputs: [connectionInput],
  isOffered: (_view, { connections }) =>
    connections.some(({ status }) => status.ioThread !== 'stopped' || status.sqlThread !== 'stopped'),
  plan: (context) =>
    planFor(context, (connection) => ({
      checks: [
        {
          id: 'connection.runs',
          pass: connection.status.ioThread !== 'stopped' || connection.status.sqlThread !== 'stopped',
          measured: threadsInWords(connection),
          needed: t`a thread that runs`,
          fix: t`Nothing to do: it is stopped.`,
        },
      ],
      steps: [stopStep(context, connection.status.name)],
    })),
};

/** A plan about one connection; blocked with the reason where the connection is not known. */
export function planFor(context: RunbookContext, plan: (connection: LinkedConnection) => PlanDraft): PlanDraft {
  const connection = connectionOf(context);
  if (typeof connection === 'string') {
    const check: PlanCheck = {
      id: 'connection.known',
      pass: false,
      measured: connection,
      needed: t`one replication connection`,
      fix: t`Read the instance again, and name the connection as input \`connection\`.`,
    };
    return { checks: [check], steps: [] };
  }
  const source = context.view.instances[connection.sourceKey ?? ''];
  return {
    connection: connection.status.name,
    ...(source === undefined ? {} : { source }),
    ...plan(connection),
  };
}

export function startStep(context: RunbookContext, name: string) {
  const { dialect, key } = context;
  return context.step({
    id: 'start',
    title: t`Start both threads of ${connectionWords(key, name)}`,
    effect: 'write',
    statements: [dialect.start(name)],
    verify: statusQuery(context),
    expectation: { kind: 'threads', key, connection: name, thread: 'running' },
    expected: t`IO thread and SQL thread running`,
    rollback: dialect.stop(name),
    blastRadius: t`Only this connection: what it fetches is applied here again. ${replicasInWords(context)}`,
  });
}

export function stopStep(context: RunbookContext, name: string) {
  const { dialect, key } = context;
  return context.step({
    id: 'stop',
    title: t`Stop both threads of ${connectionWords(key, name)}`,
    effect: 'write',
    statements: [dialect.stop(name)],
    verify: statusQuery(context),
    expectation: { kind: 'threads', key, connection: name, thread: 'stopped' },
    expected: t`IO thread and SQL thread stopped`,
    rollback: dialect.start(name),
    blastRadius: t`Data of this connection grows old here, for readers too. ${replicasInWords(context)}`,
  });
}

export function threadsInWords({ status }: LinkedConnection): string {
  return t`IO thread ${status.ioThread}, SQL thread ${status.sqlThread}`;
}

function runs({ ioThread, sqlThread }: LinkedConnection['status']): boolean {
  return ioThread === 'running' && sqlThread === 'running';
}

/** An error stays in the status until the next start, also when its cause is gone: a person has to know. */
function whyItStood({ status }: LinkedConnection): PlanCheck {
  const errors = [status.ioError, status.sqlError].flatMap((error) => (error === undefined ? [] : [error]));
  return {
    id: 'connection.noError',
    pass: errors.length === 0 ? true : 'unknown',
    mayBeUnknown: true,
    measured: errors.length === 0 ? t`no error` : errors.map(({ errno, text }) => `${errno}: ${text}`).join('; '),
    needed: t`no error, or one whose cause is gone`,
    fix: t`Start only when its finding has been dealt with: the same event fails again.`,
  };
}

function untilCheck({ status }: LinkedConnection): PlanCheck {
  return {
    id: 'connection.noUntil',
    pass: status.until === undefined ? true : 'unknown',
    mayBeUnknown: true,
    measured: status.until === undefined ? 'no UNTIL condition' : t`stopped by UNTIL (${status.until.condition})`,
    needed: t`no planned stop that somebody still works with`,
    fix: t`Ask who planned the stop: the position cannot be had back.`,
  };
}
