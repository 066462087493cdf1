import { readReplica, until } from '../sandbox/faultSteps';
import { rebuild } from './backup';
import type { RemedyStep } from './followRemedy';

/** What the remedies of faultsTransfer.ts say, carried out. */
export const transferRemedies: Readonly<Record<string, readonly RemedyStep[]>> = {
  'packet-too-large': [
    { says: /On the replica: `SET GLOBAL (?:slave|replica)_max_allowed_packet/ },
    {
      says: /The applier keeps the limit that it was started with/,
      flavor: 'mysql',
      carryOut: (sandbox) =>
        until('That the applier stops', async () => (await readReplica(sandbox, 's1-replica'))?.sqlErrno === 13121),
    },
  ],
  'source-full': [
    {
      says: /SHOW PROCESSLIST.*KILL <id>/,
      on: 's1-codfw',
      fill: ({ holds }) => (holds.get('source-full') ?? []).map(({ threadId }) => ({ '<id>': String(threadId) })),
    },
  ],
  'relay-log-corrupt': [
    { says: /^Restart both threads/, flavor: 'mariadb' },
    { says: /RESET REPLICA/, flavor: 'mysql' },
  ],
  'relay-log-corrupt-by-file': [{ says: /CHANGE (?:MASTER|REPLICATION SOURCE) TO .*_LOG_FILE=/ }],
  'binlog-damaged': [
    {
      says: /Damaged there too, set .* up again from a backup/,
      carryOut: (sandbox) => rebuild(sandbox, 's1-codfw-leaf'),
    },
  ],
  'table-full': [
    { says: /^A MEMORY table:/, fill: () => ({ '<bytes as on the source>': '16777216' }) },
    { says: /^Then `STOP (?:SLAVE|REPLICA); START/ },
  ],
};
