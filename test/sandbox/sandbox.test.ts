import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { connectAsMonitor, heartbeatAge, readReplica } from './faultSteps';
import { type Sandbox, startSandbox } from './sandbox';
import { findEtcd } from './serverKinds';
import { topology } from './topology';
import { waitFor } from './waitFor';

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    // A zombie still takes a signal.
    return process.platform !== 'linux' || !/^\d+ \(.*\) Z/s.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
};

describe('the sandbox', function () {
  this.timeout(120_000);
  let sandbox: Sandbox;
  let folder: string;
  let pids: number[];

  before(async () => {
    sandbox = await startSandbox({ etcd: (await findEtcd()) !== undefined });
    ({ folder } = sandbox);
    pids = sandbox.processes.pids;
  });

  it('runs seven servers, each under its own id and port', async () => {
    assert.equal(sandbox.instances.length, 7);
    for (const { name, serverId, port } of sandbox.instances) {
      const [row] = await sandbox.query(name, 'SELECT @@server_id AS id, @@port AS port, @@version AS version');
      assert.deepEqual([row?.['id'], row?.['port']], [serverId, port]);
      assert.ok(String(row?.['version']).startsWith(sandbox.kind.version));
    }
  });

  it('replicates by GTID, over verified TLS, as the topology says', async () => {
    for (const { name, sources } of topology)
      for (const { connection, source } of sources) {
        const status = await readReplica(sandbox, name, connection);
        assert.deepEqual(
          { io: status?.io, sql: status?.sql, gtid: status?.usesGtid, port: status?.sourcePort },
          { io: 'Yes', sql: 'Yes', gtid: true, port: sandbox.instance(source).port },
          `${name} ${connection}`,
        );
        const prefix = sandbox.kind.flavor === 'mariadb' ? 'Master' : 'Source';
        assert.equal(status?.row[`${prefix}_SSL_Verify_Server_Cert`], 'Yes');
      }
  });

  it('brings a write on the primary to the end of the chain', async () => {
    await sandbox.query('s1-primary', "INSERT INTO shop.customers VALUES (50, 'Margaret')");
    const arrived = await waitFor(async () => {
      const rows = await sandbox.query('s1-codfw-leaf', 'SELECT name FROM shop.customers WHERE id = 50');
      return rows[0]?.['name'];
    }, 10_000);
    assert.equal(String(arrived), 'Margaret');
  });

  it("keeps every source's heartbeat fresh everywhere", async () => {
    for (const [name, serverId] of [
      ['s1-codfw-leaf', 101],
      ['analytics-replica', 301],
      ['analytics-replica', 302],
    ] as const) {
      const age = await heartbeatAge(sandbox, name, serverId);
      assert.ok(age !== undefined && age > -1 && age < 4, `${name}: ${age ?? 'no row'}`);
    }
  });

  it('lets the monitor account read what it needs, and nothing else', async () => {
    const connection = await connectAsMonitor(sandbox, 's1-replica');
    try {
      await connection.query(sandbox.kind.flavor === 'mariadb' ? 'SHOW ALL SLAVES STATUS' : 'SHOW REPLICA STATUS');
      await connection.query('SELECT ts FROM heartbeat.heartbeat');
      await assert.rejects(connection.query('SELECT * FROM shop.orders'), /denied/);
      await connection.query('SELECT User FROM mysql.user');
      await assert.rejects(connection.query('DELETE FROM mysql.user'), /denied|read-only/);
      await assert.rejects(connection.query('SET GLOBAL read_only = OFF'), /denied/);
    } finally {
      connection.destroy();
    }
  });

  it('writes an inventory that names all of it, and a password file that only its owner reads', () => {
    const inventory = readFileSync(path.join(sandbox.workspaceFolder, 'replideck.yaml'), 'utf8');
    for (const { port } of sandbox.instances) assert.match(inventory, new RegExp(`: ${port}\\b`));
    assert.equal(statSync(sandbox.monitorFile).mode & 0o777, 0o600);
    assert.ok(!inventory.includes(sandbox.secrets.monitor));
  });

  it('leaves neither process nor file', async () => {
    await sandbox.stop();
    assert.deepEqual(pids.filter(isAlive), []);
    assert.ok(!existsSync(folder));
  });
});

describe('a starter that is killed', function () {
  this.timeout(120_000);
  // A temp folder of our own: other sandboxes on this machine are not ours to look at.
  let place: string;
  const own = process.env['TMPDIR'];

  before(() => {
    place = mkdtempSync(path.join(tmpdir(), 'rd-'));
    // The servers run under another account where we are root.
    chmodSync(place, 0o755);
    process.env['TMPDIR'] = place;
  });
  after(() => {
    if (own === undefined) delete process.env['TMPDIR'];
    else process.env['TMPDIR'] = own;
    rmSync(place, { recursive: true, force: true });
  });

  // The compiler's cache of the starter is in the temp folder, too.
  const left = () => readdirSync(place).filter((name) => name.startsWith('replideck-'));

  function startStarter(...args: string[]) {
    const starter = spawn(
      process.execPath,
      ['--import', 'tsx', path.join(import.meta.dirname, 'crashingStarter.ts'), ...args],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    return { starter, lines: createInterface({ input: starter.stdout })[Symbol.asyncIterator]() };
  }

  async function killAndWait(starter: ReturnType<typeof spawn>, pids: readonly number[]): Promise<void> {
    starter.kill('SIGKILL');
    await once(starter, 'exit');
    const isGone = () => !pids.some(isAlive) && left().length === 0;
    await waitFor(() => Promise.resolve(isGone() ? true : undefined), 20_000);
    assert.deepEqual([pids.filter(isAlive), left()], [[], []]);
  }

  it('takes its servers and its folder with it', async () => {
    const { starter, lines } = startStarter();
    const line = await lines.next();
    const { pids } = JSON.parse(String(line.value)) as { pids: number[] };
    assert.ok(pids.length >= 7 && pids.every(isAlive), 'all run before the crash');
    await killAndWait(starter, pids);
  });

  it('does so, too, while the servers are starting', async () => {
    const { starter, lines } = startStarter('--die-while-starting');
    for (let line = await lines.next(); line.done !== true; line = await lines.next())
      if (line.value.startsWith('Starting')) break;
    assert.equal(left().length, 1);
    await killAndWait(starter, []);
  });

  it('or that is interrupted leaves nothing either', async () => {
    const abort = new AbortController();
    const starting = startSandbox({
      signal: abort.signal,
      onProgress: (text) => {
        if (text.startsWith('Starting')) abort.abort();
      },
    });
    await assert.rejects(starting, { name: 'AbortError' });
    assert.deepEqual(left(), []);
  });
});
