import assert from 'node:assert/strict';
import { isRight, judgeFaults } from '../faults/lab';
import { faultPairs } from '../faults/faultPairs';
import { remedies } from '../faults/remedies';
import { type ProductReader, openProductReader } from './productReader';
import { until } from './faultSteps';
import { faults, findFault, renderFaults } from './faults';
import { type Sandbox, startSandbox } from './sandbox';
import { findEtcd } from './serverKinds';

describe('faults', () => {
  it('are listed with what they are about', () => {
    const lines = renderFaults().split('\n');
    assert.equal(lines.length, Object.keys(faults).length);
    assert.match(
      lines.find((line) => line.startsWith('io-error'))!,
      /s1-replica: .*\[replica\.io\.accessDenied\]/,
    );
  });

  it('are each mended by what the finding says', () => {
    assert.deepEqual(Object.keys(faults).sort(), Object.keys(remedies).sort());
  });

  it('are named where one is asked for that there is not', () => {
    assert.throws(() => findFault('no-such-fault'), /There are: unreachable, primary-down/);
  });
});

describe('each fault, injected and healed on real servers', function () {
  this.timeout(180_000);
  let sandbox: Sandbox;
  let product: ProductReader;
  /** A test has failed, or runs: what it left behind is not what the next one is about. */
  let isSpoiled = false;

  async function start(): Promise<void> {
    // etcd does not care which database runs beside it: once is enough.
    const isFirst = (process.env['REPLIDECK_SERVER_KIND'] ?? 'path') === 'path';
    sandbox = await startSandbox({ etcd: isFirst && (await findEtcd()) !== undefined });
    product = await openProductReader(sandbox);
    await product.read();
  }
  async function stop(): Promise<void> {
    await product.dispose();
    await sandbox.stop();
  }
  before(start);
  after(stop);
  beforeEach(async () => {
    if (isSpoiled) {
      await stop();
      await start();
    }
    isSpoiled = true;
  });

  async function check(names: readonly string[]): Promise<void> {
    const result = await judgeFaults(sandbox, product, names);
    assert.notEqual(result.proof, '');
    const { missed, falseAlarms, remaining, remedy } = result;
    assert.deepEqual({ missed, falseAlarms, remaining }, { missed: [], falseAlarms: [], remaining: [] });
    if (names.length === 1) assert.equal(remedy?.kind, 'mended', JSON.stringify(remedy));
    assert.ok(isRight(result));
    isSpoiled = false;
  }

  for (const [name, fault] of Object.entries(faults))
    it(`${name}: ${fault.title}`, async () => {
      // What this server cannot have is refused in words, before anything is changed.
      if (fault.flavors?.includes(sandbox.kind.flavor) === false) {
        await assert.rejects(sandbox.fault(name), /is a fault of/);
        isSpoiled = false;
        return;
      }
      if ((await fault.lacks?.(sandbox.kind)) !== undefined) {
        await assert.rejects(sandbox.fault(name), /cannot be had/);
        isSpoiled = false;
        return;
      }
      if (fault.etcd === true && sandbox.etcd === undefined) {
        await assert.rejects(sandbox.fault(name), /needs the etcd clusters/);
        isSpoiled = false;
        return;
      }
      await check([name]);
    });

  it('other-server: is no longer said once the new server is accepted, and then of the former one', async () => {
    const { key } = sandbox.instance('s1-codfw-leaf');
    const mismatches = async () =>
      (await product.read()).findings.flatMap(({ id, subject }) => (id === 'instance.identityMismatch' ? subject : []));
    // Of a server that has only just started, a restart cannot be told from a server_id that was set anew.
    const hasStood = () =>
      until('That the server has stood for 5 s', async () => {
        const [row] = await sandbox.query('s1-codfw-leaf', "SHOW GLOBAL STATUS LIKE 'Uptime'");
        return Number(row?.['Value']) > 5;
      });
    await hasStood();
    await product.read();
    await sandbox.fault('other-server');
    assert.deepEqual([...(await mismatches()), ...(await mismatches())], [key, key]);
    await hasStood();
    assert.deepEqual(await mismatches(), [key]);
    product.acceptIdentity(key);
    assert.deepEqual(await mismatches(), []);
    await sandbox.heal('other-server');
    assert.deepEqual(await mismatches(), [key]);
    product.acceptIdentity(key);
    assert.deepEqual(await mismatches(), []);
    isSpoiled = false;
  });

  for (const { names, title } of faultPairs) it(`${title}: ${names.join(' and ')}`, () => check(names));
});
