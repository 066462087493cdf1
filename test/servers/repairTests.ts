import assert from 'node:assert/strict';
import { planRunbook } from '../../src/core/runbooks/planRunbook';
import { clientCallOf } from '../core/runbooks/fleet';
import { waitFor } from '../sandbox/waitFor';
import { planWalk, type RunningLab } from './planWalk';

/** What goes wrong with rows and logs of a replica, made right on the replica. */
export function repairTests(running: () => RunningLab): void {
  const { key, plan, stepOf, carryOut, carryOutWithPassword, count } = planWalk(running);
  const replica = 's1-codfw';

  /** On the replica only, not logged. */
  const locally = (sql: string) =>
    running().sandbox.query(replica, [...writable(), 'SET SESSION sql_log_bin = 0', sql]);
  const writable = (): readonly string[] =>
    running().sandbox.kind.flavor === 'mysql' ? ['SET GLOBAL super_read_only = 0'] : [];

  /** Waits until the SQL thread stands with this error, then plans for the row. */
  const planned = async (errno: number, where: string) => {
    const { lab } = running();
    const broken = await waitFor(async () => {
      const { connections } = (await lab.view()).instances[key(replica)] ?? { connections: [] };
      const error = connections[0]?.status.sqlError;
      return error?.causeErrno === errno && connections[0]?.status.sqlThread === 'stopped' ? error : undefined;
    }, 20_000);
    assert.ok(broken !== undefined, `the SQL thread stops at ${errno}`);
    const finding = (await lab.view()).findings.find(
      (each) => each.subject === key(replica) && each.runbook !== undefined,
    );
    assert.equal(finding?.runbook, 'replica.repairRow', 'its finding leads here');
    return plan('replica.repairRow', replica, { where });
  };

  describe('repairs', function () {
    this.timeout(180_000);

    it('deletes a row that the replica has too much, and no other', async () => {
      const { sandbox, lab } = running();
      await locally("INSERT INTO shop.customers VALUES (501, 'local'), (502, 'stays')");
      await sandbox.query('s1-primary', "INSERT INTO shop.customers VALUES (501, 'right')");
      const wrong = await planned(1062, 'id = 999');
      const failed = await lab.run(clientCallOf(stepOf(wrong, 'repair')));
      assert.notEqual(failed.code, 0, 'a condition that hits no row stops before anything is deleted');
      assert.match(failed.output, /1242/);
      await carryOut('replica.repairRow', replica, { where: 'id = 501' }, async (step) => {
        if (!step.id.startsWith('show')) return;
        const shown = await lab.run(clientCallOf(step));
        // Line by line, each value beside the name of its column.
        const says = { showTable: /^ *PRIMARY KEY/m, showReplica: /^ *name: local$/m, showSource: /^ *name: right$/m };
        assert.match(shown.output, says[step.id as keyof typeof says]);
      });
      assert.equal(await count(replica, "SELECT COUNT(*) FROM shop.customers WHERE name IN ('right', 'stays')"), 2);
      const back = stepOf(wrong, 'repair').rollback?.replace('VALUES (…)', "VALUES (501, 'local')") ?? '';
      await sandbox.query(replica, back.split('; '));
      assert.equal(await count(replica, "SELECT COUNT(*) FROM shop.customers WHERE name = 'local'"), 1);
      await locally("UPDATE shop.customers SET name = 'right' WHERE id = 501");
      await locally('DELETE FROM shop.customers WHERE id = 502');
    });

    it('fetches a missing row from the source where the event changes it', async () => {
      const { sandbox } = running();
      await sandbox.query('s1-primary', "INSERT INTO shop.customers VALUES (503, 'before')");
      await waitFor(
        async () => (await count(replica, 'SELECT COUNT(*) FROM shop.customers WHERE id = 503')) || undefined,
        20_000,
      );
      await locally('DELETE FROM shop.customers WHERE id = 503');
      await sandbox.query('s1-primary', "UPDATE shop.customers SET name = 'after' WHERE id = 503");
      const made = await planned(1032, "id = 503 AND name = 'after'");
      await carryOut('replica.repairRow', replica, made.inputs);
      assert.equal(await count(replica, "SELECT COUNT(*) FROM shop.customers WHERE id = 503 AND name = 'after'"), 1);
    });

    it('puts a missing row there that the event deletes', async () => {
      const { sandbox } = running();
      await locally('DELETE FROM shop.customers WHERE id = 503');
      await sandbox.query('s1-primary', 'DELETE FROM shop.customers WHERE id = 503');
      const made = await planned(1032, 'id = 503');
      await carryOut('replica.repairRow', replica, made.inputs);
      assert.equal(await count(replica, 'SELECT COUNT(*) FROM shop.customers WHERE id = 503'), 0);
    });

    it('clears errant transactions out of a leaf, and not out of a server with replicas', async () => {
      const { sandbox, lab } = running();
      const leaf = 's1-replica';
      const errant = "INSERT INTO shop.customers VALUES (601, 'errant')";
      await sandbox.query(leaf, [...writable(), errant]);
      await carryOut('replica.removeErrant', leaf, {});
      await sandbox.query(leaf, ['SET SESSION sql_log_bin = 0', 'DELETE FROM shop.customers WHERE id = 601']);
      await sandbox.query(replica, [...writable(), errant]);
      const made = await waitFor(async () => {
        const each = planRunbook(await lab.view(), 'replica.removeErrant', key(replica), lab.inputs);
        return each.steps.length > 0 ? each : undefined;
      }, 20_000);
      assert.match(made?.blocked.join(' ') ?? '', /never offered/);
    });

    it('sets a replica with errant transactions up again', async () => {
      const { sandbox } = running();
      const leaf = 's1-replica';
      await sandbox.query(leaf, [
        ...writable(),
        "INSERT INTO shop.customers VALUES (602, 'errant')",
        sandbox.words().stop,
      ]);
      await carryOutWithPassword('replica.rebuild', leaf, {
        ...{ source: key('s1-primary'), user: 'repl', databases: 'heartbeat, shop', ca: sandbox.certificates.ca },
      });
      assert.equal(await count(leaf, 'SELECT COUNT(*) FROM shop.customers WHERE id = 602'), 0);
      const findings = (await running().lab.view()).instances[key(leaf)]?.findings.map(({ id }) => id) ?? [];
      assert.ok(!findings.includes('replica.errantTransactions'), findings.join(', '));
    });
  });
}
