import assert from 'node:assert/strict';
import { toGrantModel } from '../../src/core/grants/fromServer';
import { grantFixKey } from '../../src/core/grants/grantFix';
import { compareTemplate } from '../../src/core/grants/reviewTemplate';
import { toGrantFix } from '../../src/core/grants/toGrantFix';
import { ok } from '../../src/core/outcome';
import { planRunbook, whyNotNow } from '../../src/core/runbooks/planRunbook';
import { clientCallOf } from '../core/runbooks/fleet';
import { planWalk, type RunningLab } from './planWalk';

/** Templates of grants applied by the commands of their plans. */
export function grantTests(running: () => RunningLab): void {
  const { isMariadb, key, plan, runStep } = planWalk(running);
  const template = 'grants/app.sql';
  const inputs = { template };

  /** What the extension reads for such a plan, with the operator's account. */
  const readWith = (name: string, text: string): void => {
    const { lab } = running();
    lab.grantFixes = async () => {
      const readAt = new Date().toISOString();
      const grants = toGrantModel(await lab.accounts(name));
      const { server } = grants.model;
      const fix = toGrantFix(compareTemplate(text, {}, grants), { server, path: template, readAt });
      return { [grantFixKey(key(name), template)]: ok(fix) };
    };
  };

  /** A plan's steps to their verified ends, each by the plan as it is then. */
  const carryOut = async (name: string): Promise<readonly string[]> => {
    const rollbacks: string[] = [];
    for (const { id } of (await plan('grants.apply', name, inputs)).steps) {
      const made = await plan('grants.apply', name, inputs);
      const step = made.steps.find((each) => each.id === id)!;
      const verification = await runStep(made, step);
      assert.equal(verification.kind, 'done', `${step.title}: ${JSON.stringify(verification)}`);
      rollbacks.unshift(step.rollback ?? '');
    }
    return rollbacks;
  };

  const grantsOf = async (name: string, account: string): Promise<string> => {
    const rows = await running().sandbox.query(name, `SHOW GRANTS FOR ${account}`);
    return rows.flatMap((row) => Object.values(row).map(String)).join('\n');
  };

  describe('grants', function () {
    this.timeout(120_000);
    afterEach(() => {
      running().lab.grantFixes = undefined;
    });

    it('makes a primary as its template says, and back by the rollback', async () => {
      const { sandbox, lab } = running();
      await sandbox.query('s1-primary', [
        "CREATE USER 'app'@'10.%' IDENTIFIED BY 'Old-1-secret'",
        "GRANT INSERT, DELETE ON shop.* TO 'app'@'10.%'",
        "CREATE USER 'other'@'10.%' IDENTIFIED BY 'Old-2-secret'",
        "GRANT SELECT ON *.* TO 'other'@'10.%'",
      ]);
      readWith(
        's1-primary',
        [
          "CREATE USER 'app'@'10.%' IDENTIFIED BY 'x' REQUIRE SSL WITH MAX_USER_CONNECTIONS 5;",
          "GRANT SELECT, INSERT ON shop.* TO 'app'@'10.%';",
          "CREATE USER 'ne''w $(x)'@'127.0.0.%' IDENTIFIED BY 'x';",
          "GRANT SELECT (id) ON shop.orders TO 'ne''w $(x)'@'127.0.0.%';",
        ].join('\n'),
      );
      const before = await grantsOf('s1-primary', "'app'@'10.%'");
      const rollbacks = await carryOut('s1-primary');
      const after = await grantsOf('s1-primary', "'app'@'10.%'");
      assert.match(after, /GRANT SELECT, INSERT ON `shop`\.\* /);
      assert.match(await grantsOf('s1-primary', "'other'@'10.%'"), /GRANT SELECT ON \*\.\* /);
      const again = planRunbook(await lab.view(), 'grants.apply', key('s1-primary'), inputs);
      assert.match(again.blocked.join('\n'), /grants\.differ: 0 statements/);
      // Who was made can log in with what was typed, and nobody else's password was touched.
      const login = await lab.viewAs('s1-primary', "ne'w $(x)", lab.otherCanary);
      assert.equal(login.reach.kind, 'answered', JSON.stringify(login.reach));

      for (const sql of rollbacks) {
        const statements = sql.split('\n').filter((line) => line !== '');
        await sandbox.query(
          's1-primary',
          statements.map((line) => line.replace(/;$/, '')),
        );
      }
      assert.equal(await grantsOf('s1-primary', "'app'@'10.%'"), before);
      const [locked] = await sandbox.query('s1-primary', "SHOW CREATE USER 'ne''w $(x)'@'127.0.0.%'");
      assert.match(Object.values(locked ?? {}).join(), / ACCOUNT LOCK/);
    });

    it('logs nothing on a replica', async () => {
      const { sandbox } = running();
      if (!isMariadb()) await sandbox.query('s1-replica', 'SET GLOBAL super_read_only = 0');
      const position = async (): Promise<string> => {
        const variable = isMariadb() ? '@@gtid_binlog_state' : '@@gtid_executed';
        const [row] = await sandbox.query('s1-replica', `SELECT ${variable} AS position`);
        const own = String((await sandbox.query('s1-replica', 'SELECT @@server_id AS id'))[0]?.['id']);
        const uuid = isMariadb()
          ? ''
          : String((await sandbox.query('s1-replica', 'SELECT @@server_uuid AS id'))[0]?.['id']);
        const parts = String(row?.['position']).split(/,\s*/);
        return parts.filter((part) => (isMariadb() ? part.split('-')[1] === own : part.startsWith(uuid))).join();
      };
      const before = await position();
      readWith('s1-replica', "CREATE ROLE 'reports';\nGRANT SELECT ON shop.* TO 'reports';");
      await carryOut('s1-replica');
      assert.equal(await position(), before);
    });

    it('runs nothing that the plan did not show, and believes no exit code', async () => {
      const { sandbox, lab } = running();
      readWith('s1-primary', "CREATE USER 'late'@'10.%' IDENTIFIED BY 'x'; GRANT SELECT ON shop.* TO 'late'@'10.%';");
      const made = await plan('grants.apply', 's1-primary', inputs);
      const [step] = made.steps;
      assert.ok(step !== undefined);
      const ended = await lab.run({ ...clientCallOf(step), statements: ['SELECT 1'], secrets: [] });
      assert.equal(ended.code, 0, ended.output);
      assert.equal((await lab.verify(step, ended.endedMs, 2000)).kind, 'notDone');
      await sandbox.query('s1-primary', "CREATE USER 'late'@'10.%' IDENTIFIED BY 'Else-3-secret'");
      assert.match(whyNotNow(made, step.id, await lab.view()).join('\n'), /no longer what the plan shows/);
      await sandbox.query('s1-primary', "DROP USER 'late'@'10.%'");
    });
  });
}
