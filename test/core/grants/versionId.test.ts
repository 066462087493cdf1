import assert from 'node:assert/strict';
import { effectiveAccess } from '../../../src/core/grants/versionId';
import { mariadb1011 } from './serverRecordings';

/** What SHOW GRANTS of MariaDB 10.11.19 printed for these bits and version ids, by UPDATE and FLUSH PRIVILEGES. */
const measured: Readonly<Record<string, readonly (readonly [bits: number, versionIds: readonly number[]])[]>> = {
  USAGE: [
    [1, [100304]],
    [32768, [100304]],
    [17179869184, [100304, 100501]],
  ],
  SELECT: [[1, [100501, 100502, 100507, 100508, 100509, 101099, 101100, 101119]]],
  DELETE: [[8, [100501, 100502, 100509, 101119]]],
  'DELETE HISTORY': [[536870912, [100501, 100502, 101119]]],
  'ALTER ROUTINE': [[16777216, [100501, 101119]]],
  SUPER: [[32768, [101100, 101119]]],
  'SUPER, READ_ONLY ADMIN': [[32768, [100502, 100507, 100508, 100509, 101099]]],
  'SUPER, SET USER, FEDERATED ADMIN, CONNECTION ADMIN, READ_ONLY ADMIN, REPLICATION SLAVE ADMIN, BINLOG ADMIN, BINLOG REPLAY':
    [[32768, [100501]]],
  'REPLICATION SLAVE': [[524288, [100502, 100507, 100508, 100509, 101099, 101100, 101119]]],
  'REPLICATION SLAVE, SLAVE MONITOR': [[524288, [100501]]],
  'BINLOG MONITOR': [[1048576, [100502, 100508, 100509, 101119]]],
  'BINLOG MONITOR, SLAVE MONITOR': [[1048576, [100501]]],
  'SUPER, REPLICATION SLAVE, BINLOG MONITOR': [[1605632, [101100, 101119]]],
  'SUPER, REPLICATION SLAVE, BINLOG MONITOR, READ_ONLY ADMIN': [[1605632, [100502, 100508, 100509, 101099]]],
  'SUPER, REPLICATION SLAVE, BINLOG MONITOR, SET USER, FEDERATED ADMIN, CONNECTION ADMIN, READ_ONLY ADMIN, REPLICATION SLAVE ADMIN, REPLICATION MASTER ADMIN, BINLOG ADMIN, BINLOG REPLAY, SLAVE MONITOR':
    [[1605632, [100501]]],
  'REPLICATION SLAVE ADMIN, SLAVE MONITOR': [[17179869184, [100502, 100507, 100508]]],
  'REPLICATION SLAVE ADMIN': [[17179869184, [100509, 101099, 101100, 101119]]],
};

/** From the recording mariadb-10.11.19-version_id-privs.txt. */
const recorded: readonly (readonly [bits: number, versionId: number | undefined, printed: string])[] = [
  [1048832, undefined, 'PROCESS, BINLOG MONITOR, SLAVE MONITOR'],
  [1048832, 100422, 'PROCESS, BINLOG MONITOR, SLAVE MONITOR'],
  [1048832, 100508, 'PROCESS, BINLOG MONITOR'],
  [274878431232, undefined, 'USAGE'],
  [274878431232, 100501, 'USAGE'],
  [274878431232, 100508, 'REPLICATION SLAVE, SLAVE MONITOR'],
  [
    1605952,
    undefined,
    'RELOAD, PROCESS, SUPER, REPLICATION SLAVE, BINLOG MONITOR, SET USER, FEDERATED ADMIN, CONNECTION ADMIN, READ_ONLY ADMIN, REPLICATION SLAVE ADMIN, REPLICATION MASTER ADMIN, BINLOG ADMIN, BINLOG REPLAY, SLAVE MONITOR',
  ],
];

describe('privileges that a server reads from rows of another version', () => {
  const check = (bits: number, versionId: number | undefined, printed: string) => {
    it(`${bits} of ${versionId ?? 'no version'}`, () => {
      const { privileges } = effectiveAccess(BigInt(bits), versionId, mariadb1011);
      assert.equal(privileges.length === 0 ? 'USAGE' : privileges.join(', '), printed);
    });
  };
  for (const [printed, cases] of Object.entries(measured)) {
    for (const [bits, versionIds] of cases) for (const versionId of versionIds) check(bits, versionId, printed);
  }
  for (const [bits, versionId, printed] of recorded) check(bits, versionId, printed);

  it('root of the installation has all of them', () => {
    const { privileges, rejected } = effectiveAccess(18446744073709551615n, undefined, mariadb1011);
    assert.equal(privileges.length, 39);
    assert.equal(rejected, false);
  });
});
