import { unlogged } from '../sandbox/faultSteps';
import { executedPlace } from '../sandbox/faultsPosition';
import type { Sandbox } from '../sandbox/sandbox';
import { text } from '../sandbox/statements';
import { waitFor } from '../sandbox/waitFor';
import { rebuild } from './backup';
import type { Filling, RemedyStep } from './followRemedy';

const primary = 's1-primary';
const replica = 's1-replica';

/** The source's file after the one that the replica asks for. */
async function nextFile(sandbox: Sandbox): Promise<Filling> {
  const { file } = await executedPlace(sandbox, replica);
  const logs = (await sandbox.query(primary, 'SHOW BINARY LOGS')).map((row) => String(row['Log_name']));
  return { "'<next file>'": text(logs[logs.indexOf(file) + 1] ?? 'there is none') };
}

/** The transaction that holds the place that the replica asks for; between two, the second: the first is applied. */
async function startOfTransaction(sandbox: Sandbox): Promise<Filling> {
  const { file, position } = await executedPlace(sandbox, replica);
  const start = await waitFor(async () => {
    const events = await sandbox.query(primary, `SHOW BINLOG EVENTS IN ${text(file)}`);
    let begin: number | undefined;
    for (const { Event_type: type, Pos, End_log_pos: end, Info } of events) {
      if (type === 'Gtid') begin = Number(Pos);
      const isWhole = type === 'Xid' || (type === 'Query' && !String(Info).startsWith('BEGIN'));
      if (begin !== undefined && Number(end) > position && isWhole) return begin;
      if (isWhole) begin = undefined;
    }
    return undefined;
  }, 20_000);
  if (start === undefined) throw new Error(`No transaction follows ${position} of ${file}.`);
  return { '<start of the transaction>': String(start) };
}

/** What the remedies of faultsPosition.ts say, carried out. */
export const positionRemedies: Readonly<Record<string, readonly RemedyStep[]>> = {
  'impossible-position': [
    { says: /SHOW BINARY LOGS.*shows how long the file really is/ },
    { says: /Only when both sides are the same/, fill: nextFile },
  ],
  'position-inside-event': [
    { says: /SHOW BINLOG EVENTS/, on: primary },
    { says: /With the start of the transaction that follows the last applied one/, fill: startOfTransaction },
  ],
  'gtid-diverged': [
    {
      says: /Repair the rows, then set .* up again from a backup of the source/,
      carryOut: async (sandbox) => {
        await sandbox.query(replica, unlogged('DELETE FROM shop.customers WHERE id = 1010'));
        await rebuild(sandbox, replica);
      },
    },
  ],
  'gtid-hole': [
    { says: /When it is the same, pass the hole/ },
    {
      says: /When a later GTID is applied/,
      carryOut: async (sandbox) => {
        const applied = await waitFor(async () => {
          const rows = await sandbox.query(replica, 'SELECT id FROM shop.customers WHERE id = 1011');
          return rows.length > 0 ? true : undefined;
        }, 20_000);
        if (applied !== true) throw new Error('The transaction after the hole was not applied within 20 s.');
      },
    },
  ],
  'gtid-not-in-source': [
    {
      says: /then set the replica up again from the source/,
      carryOut: (sandbox) => rebuild(sandbox, replica),
    },
  ],
};
