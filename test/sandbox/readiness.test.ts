import assert from 'node:assert/strict';
import { clusterReadiness } from '../../src/core/switchover/readiness';
import { restoreSource } from './faultSteps';
import { openProductReader, type ProductReader } from './productReader';
import { type Sandbox, startSandbox } from './sandbox';
import { text } from './statements';
import { waitFor } from './waitFor';

/** How long a state may take to show: a replica that reconnects, a heartbeat that comes in. */
const settleMs = 30_000;

describe('switchover readiness of a real cluster', function () {
  this.timeout(180_000);
  let sandbox: Sandbox;
  let product: ProductReader;

  before(async () => {
    sandbox = await startSandbox();
    product = await openProductReader(sandbox);
  });
  after(async () => {
    await product.dispose();
    await sandbox.stop();
  });

  type Verdicts = Readonly<Record<string, readonly string[]>>;

  /** What each candidate of s1 does not pass now, as `id` where it fails and `id?` where it is unknown. */
  async function read(): Promise<Verdicts> {
    await product.read();
    const readiness = clusterReadiness(product.view(), 's1');
    return Object.fromEntries(
      (readiness?.candidates ?? []).map(({ key, checks }) => [
        sandbox.instance(key).name,
        checks.flatMap(({ id, pass }) => (pass === true ? [] : [pass === false ? id : `${id}?`])),
      ]),
    );
  }

  /** Reads until it is as expected; a state needs a moment to show, and on a busy machine a longer one. */
  async function check(expected: Verdicts): Promise<void> {
    let last: Verdicts = {};
    await waitFor(async () => {
      last = await read();
      return JSON.stringify(last) === JSON.stringify(expected) || undefined;
    }, settleMs);
    assert.deepEqual(last, expected);
  }

  /** The leaf stands below another replica, which is all that keeps it from taking over. */
  const well: Verdicts = { 's1-replica': [], 's1-codfw': [], 's1-codfw-leaf': ['candidate.direct'] };

  it('names those that could take over, and the replica of a replica for what it is', () => check(well));

  it('sees that a candidate is writable, and nothing else', async () => {
    await sandbox.query('s1-replica', 'SET GLOBAL read_only = 0');
    try {
      await check({ ...well, 's1-replica': ['candidate.readOnly'] });
    } finally {
      await sandbox.query('s1-replica', 'SET GLOBAL read_only = 1');
    }
    await check(well);
  });

  it('sees that the SQL thread stands still, and that it falls behind for that', async () => {
    const { stopThread, startThread } = sandbox.words();
    await sandbox.query('s1-replica', stopThread('SQL'));
    try {
      await check({ ...well, 's1-replica': ['replication.threads', 'replication.lag'] });
    } finally {
      await sandbox.query('s1-replica', startThread('SQL'));
    }
    await check(well);
  });

  it('sees that a candidate was moved below another replica, and is content when it is back', async () => {
    const { stop, start, change } = sandbox.words();
    const { host, port } = sandbox.instance('s1-codfw');
    await sandbox.query('s1-replica', [stop, change({ HOST: text(host), PORT: String(port) }), start]);
    try {
      await check({ ...well, 's1-replica': ['candidate.direct'] });
    } finally {
      await restoreSource(sandbox, 's1-replica');
    }
    await check(well);
  });

  it('becomes ready by the remedy that it names', async () => {
    await read();
    const leaf = clusterReadiness(product.view(), 's1')?.candidates.find(
      ({ key }) => sandbox.instance(key).name === 's1-codfw-leaf',
    );
    const remedy = leaf?.checks.find(({ id }) => id === 'candidate.direct')?.remedy ?? '';
    const statements = [...remedy.matchAll(/`([^`]*(?:SLAVE|REPLICA|MASTER|SOURCE)[^`]*)`/g)].map(
      ([, sql]) => sql ?? '',
    );
    assert.equal(statements.length, 3, remedy);
    await sandbox.query('s1-codfw-leaf', statements);
    try {
      await check({ ...well, 's1-codfw-leaf': [] });
    } finally {
      await restoreSource(sandbox, 's1-codfw-leaf');
    }
  });

  it('takes nothing for true of a server that does not answer', async () => {
    sandbox.signalServer('s1-codfw-leaf', 'SIGSTOP');
    try {
      const unknown = ['cluster.onePrimary?', 'cluster.noRing?', 'candidate.serverId?'];
      let found: Verdicts = {};
      const others = () => ['s1-replica', 's1-codfw'].map((name) => found[name]);
      await waitFor(async () => {
        found = await read();
        return JSON.stringify(others()) === JSON.stringify([unknown, unknown]) || undefined;
      }, settleMs);
      assert.deepEqual(others(), [unknown, unknown]);
      const leaf = found['s1-codfw-leaf'] ?? [];
      assert.ok(leaf.includes('candidate.readOnly?') && leaf.every((each) => each.endsWith('?')), leaf.join(', '));
    } finally {
      sandbox.signalServer('s1-codfw-leaf', 'SIGCONT');
    }
    await check(well);
  });
});
