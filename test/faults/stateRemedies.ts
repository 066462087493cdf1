import { createTableAndBeat, stopWriter } from '../sandbox/faultsHeartbeat';
import { moveBack, moveStrayWrite } from '../sandbox/faultsTopology';
import { restoreBackup, takeBackup } from './backup';
import type { RemedyStep } from './followRemedy';

const primary = 's1-primary';
const replica = 's1-replica';

/** As `remedies`, for faults of topology and heartbeats. */
export const stateRemedies: Readonly<Record<string, readonly RemedyStep[]>> = {
  ring: [{ says: /takes away the connection that leads back/ }],
  'second-primary': [
    { says: /Stop the wrong one from taking writes first/, on: replica },
    {
      says: /write what is missing on .*build the wrong one again as a replica, from a backup/,
      carryOut: async (sandbox) => {
        await moveStrayWrite(sandbox);
        await restoreBackup(sandbox, replica, await takeBackup(sandbox, primary));
        await sandbox.connectReplica(replica, '');
      },
    },
  ],
  'other-primary': [{ says: /move it back by a planned switchover/, carryOut: moveBack }],
  'heartbeat-missing': [{ says: /Start the writer on the primary: .*--create-table/, carryOut: createTableAndBeat }],
  'heartbeat-foreign': [
    { says: /stop that writer/, carryOut: (sandbox) => stopWriter(sandbox, 'heartbeat-foreign') },
    { says: /take out what it wrote, here and thereby on all replicas/ },
  ],
  'heartbeat-ahead': [
    {
      says: /Start it again with `--utc`/,
      carryOut: async (sandbox) => {
        await stopWriter(sandbox, 'heartbeat-ahead');
        await sandbox.writers.get(primary)!.start();
      },
    },
  ],
};
