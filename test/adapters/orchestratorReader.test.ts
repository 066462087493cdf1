import assert from 'node:assert/strict';
import { createOrchestratorReader } from '../../src/adapters/orchestrator/orchestratorReader';
import { systemClock } from '../../src/adapters/systemClock';
import { diagnose } from '../../src/core/findings/diagnose';
import type { OrchestratorSpec } from '../../src/core/inventory/model';
import { isReadPath, polledPaths } from '../../src/core/orchestrator/readPaths';
import { linkServices, toServiceSnapshot } from '../../src/core/services/linkServices';
import type { ServiceSnapshot } from '../../src/core/services/model';
import type { ServiceReader } from '../../src/ports';
import { buildInventory } from '../core/buildFleet';
import { fleetOf } from '../core/findings/fleetBuilder';
import { orchestrator, recordedAnswer } from '../core/orchestrator/recorded';
import { readRecording } from '../core/replication/recording';
import { Servers } from './hostileServers';

/** Paths that write or disturb, as the API names them; the last ones in disguise. */
const writes = `
/api/discover/db1/3306 /api/async-discover/db1/3306 /api/refresh/db1/3306 /api/resolve/db1/3306 /api/forget/db1/3306
/api/forget-cluster/s1 /api/relocate/db1/3306/db2/3306 /api/relocate-slaves/db1/3306/db2/3306 /api/move-up/db1/3306
/api/repoint/db1/3306/db2/3306 /api/take-master/db1/3306 /api/make-master/db1/3306 /api/reset-slave/db1/3306
/api/stop-slave/db1/3306 /api/set-read-only/db1/3306 /api/set-writeable/db1/3306 /api/kill-query/db1/3306/7
/api/begin-downtime/db1/3306/a/b /api/recover/db1/3306 /api/graceful-master-takeover/s1 /api/ack-recovery/cluster/s1
/api/disable-global-recoveries /api/tag/db1/3306 /api/reset-hostname-resolve-cache /api/raft-yield/n1
/api/locate-gtid-errant/db1/3306 /api/clusters-info/ /api/clusters-info/../forget/db1/3306
/api/clusters-info%2f..%2fforget%2fdb1%2f3306 /api/clusters-info?x=/api/forget/db1/3306 /api/problems/../forget/db1/3306
//api/clusters-info /API/clusters-info /api/clusters-infoX /web/clusters-info /api/health#x api/health`
  .trim()
  .split(/\s+/);

describe('orchestratorReader', function () {
  this.timeout(20_000);
  const servers = new Servers();
  let reader: ServiceReader<'orchestrator'>;
  beforeEach(() => {
    const secrets = { get: () => Promise.resolve(undefined) };
    reader = createOrchestratorReader({ secrets, clock: systemClock, inventoryFolder: () => '/', environment: {} });
  });
  afterEach(async () => {
    await reader.dispose();
    await servers.close();
  });

  /** Serves a recorded state; what it was asked is in `asked`. */
  const serve = (state: string, asked: string[] = []): Promise<string> =>
    servers.serve(({ url = '' }, response) => {
      asked.push(url);
      const recorded = recordedAnswer(state, url) ?? recordedAnswer('healthy', url);
      if (recorded === undefined) response.writeHead(404).end('404 page not found\n');
      else response.writeHead(recorded.status, recorded.headers).end(recorded.body);
    });

  async function read(url: string): Promise<ServiceSnapshot<'orchestrator'>> {
    const spec: OrchestratorSpec = { ...orchestrator, url };
    const target = {
      kind: 'orchestrator',
      key: 'orchestrator:main',
      name: 'main',
      spec,
      pollSeconds: 10,
      instances: {},
    } as const;
    return toServiceSnapshot<'orchestrator'>(await reader.read(target, new AbortController().signal), spec, undefined);
  }

  const states: readonly (readonly [string, readonly string[]])[] = [
    ['healthy', []],
    ['empty', []],
    ['annotated', []],
    ['primary-down', ['orchestrator.analysis']],
    ['primary-unreachable', ['orchestrator.analysis']],
    ['replica-down', ['orchestrator.problem']],
    ['replica-sql-error', ['orchestrator.problem']],
    ['ghost-cluster', ['orchestrator.aliasMissing', 'orchestrator.ghostCluster', 'orchestrator.staleCheck']],
    ['stale-heartbeat', ['orchestrator.fakeLag']],
    ['multi-source-s1-stopped', []],
  ];
  for (const [state, ids] of states) {
    it(`reads a real Orchestrator in the state ${state}: ${ids.join(', ') || 'nothing'}`, async () => {
      const asked: string[] = [];
      const snapshot = await read(await serve(state, asked));
      assert.equal(snapshot.reach.kind, 'answered', JSON.stringify(snapshot.reach));
      const services = linkServices(
        { ...buildInventory({}), orchestrators: [orchestrator] },
        { 'orchestrator:main': snapshot },
      );
      // Its downtimes were recorded some time ago.
      const found = diagnose({ ...fleetOf(), services }).filter(({ id }) => id !== 'orchestrator.downtimeForgotten');
      assert.deepEqual(found.map(({ id }) => id).sort(), ids);
      assert.deepEqual(asked.sort(), [...polledPaths].sort());
    });
  }

  it('tells a wrong password, and Orchestrator’s own refusal, by its own words', async () => {
    for (const [state, path, text] of [
      ['auth-basic', '/api/clusters', 'Not Authorized'],
      ['read-only-mode', '/api/forget/db3.dc1.example/3306', 'Unauthorized'],
    ] as const) {
      const recorded = recordedAnswer(state, path);
      assert.ok(recorded);
      const url = await servers.serve((_, response) =>
        response.writeHead(recorded.status, recorded.headers).end(recorded.body),
      );
      const { reach } = await read(url);
      assert.ok(reach.kind === 'failed');
      assert.equal(reach.failure.reason, 'unauthorized');
      assert.match(reach.failure.text, new RegExp(text));
    }
  });

  it('says that the prefix is wrong where Orchestrator has one', async () => {
    const { results } = readRecording('orchestrator-3.2.6/url-prefix.json') as {
      results: { status: number; headers: Record<string, string>; body: string }[];
    };
    const [first] = results;
    assert.ok(first);
    const url = await servers.serve((_, response) =>
      response.writeHead(first.status, { 'content-type': first.headers['content-type'] ?? '' }).end(first.body),
    );
    const { reach } = await read(url);
    assert.equal(reach.kind === 'failed' && reach.failure.reason, 'notFound');
  });

  it('has a list of reads that nothing else gets through', () => {
    for (const path of writes) assert.equal(isReadPath(path), false, path);
    for (const path of polledPaths) assert.equal(isReadPath(path), true, path);
  });

  for (const hidden of ['/api/forget/db1/3306', '/orch/api', '/%61pi/forget/db1/3306', '/API/x', '/x?y=1', '/x#y']) {
    it(`asks nothing of an address that hides a call: ${hidden}`, async () => {
      const asked: string[] = [];
      const url = await serve('healthy', asked);
      const { reach } = await read(url + hidden);
      assert.deepEqual([reach.kind, asked], ['failed', []]);
    });
  }
});
