import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createBurrowReader } from '../../src/adapters/burrow/burrowReader';
import { createEtcdReader } from '../../src/adapters/etcd/etcdReader';
import { createOrchestratorReader } from '../../src/adapters/orchestrator/orchestratorReader';
import { createPrometheusReader } from '../../src/adapters/prometheus/prometheusReader';
import { systemClock } from '../../src/adapters/systemClock';
import { Fleet } from '../../src/app/fleet';
import { fleetLogic } from '../../src/core/fleetLogic';
import { silentLog } from '../app/manualClock';
import { inventoryOf } from '../app/sampleFleet';
import { tellFigure } from '../attacks/figures';
import { groupBody } from '../core/burrow/samples';
import { recordedAnswer } from '../core/orchestrator/recorded';
import { makeCertificates, type Certificates } from '../sandbox/certificates';
import { waitFor } from '../sandbox/waitFor';
import { FaultyHttpServer, httpFaults, httpTlsFaults, type HttpFault } from './faultyHttpServer';

/** Eighty of them answer at once, in the process that reads. */
const timeoutSeconds = 6;
const graceMs = 2500;

const etcdIndex = 'x-etcd-index: 7\r\nx-etcd-cluster-id: 1\r\n';
/** What each kind answers while it is well. */
const answers = {
  orchestrator: (url: string) => ({ body: recordedAnswer('healthy', url)?.body ?? '[]' }),
  prometheus: () => ({ body: '{"status":"success","data":{"resultType":"vector","result":[]}}' }),
  burrow: () => ({ body: groupBody() }),
  v2: (url: string) => ({
    body: url.includes('__replication')
      ? '{"action":"get","node":{"key":"/a","value":"7","modifiedIndex":7,"createdIndex":7}}'
      : '{"errorCode":100,"message":"Key not found","cause":"/a","index":7}',
    headers: etcdIndex,
  }),
  v3: () => ({ body: '{"header":{"cluster_id":"1","revision":"7"},"kvs":[],"count":"0"}' }),
} as const;
type Kind = keyof typeof answers;
const kinds = Object.keys(answers) as Kind[];

interface Place {
  readonly kind: Kind;
  readonly name: string;
  readonly fault: HttpFault | undefined;
  readonly server: FaultyHttpServer;
}

