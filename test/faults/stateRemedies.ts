import { createTableAndBeat, stopWriter } from '../sandbox/faultsHeartbeat';
import { offerTls, putServer, setBinlog, upgradeLeaf } from '../sandbox/faultsServer';
import { moveBack, moveStrayWrite, undoSwitchover } from '../sandbox/faultsTopology';
import { rebuild, restoreBackup, takeBackup } from './backup';
import type { RemedyStep } from './followRemedy';

const primary = 's1-primary';
const replica = 's1-replica';

/** As `remedies`, for faults of topology, heartbeats, and how servers are set up. */
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
  'other-primary': [{ says: /move it back by a planned switchover/, carryOut: undoSwitchover }],
  'switchover-half': [{ says: /Finish or undo that switchover/, carryOut: moveBack, on: primary }],
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
  'retention-short': [{ says: /Keep them for longer than the delay/ }],
  'old-times': [
    {
      says: /if it waits for a lock, find who holds it/,
      fill: (sandbox) => (sandbox.holds.get('old-times') ?? []).map(({ threadId }) => ({ '<id>': String(threadId) })),
    },
  ],
  plaintext: [
    {
      says: /^Give .* a certificate/,
      carryOut: (sandbox) => offerTls(sandbox, 's1-codfw', true),
    },
    {
      says: /On the source `.*REQUIRE SSL/,
      on: 's1-codfw',
      fill: () => ({ '<address of the replica>': "'127.0.0.1'" }),
    },
    { says: /^On the replica/ },
  ],
  'other-server': [
    { says: /If the former server belongs here, bring it back/, carryOut: (sandbox) => putServer(sandbox, []) },
  ],
  'binlog-off': [
    { says: /Set `log_bin` in its configuration and restart it/, carryOut: (sandbox) => setBinlog(sandbox, true) },
    { says: /set its replicas up again from a backup/, carryOut: (sandbox) => rebuild(sandbox, 's1-codfw-leaf') },
  ],
  'older-replica': [{ says: /^Upgrade `/, carryOut: upgradeLeaf }],
};
