import { openSync, closeSync, statSync, writeSync } from 'node:fs';
import path from 'node:path';
import type { Fault, Faults } from './fault';
import { fillConnections, jumpToSource, provenBy, readReplica, restoreSource, unlogged, until } from './faultSteps';
import { byFile, executedPlace, stopAtPlace } from './faultsPosition';
import type { Sandbox } from './sandbox';
import { text } from './statements';

const primary = 's1-primary';
const replica = 's1-replica';
const leaf = 's1-codfw-leaf';
const leafSource = 's1-codfw';

const packetVariable = ({ kind }: Sandbox) =>
  kind.flavor === 'mariadb' ? 'slave_max_allowed_packet' : 'replica_max_allowed_packet';

function overwrite(file: string, bytes: Buffer, position: number): void {
  const handle = openSync(file, 'r+');
  try {
    writeSync(handle, bytes, 0, bytes.length, position);
  } finally {
    closeSync(handle);
  }
}

/**
 * Spoils the checksum of a transaction's first event in the source's log before the leaf has fetched it; the source does
 * not look at it while it sends. Of a later event MySQL's STOP would wait a minute for the rest of the transaction.
 */
async function damageBinlog(sandbox: Sandbox): Promise<void> {
  const { stop, start } = sandbox.words();
  await sandbox.query(leaf, stop);
  const { file, position } = await executedPlace(sandbox, leaf);
  const next = async () => {
    const events = await sandbox.query(leafSource, `SHOW BINLOG EVENTS IN ${text(file)} FROM ${position}`);
    return events.find((event) => event['Event_type'] === 'Gtid');
  };
  await until('The next write of the source', async () => (await next()) !== undefined);
  const end = Number((await next())?.['End_log_pos']);
  overwrite(path.join(sandbox.instance(leafSource).folder, 'data', file), Buffer.alloc(4, 0xff), end - 4);
  await sandbox.query(leaf, start);
}

/** Overwrites the event that a stopped SQL thread will read next, as a bad disk would, and starts the thread. */
async function spoilRelayLog(sandbox: Sandbox): Promise<void> {
  const words = sandbox.words();
  const before = await executedPlace(sandbox, replica);
  // A thread that has only just started may stand at the end of a file that nothing is added to any more.
  await until('That the replica applies something', async () => {
    const { file, position } = await executedPlace(sandbox, replica);
    return file !== before.file || position !== before.position;
  });
  await sandbox.query(replica, words.stopThread('SQL'));
  const row = (await readReplica(sandbox, replica))?.row ?? {};
  const file = path.join(sandbox.instance(replica).folder, 'data', String(row['Relay_Log_File']));
  const position = Number(row['Relay_Log_Pos']);
  await until('That the relay log has something to apply', () => Promise.resolve(statSync(file).size > position + 200));
  overwrite(file, Buffer.alloc(64, 0xff), position);
  await sandbox.query(replica, words.startThread('SQL'));
}

const spoiled = (title: string, inject: Fault['inject']): Fault => ({
  title,
  subject: replica,
  connection: '',
  findings: ['replica.sql.relayLogCorrupt'],
  inject,
  heal: (sandbox) => restoreSource(sandbox, replica),
  proof: provenBy(replica, ({ sql, sqlErrno }) => sql === 'No' && [1594, 13121].includes(sqlErrno)),
});

