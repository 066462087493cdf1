import assert from 'node:assert/strict';
import { createBurrowReader } from '../../src/adapters/burrow/burrowReader';
import { createOrchestratorReader } from '../../src/adapters/orchestrator/orchestratorReader';
import { systemClock } from '../../src/adapters/systemClock';
import { diagnose } from '../../src/core/findings/diagnose';
import type { LinkedFleet } from '../../src/core/fleetView';
import type { BurrowSpec, OrchestratorSpec } from '../../src/core/inventory/model';
import { linkServices, toServiceSnapshot } from '../../src/core/services/linkServices';
import { buildInventory } from '../core/buildFleet';
import { fleetOf } from '../core/findings/fleetBuilder';
import { beside, seen } from '../core/findings/orchestratorCases';
import { orchestrator } from '../core/orchestrator/recorded';
import { Servers } from './hostileServers';
import { httpFindings, recordedIn, type HttpFinding } from './httpFindings';

const never = new AbortController().signal;
const burrow: BurrowSpec = {
  ...{ name: 'main', url: '', cluster: 'eqiad', groups: ['eventlogging-00'], maxLag: 1000 },
  ...{ tls: { mode: 'preferred' }, pollSeconds: 10, timeoutSeconds: 5 },
};

/** From the bytes on the wire to the finding: the real reader, the facts, the rules. */
describe('findings of the neighbours that speak HTTP', function () {
  this.timeout(20_000);
  const servers = new Servers();
  afterEach(() => servers.close());

  async function fleetWith({ kind, answer, atMs, beside: nodes }: HttpFinding): Promise<LinkedFleet> {
    const options = {
      ...{ secrets: { get: () => Promise.resolve(undefined) }, inventoryFolder: () => '/', environment: {} },
      clock: atMs === undefined ? systemClock : { ...systemClock, now: () => atMs },
    };
    const url = await servers.serve(answer ?? (() => undefined));
    if (answer === undefined) await servers.close();
    const target = { key: `${kind}:main`, name: 'main', pollSeconds: 10, instances: {} };
    if (kind === 'orchestrator') {
      const spec: OrchestratorSpec = { ...orchestrator, url };
      const reader = createOrchestratorReader(options);
      const reading = await reader.read({ kind, ...target, spec }, never);
      await reader.dispose();
      const snapshot = toServiceSnapshot<'orchestrator'>(reading, spec, undefined);
      return nodes === undefined ? seen(snapshot, spec) : beside(snapshot, nodes);
    }
    const spec: BurrowSpec = { ...burrow, url };
    const reader = createBurrowReader(options);
    const reading = await reader.read({ kind, ...target, spec }, never);
    await reader.dispose();
    const snapshot = toServiceSnapshot<'burrow'>(reading, spec, undefined);
    return {
      ...fleetOf(),
      services: linkServices({ ...buildInventory({}), burrow: [spec] }, { 'burrow:main': snapshot }),
    };
  }

  const idsOf = async (finding: HttpFinding): Promise<readonly string[]> =>
    diagnose(await fleetWith(finding)).map(({ id }) => id);

  for (const [id, finding] of Object.entries(httpFindings)) {
    it(`provoke ${id}`, async () => {
      assert.ok((await idsOf(finding)).includes(id), (await idsOf(finding)).join(', ') || 'nothing was found');
    });
  }

  it('are none where all is well', async () => {
    const recorded = { kind: 'orchestrator', answer: recordedIn('healthy') } as const;
    assert.deepEqual(await idsOf(recorded), []);
    assert.deepEqual(await idsOf({ ...recorded, beside: {} }), []);
  });
});
