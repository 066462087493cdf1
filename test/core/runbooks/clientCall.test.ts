import assert from 'node:assert/strict';
import type { InstanceSpec } from '../../../src/core/inventory/model';
import { renderCall, renderSqlFile } from '../../../src/core/runbooks/clientCall';
import { planRunbook } from '../../../src/core/runbooks/planRunbook';
import { optionFileOf } from '../../../src/core/runbooks/runbook';
import { renderPlan } from '../../../src/core/runbooks/renderPlan';
import type { Node } from '../findings/fleetBuilder';
import { error, mysql, p, r } from '../findings/fleetBuilder';
import { clientCallOf, files, viewOf } from './fleet';

const said = "Could not execute Write_rows_v1 event on table shop.orders; Duplicate entry '1' for key 'PRIMARY'";
const sqlError = error(1062, said);
const monitor = { name: 'monitor', user: 'replideck', password: { kind: 'secret', name: 'monitor' } } as const;

function line(node: Node, shell: 'posix' | 'fish' | 'powershell' = 'posix', inputs = {}): string {
  const plan = planRunbook(viewOf({ [r]: node }), 'replica.stop', r, inputs);
  const rendered = renderCall(plan.steps[0]!.call, { ...files, shell });
  return rendered.kind === 'ok' ? rendered.value : rendered.reason;
}

describe('command line of a step', () => {
  it('names host and port itself, proves the server, and stops at the first error', () => {
    assert.equal(
      line({ spec: { credentials: monitor, tls: { mode: 'verify-identity', ca: 'tls/ca.pem' } } }),
      "mariadb --defaults-extra-file=/store/run.cnf --host=db2100.codfw.wmnet --port=3311 --protocol=TCP --ssl --ssl-verify-server-cert '--ssl-ca=/work space/tls/ca.pem' --connect-timeout=10 --default-character-set=utf8mb4 --batch '--execute=SELECT IF(@@server_id = 201 AND @@hostname = '\\''db2100'\\'' AND @@port = 3311, '\\''the planned server'\\'', (SELECT 1 UNION SELECT 2)) AS target; STOP SLAVE;'",
    );
  });

  it('takes the account from where it is said to be', () => {
    assert.match(line({}), /^mariadb --host=/);
    assert.match(
      line({}, 'posix', { optionFile: '~/my admin.cnf' }),
      /^mariadb '--defaults-extra-file=\/work space\/~\/my admin.cnf' /,
    );
    assert.match(
      line({ spec: { credentials: { name: 'b', optionFile: '/a.cnf' } } }),
      /^mariadb --defaults-extra-file=\/a.cnf /,
    );
    // Only the group [client] is what a client reads of a whole file, and what the dialog offers.
    const offered = (credentials: Partial<NonNullable<InstanceSpec['credentials']>>) =>
      optionFileOf({ ...viewOf().instances[r]!.spec, credentials: { name: 'b', ...credentials } });
    assert.equal(offered({ optionFile: '/a.cnf' }), '/a.cnf');
    assert.equal(offered({ optionFile: '/a.cnf', group: 'x' }), undefined);
    assert.equal(offered({ user: 'replideck' }), undefined);
    assert.match(line({ spec: { credentials: { name: 'b', optionFile: '/a.cnf', group: 'x' } } }), /^mariadb --host=/);
    assert.match(
      line({ spec: { credentials: { name: 'l', socket: '/run/s' } } }),
      /--socket=\/run\/s --protocol=SOCKET/,
    );
  });

  it('shows what is looked at line by line, and a list of many rows as a table', () => {
    const look = (id: string, key: string, inputs = {}) => {
      const view = viewOf({
        [p]: { facts: { logBin: false } },
        [r]: { connection: { sqlThread: 'stopped', sqlError } },
      });
      return planRunbook(view, id, key, inputs).steps.map((step) => {
        const rendered = renderCall(step.call, files);
        return [step.id, rendered.kind === 'ok' && rendered.value.includes(' --batch --vertical ')];
      });
    };
    assert.deepEqual(look('replica.repairRow', r, { where: 'id = 1' }), [
      ...[
        ['showTable', true],
        ['showReplica', true],
        ['showSource', true],
        ['repair', false],
      ],
    ]);
    assert.deepEqual(look('source.enableBinlog', p), [
      ...[
        ['configure', true],
        ['restart', false],
      ],
    ]);
  });

  it('speaks to each client and shell in its own words', () => {
    const my = { facts: { ...mysql, uuid: 'u-1' } };
    assert.match(
      line({ ...my, spec: { tls: { mode: 'verify-ca', ca: '/ca' } } }),
      /^mysql .*--ssl-mode=VERIFY_CA --ssl-ca=\/ca .*@@server_uuid = /,
    );
    assert.match(line(my, 'posix', { client: 'mariadb' }), /^mariadb /);
    assert.match(line({}, 'fish'), /'--execute=SELECT IF\(.*\\'db2100\\'/);
    assert.match(line({}, 'powershell'), /'--execute=SELECT IF\(.*''db2100''/);
  });

  it('is refused where a name cannot be written safely', () => {
    assert.match(line({ spec: { host: 'a\nb' } }), /line break/);
    assert.match(line({ spec: { host: 'a\u202eb' } }), /direction/);
    assert.match(line({ spec: { host: '$(touch x)' } }), /'--host=\$\(touch x\)'/);
  });

  it('never holds a secret, which stands in its file only', () => {
    const plan = planRunbook(viewOf(), 'source.createReplicationAccount', p, { host: '10.%' });
    const call = clientCallOf(plan.steps[0]);
    const { identity } = call.server;
    const rendered = renderCall(call, files);
    assert.ok(rendered.kind === 'ok');
    assert.match(rendered.value, /--batch < \/store\/run\.sql$/);
    assert.equal(renderCall(call, { ...files, shell: 'powershell' }).kind, 'failed');
    const secret = `ca'na\\ry"; DROP`;
    const file = renderSqlFile(call, identity!, new Map([['password', secret]]));
    assert.match(file, /^SELECT IF\(@@server_id = 101 /);
    assert.ok(file.includes(`IDENTIFIED BY 'ca''na\\\\ry"; DROP' REQUIRE SSL;`), file);
    assert.throws(() => renderSqlFile(call, identity!, new Map()), /was not given/);
    const { text } = renderPlan(plan, () => files);
    assert.ok(
      text.includes("CREATE USER 'repl'@'10.%' IDENTIFIED BY <new password of the replication account> REQUIRE SSL;"),
      text,
    );
  });
});