/** Faults of what lies between a source's log and the tables of a replica. */
export const transferFaults: Faults = {
  'packet-too-large': {
    title: 'an event is larger than the replica accepts (1153)',
    subject: replica,
    connection: '',
    findings: ['replica.io.packetTooLarge'],
    inject: async (sandbox) => {
      const { stop, start } = sandbox.words();
      await sandbox.query(replica, [stop, `SET GLOBAL ${packetVariable(sandbox)} = 4096`, start]);
      await sandbox.query(primary, [
        'CREATE TABLE shop.documents (id int NOT NULL PRIMARY KEY, body mediumtext)',
        "INSERT INTO shop.documents VALUES (1, REPEAT('x', 50000))",
      ]);
    },
    heal: async (sandbox) => {
      const { startThread } = sandbox.words();
      const limit = `SET GLOBAL ${packetVariable(sandbox)} = 1073741824`;
      await sandbox.query(replica, [limit, startThread('IO')]);
      await until('That the replica has the event, or MySQL’s applier stops at it', async () => {
        const { row } = (await readReplica(sandbox, replica)) ?? {};
        const tables = "SELECT table_name FROM information_schema.tables WHERE table_name = 'documents'";
        if ((await sandbox.query(replica, tables)).length === 0) return false;
        const rows = await sandbox.query(replica, 'SELECT id FROM shop.documents');
        return rows.length > 0 || Number(row?.['Last_SQL_Errno']) === 13121;
      });
      await sandbox.query(replica, startThread('SQL'));
      await sandbox.query(primary, 'DROP TABLE shop.documents');
    },
    proof: provenBy(replica, ({ io, ioErrno }) => io === 'No' && [1153, 13125].includes(ioErrno)),
  },
  'source-full': {
    title: 'the source has no connection left for the replica (1040)',
    subject: leaf,
    connection: '',
    findings: ['replica.io.sourceFull'],
    inject: async (sandbox) => {
      const { stopThread, startThread } = sandbox.words();
      await sandbox.query(leaf, stopThread('IO'));
      // Its place would be free again when the source notices that nobody reads there any more.
      await until('That the source ends the dump thread', async () => {
        const rows = await sandbox.query(
          leafSource,
          "SELECT id FROM information_schema.processlist WHERE command LIKE 'Binlog Dump%'",
        );
        return rows.length === 0;
      });
      await fillConnections(sandbox, leafSource, 'source-full');
      await sandbox.query(leaf, startThread('IO'));
    },
    heal: async (sandbox) => {
      sandbox.release('source-full');
      await sandbox.query(leafSource, 'SET GLOBAL max_connections = 60');
    },
    proof: provenBy(leaf, ({ ioErrno }) => ioErrno === 1040),
  },
  'relay-log-corrupt': spoiled('the relay log is damaged where the replica goes on (1594)', spoilRelayLog),
  'relay-log-corrupt-by-file': spoiled(
    'the relay log of a replica that follows file and position is damaged (1594)',
    async (sandbox) => {
      const { start, change } = sandbox.words();
      await sandbox.query(replica, [change(byFile(sandbox, await stopAtPlace(sandbox, replica))), start]);
      await spoilRelayLog(sandbox);
    },
  ),
  'binlog-damaged': {
    title: "an event in the source's log is damaged (1595)",
    subject: leaf,
    connection: '',
    findings: ['replica.io.error'],
    inject: damageBinlog,
    heal: async (sandbox) => {
      // Whoever reads the file again, as the source does after a crash, would meet the event again.
      await sandbox.query(leafSource, 'FLUSH NO_WRITE_TO_BINLOG BINARY LOGS');
      await jumpToSource(sandbox, leaf);
      const logs = await sandbox.query(leafSource, 'SHOW BINARY LOGS');
      await sandbox.query(leafSource, `PURGE BINARY LOGS TO ${text(String(logs.at(-1)?.['Log_name']))}`);
    },
    proof: provenBy(leaf, ({ io, ioErrno }) => io === 'No' && [1595, 1743, 13115, 13122].includes(ioErrno)),
  },
  'table-full': {
    title: 'a MEMORY table has reached its limit on the replica only (1114)',
    subject: replica,
    connection: '',
    findings: ['replica.sql.diskFull'],
    inject: async (sandbox) => {
      const { stop, start } = sandbox.words();
      await sandbox.query(replica, [stop, 'SET GLOBAL max_heap_table_size = 16384', start]);
      await sandbox.query(primary, [
        'CREATE TABLE shop.sessions (id int NOT NULL PRIMARY KEY, state varbinary(8000)) ENGINE = MEMORY',
        // One by one: of an event of several rows the first would stay. MySQL's smallest table has room for some more.
        ...Array.from({ length: 40 }, (_, id) => `INSERT INTO shop.sessions VALUES (${id}, 'x')`),
      ]);
    },
    heal: async (sandbox) => {
      const { stop, start } = sandbox.words();
      await sandbox.query(replica, [
        'SET GLOBAL max_heap_table_size = 16777216',
        'SET SESSION max_heap_table_size = 16777216',
        ...unlogged('ALTER TABLE shop.sessions ENGINE = MEMORY'),
        ...[stop, start],
      ]);
      await sandbox.query(primary, 'DROP TABLE shop.sessions');
    },
    // Of MySQL's workers some meet the limit, and some give up for them (3030).
    proof: provenBy(replica, ({ sql, sqlErrno }) => sql === 'No' && [1114, 3030].includes(sqlErrno)),
  },
};