/** One fleet with all that speaks HTTP, each kind with each fault, and one of each that is well. */
describe('a fleet of neighbours and mirrors that misbehave in HTTP and in TLS', function () {
  this.timeout(180_000);
  let folder: string;
  let certificates: Certificates;
  let fleet: Fleet;
  let readers: readonly { dispose(): Promise<void> }[];
  let places: readonly Place[];
  const unhandled: unknown[] = [];
  const note = (error: unknown): void => void unhandled.push(error);

  const keyOf = ({ kind, name }: Place): string =>
    kind === 'v2' || kind === 'v3' ? `mirror:${name}` : `${kind}:${name}`;
  const snapshotOf = (place: Place) => {
    const { kind, name } = place;
    if (kind === 'v2' || kind === 'v3') {
      const mirror = fleet.view?.mirrors.find(({ spec }) => spec.name === name);
      const source = mirror?.snapshot.source;
      return {
        state: mirror?.state ?? 'none',
        elapsedMs: mirror?.snapshot.elapsedMs,
        said: source?.kind === 'read' ? 'read' : source?.kind === 'failed' ? source.failure.reason : 'nothing',
      };
    }
    const service = fleet.view?.services.find(({ key }) => key === keyOf(place));
    const reach = service?.snapshot.reach;
    return {
      state: service?.state ?? 'none',
      elapsedMs: service?.snapshot.elapsedMs,
      said: reach?.kind === 'answered' ? 'read' : reach?.kind === 'failed' ? reach.failure.reason : 'nothing',
    };
  };
  const wrong = (check: (place: Place) => string | undefined): readonly string[] =>
    places.flatMap((place) => {
      const words = check(place);
      return words === undefined ? [] : [`${place.kind}, ${place.fault ?? 'well'}: ${words}`];
    });

  before(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'rd-http-'));
    certificates = await makeCertificates(folder);
    places = kinds.flatMap((kind) =>
      [undefined, ...httpFaults, ...httpTlsFaults].map((fault, index): Place => {
        const isTls = httpTlsFaults.some((each) => each === fault);
        const certificate = isTls ? certificates.server : undefined;
        const server = new FaultyHttpServer(answers[kind], fault, certificate);
        return { kind, name: `${kind}-${index}`, fault, server };
      }),
    );
    await Promise.all(places.map(({ server }) => server.listen()));
    const options = {
      ...{ secrets: { get: () => Promise.resolve(undefined) }, clock: systemClock },
      ...{ inventoryFolder: () => '/', environment: {} },
    };
    const orchestrator = createOrchestratorReader(options);
    const prometheus = createPrometheusReader(options);
    const burrow = createBurrowReader(options);
    const mirrors = createEtcdReader(options);
    readers = [orchestrator, prometheus, burrow, mirrors];
    const noReader = (): Promise<never> => Promise.reject(new Error('there is none'));
    fleet = new Fleet({
      logic: () => Promise.resolve(fleetLogic),
      reader: noReader,
      mirrorReader: () => Promise.resolve(mirrors),
      serviceReaders: {
        orchestrator: () => Promise.resolve(orchestrator),
        prometheus: () => Promise.resolve(prometheus),
        burrow: () => Promise.resolve(burrow),
        ...{ backups: noReader, pipeline: noReader },
      },
      mayConnect: () => true,
      clock: systemClock,
      log: silentLog,
    });
    const of = (kind: Kind, more: (place: Place) => string): string =>
      places
        .filter((place) => place.kind === kind)
        .map((place) => `  ${place.name}: { ${more(place)} }`)
        .join('\n');
    const mirror = (api: 'v2' | 'v3') => (place: Place) =>
      `api: ${api}, source: '${place.server.url}', destination: '${well(api).server.url}', sourcePrefix: /a, destinationPrefix: /a`;
    const well = (kind: Kind): Place => {
      const found = places.find((place) => place.kind === kind && place.fault === undefined);
      assert.ok(found);
      return found;
    };
    await fleet.setInventory(
      inventoryOf(`
version: 1
defaults: { timeoutSeconds: ${timeoutSeconds}, tls: { mode: verify-ca, ca: '${certificates.ca}' } }
orchestrators:
${of('orchestrator', ({ server }) => `url: '${server.url}'`)}
prometheus:
${of('prometheus', ({ server }) => `url: '${server.url}'`)}
burrow:
${of('burrow', ({ server }) => `url: '${server.url}', cluster: eqiad, groups: [eventlogging-00]`)}
etcdMirrors:
${of('v2', mirror('v2'))}
${of('v3', mirror('v3'))}
`),
    );
    process.on('unhandledRejection', note);
    process.on('uncaughtExceptionMonitor', note);
  });
  after(async () => {
    process.off('unhandledRejection', note);
    process.off('uncaughtExceptionMonitor', note);
    fleet.dispose();
    await Promise.all(readers.map((reader) => reader.dispose()));
    await Promise.all(places.map(({ server }) => server.close()));
    rmSync(folder, { recursive: true, force: true });
  });

  const readAll = (): Promise<void> => fleet.readNow(places.map(keyOf));

  it('reads those that are well, and has one failure and no good state for each other, by its deadline', async () => {
    for (let round = 0; round < 2; round += 1) {
      await readAll();
      assert.deepEqual(
        wrong((place) => {
          const { said, state } = snapshotOf(place);
          if (place.fault === undefined)
            return said === 'read' ? undefined : `${said} after ${snapshotOf(place).elapsedMs} ms in round ${round}`;
          return said !== 'read' && said !== 'nothing' && state !== 'ok' ? undefined : `${said}, ${state}`;
        }),
        [],
      );
      assert.deepEqual(
        wrong((place) => {
          const { elapsedMs = Number.POSITIVE_INFINITY } = snapshotOf(place);
          return elapsedMs <= timeoutSeconds * 1000 + graceMs ? undefined : `${elapsedMs} ms`;
        }),
        [],
      );
    }
    tellFigure('neighbours and mirrors that misbehave (kind × fault)', places.length - kinds.length);
    const longest = Math.max(...places.map((place) => snapshotOf(place).elapsedMs ?? 0));
    const overrun = Math.max(0, Math.round(longest - timeoutSeconds * 1000));
    tellFigure('longest overrun of a deadline, ms', overrun, 'greatest');
  });

  it('is well again with the first reading after each has stopped misbehaving', async () => {
    for (const { server } of places) server.fault = undefined;
    await readAll();
    assert.deepEqual(
      wrong((place) => {
        const { said } = snapshotOf(place);
        return said === 'read' ? undefined : said;
      }),
      [],
    );
  });

  it('leaves no connection and nothing unhandled behind', async () => {
    fleet.dispose();
    await Promise.all(readers.map((reader) => reader.dispose()));
    const gone = await waitFor(
      () => Promise.resolve(places.every(({ server }) => server.open === 0) ? true : undefined),
      10_000,
    );
    assert.ok(gone, wrong(({ server }) => (server.open > 0 ? `${server.open} open` : undefined)).join('\n'));
    assert.deepEqual(unhandled, []);
  });
});
