import type { Fault, Faults } from './fault';
import { jumpToSource, provenBy, readReplica, restoreSource, unlogged, until } from './faultSteps';
import type { Sandbox } from './sandbox';
import { text } from './statements';

const primary = 's1-primary';
const replica = 's1-replica';

/** A place in the source's binary log. */
export interface LogPlace {
  readonly file: string;
  readonly position: number;
}

/** Options of CHANGE MASTER that take a connection off GTID, to this place. */
export const byFile = ({ kind }: Sandbox, { file, position }: LogPlace): Record<string, string> => ({
  ...(kind.flavor === 'mariadb' ? { USE_GTID: 'no' } : { AUTO_POSITION: '0' }),
  LOG_FILE: text(file),
  LOG_POS: String(position),
});

/** Where a replica has executed to, in its source's log; of a stopped one, the start of a transaction. */
export async function executedPlace(sandbox: Sandbox, name: string): Promise<LogPlace> {
  const row = (await readReplica(sandbox, name))?.row ?? {};
  const source = sandbox.kind.flavor === 'mariadb' ? 'Master' : 'Source';
  return { file: String(row[`Relay_${source}_Log_File`]), position: Number(row[`Exec_${source}_Log_Pos`]) };
}

/** Where the source's last binary log ends. */
async function logEnd(sandbox: Sandbox): Promise<LogPlace> {
  const last = (await sandbox.query(primary, 'SHOW BINARY LOGS')).at(-1);
  return { file: String(last?.['Log_name']), position: Number(last?.['File_size']) };
}

/**
 * Stops a replica of the primary and gives where it has executed to. One that was pointed at its source by GTID a moment
 * ago names no real place there before it has applied what was written.
 */
export async function stopAtPlace(sandbox: Sandbox, name: string): Promise<LogPlace> {
  const written = await logEnd(sandbox);
  await until('That the replica has applied what its source has written', async () => {
    const { file, position } = await executedPlace(sandbox, name);
    return file > written.file || (file === written.file && position >= written.position);
  });
  await sandbox.query(name, sandbox.words().stop);
  return executedPlace(sandbox, name);
}

/** Number of the last transaction of the source's domain. */
async function lastNumber(sandbox: Sandbox): Promise<number> {
  const [row] = await sandbox.query(primary, 'SELECT @@gtid_binlog_pos AS position');
  return Number(String(row?.['position']).split('-')[2]);
}

/** The source refuses the place or GTID that the replica asks for. */
const refused = (given: {
  readonly title: string;
  readonly finding: string;
  readonly text: RegExp;
  readonly flavors?: Fault['flavors'];
  readonly inject: Fault['inject'];
  readonly heal: Fault['heal'];
}): Fault => ({
  title: given.title,
  subject: replica,
  connection: '',
  findings: [given.finding],
  ...(given.flavors === undefined ? {} : { flavors: given.flavors }),
  inject: given.inject,
  heal: given.heal,
  proof: provenBy(
    replica,
    ({ io, ioErrno, ioError }) => io === 'No' && [1236, 13114].includes(ioErrno) && given.text.test(ioError),
  ),
});

/** As after a crash that lost the unsynced end of a file: the replica has all of that file and asks for more of it. */
async function askPastTheEnd(sandbox: Sandbox): Promise<void> {
  const { stop, start, change } = sandbox.words();
  const writer = sandbox.writers.get(primary);
  await writer?.stop();
  try {
    await until('That the replica has all of its source', async () => {
      const [here, there] = [await executedPlace(sandbox, replica), await logEnd(sandbox)];
      return here.file === there.file && here.position === there.position;
    });
    const { file, position } = await logEnd(sandbox);
    await sandbox.query(replica, stop);
    await sandbox.query(primary, 'FLUSH BINARY LOGS');
    await sandbox.query(replica, [change(byFile(sandbox, { file, position: position + 1_000_000 })), start]);
  } finally {
    await writer?.start();
  }
}

/** A position typed wrong by one byte. */
async function askInsideAnEvent(sandbox: Sandbox): Promise<void> {
  const { start, change } = sandbox.words();
  const place = await stopAtPlace(sandbox, replica);
  // With nothing written from there on, it would be past the end.
  await until('The next write of the source', async () => {
    const end = await logEnd(sandbox);
    return end.file !== place.file || end.position > place.position;
  });
  await sandbox.query(replica, [change(byFile(sandbox, { ...place, position: place.position + 1 })), start]);
}

