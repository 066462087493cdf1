import assert from 'node:assert/strict';
import { expandAll, resolvePrivilege } from '../../../src/core/grants/privileges';
import type { PrivilegeLevel } from '../../../src/core/grants/privilegeData';
import type { GrantServer } from '../../../src/core/grants/grantServer';
import { mariadb1011, mariadb118, mysql97, readAnswers, readJson, recordedServers } from './serverRecordings';

describe('privileges by flavor and version', () => {
  const mariadb = (versionId: number): GrantServer => ({ flavor: 'mariadb', versionId });
  const mysql = (versionId: number): GrantServer => ({ flavor: 'mysql', versionId });
  const counts: readonly (readonly [GrantServer, PrivilegeLevel, number])[] = [
    [mariadb(100434), 'G', 29],
    [mariadb(100502), 'G', 37],
    [mariadb(100508), 'G', 38],
    [mariadb1011, 'G', 38],
    [mariadb118, 'G', 39],
    [mariadb1011, 'D', 19],
    [mariadb118, 'D', 20],
    [mariadb1011, 'T', 13],
    [mysql97, 'D', 18],
    [mysql97, 'T', 12],
    [mysql97, 'R', 2],
    [mysql97, 'G', 30 + 42],
  ];
  for (const [server, level, count] of counts) {
    it(`ALL at ${level} on ${server.flavor} ${server.versionId}: ${count}`, () => {
      assert.equal(expandAll(level, server).length, count);
    });
  }

  it('MySQL 9.7 prints exactly what ALL expands to', () => {
    const [, , server] = recordedServers;
    assert.ok(server);
    const account = readAnswers(server).accounts.find(({ user }) => user === 'allnogrant');
    const texts = account?.grants.kind === 'rows' ? account.grants.texts : [];
    const printed = texts.flatMap((text) => /^GRANT (.*) ON \*\.\*/.exec(text)?.[1]?.split(/,\s*/) ?? []);
    assert.deepEqual([...printed].sort(), [...expandAll('G', mysql97)].sort());
  });

  for (const [folder, server] of [
    ['mariadb-10.11', mariadb1011],
    ['mariadb-11.8', mariadb118],
    ['mysql-9.7', mysql97],
  ] as const) {
    it(`SHOW PRIVILEGES of ${folder} lists what ALL expands to`, () => {
      const { results } = readJson(`${folder}/roles-and-tables.json`) as {
        results: { statement: string; rows?: { Privilege: string }[] }[];
      };
      const rows = results.find(({ statement }) => statement === 'SHOW PRIVILEGES')?.rows ?? [];
      const listed = rows
        .map(({ Privilege }) => Privilege.toUpperCase())
        .filter((name) => !['USAGE', 'PROXY', 'GRANT OPTION'].includes(name));
      const wanted = expandAll('G', server);
      assert.deepEqual([...listed].sort(), [...wanted].sort());
    });
  }

  const refused: readonly (readonly [string, PrivilegeLevel, GrantServer, RegExp])[] = [
    ['RELOAD', 'D', mariadb1011, /cannot be granted on a database/],
    ['DELETE', 'C', mariadb1011, /cannot be granted on columns/],
    ['BINLOG MONITOR', 'G', mysql97, /does not know/],
    ['SET_USER_ID', 'G', mysql97, /MySQL 9\.7\.4 does not know/],
    ['REPLICATION_SLAVE_ADMIN', 'G', mariadb1011, /does not know/],
    ['REPLICATION_SLAVE_ADMIN', 'D', mysql97, /on \*\.\* only/],
    ['SLAVE MONITOR', 'G', mariadb(100506), /does not know/],
    ['SHOW CREATE ROUTINE', 'D', mariadb1011, /does not know/],
    ['DELETE VERSIONING ROWS', 'D', mariadb1011, /does not know/],
    ['READ_ONLY ADMIN', 'G', mariadb(100434), /does not know/],
    ['GRANT OPTION', 'G', mariadb1011, /does not know/],
  ];
  for (const [name, level, server, reason] of refused) {
    it(`${name} at ${level} on ${server.flavor} ${server.versionId} is refused`, () => {
      const resolved = resolvePrivilege(name, level, server);
      assert.ok(resolved.kind === 'refused');
      assert.match(resolved.reason, reason);
    });
  }

  it('a server that lists its dynamic privileges is believed', () => {
    const server = { ...mysql(80400), dynamicPrivileges: ['BINLOG_ADMIN', 'MY_OWN_ADMIN'] };
    assert.equal(expandAll('G', server).length, 32);
    assert.equal(resolvePrivilege('MY_OWN_ADMIN', 'G', server).kind, 'known');
    assert.equal(resolvePrivilege('CLONE_ADMIN', 'G', server).kind, 'refused');
  });
});