/** A transaction of its own that it asks to go on from, as after a promotion that was taken back. */
async function goOnFromOwn(sandbox: Sandbox): Promise<void> {
  const { stop, start, change } = sandbox.words();
  await sandbox.query(replica, [stop, "INSERT INTO shop.customers VALUES (1010, 'Margaret')"]);
  const own = await lastNumber(sandbox);
  await until('A later write of the source', async () => (await lastNumber(sandbox)) > own + 1);
  await sandbox.query(replica, [change({ USE_GTID: 'current_pos' }), start]);
}

/** The source leaves a thousand numbers out, and the replica stands at one of them. */
async function standInAHole(sandbox: Sandbox): Promise<void> {
  const { stop, start } = sandbox.words();
  await sandbox.query(replica, stop);
  const last = await lastNumber(sandbox);
  await sandbox.query(primary, [
    `SET SESSION gtid_seq_no = ${last + 1_000}`,
    "INSERT INTO shop.customers VALUES (1011, 'Hedy')",
  ]);
  await sandbox.query(replica, [
    `SET GLOBAL gtid_slave_pos = '1-101-${last + 500}'`,
    'SET GLOBAL gtid_strict_mode = 1',
    start,
  ]);
}

/** The replica has a transaction of its source that the source does not know, as when that was restored. */
async function runAhead(sandbox: Sandbox): Promise<void> {
  const { stop, start } = sandbox.words();
  await sandbox.query(replica, stop);
  if (sandbox.kind.flavor === 'mariadb') {
    const ahead = (await lastNumber(sandbox)) + 1_000_000;
    await sandbox.query(replica, [`SET GLOBAL gtid_slave_pos = '1-101-${ahead}'`, start]);
    return;
  }
  const [row] = await sandbox.query(primary, 'SELECT @@server_uuid AS uuid');
  const next = `SET SESSION gtid_next = ${text(`${String(row?.['uuid'])}:1000000`)}`;
  await sandbox.query(replica, [next, 'BEGIN', 'COMMIT', "SET SESSION gtid_next = 'AUTOMATIC'", start]);
}

/** Faults of where the replica asks its source to go on. */
export const positionFaults: Faults = {
  'impossible-position': refused({
    title: "the replica asks for a position past the end of the source's file (1236)",
    finding: 'replica.io.impossiblePosition',
    text: /impossible position|position > file size/,
    inject: askPastTheEnd,
    heal: (sandbox) => restoreSource(sandbox, replica),
  }),
  'position-inside-event': refused({
    title: 'the replica asks for a position that is not the start of an event (1236)',
    finding: 'replica.io.positionInsideEvent',
    // Which of them depends on the bytes there.
    text: /truncated in the middle of event|exceeded max_allowed_packet|bogus data in log event/,
    inject: askInsideAnEvent,
    heal: (sandbox) => restoreSource(sandbox, replica),
  }),
  'gtid-diverged': refused({
    title: 'the replica goes on from a transaction of its own (1955)',
    finding: 'replica.io.gtidDiverged',
    text: /which is not in the master's binlog\. Since .* has diverged/,
    flavors: ['mariadb'],
    inject: goOnFromOwn,
    heal: async (sandbox) => {
      await sandbox.query(replica, unlogged('DELETE FROM shop.customers WHERE id = 1010'));
      await jumpToSource(sandbox, replica);
      await restoreSource(sandbox, replica);
    },
  }),
  'gtid-hole': refused({
    title: "the source's log lacks the number that a replica in strict mode asks for (1951)",
    finding: 'replica.io.gtidHole',
    text: /is missing the GTID/,
    flavors: ['mariadb'],
    inject: standInAHole,
    heal: async (sandbox) => {
      const { stop, start } = sandbox.words();
      await sandbox.query(replica, [stop, 'SET GLOBAL gtid_strict_mode = 0', start]);
      await sandbox.query(primary, 'DELETE FROM shop.customers WHERE id = 1011');
    },
  }),
  'gtid-not-in-source': refused({
    title: 'the replica has a transaction of its source that the source does not have (1945)',
    finding: 'replica.io.gtidNotInSource',
    text: /which is not in the master's binlog$|which is not in the master's binlog'|has more GTIDs than the source/,
    inject: runAhead,
    heal: (sandbox) => jumpToSource(sandbox, replica),
  }),
};
