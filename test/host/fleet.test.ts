import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import type { FleetReport, InstanceReport } from '../../src/api';
import { activated, theExtension } from './extension';

/** What the runner knows of the sandbox: its topology, before the extension has read anything. */
interface Planned {
  readonly key: string;
  readonly cluster: string;
  readonly datacenter: string;
  readonly version: string;
  readonly connections: readonly { readonly name: string; readonly source: string }[];
}

describe('the sandbox fleet through the API', () => {
  const planned = JSON.parse(readFileSync(process.env['REPLIDECK_SANDBOX'] ?? '', 'utf8')) as Planned[];
  let report: FleetReport;

  const reported = (key: string): InstanceReport => {
    const found = report.clusters.flatMap(({ instances }) => instances).find((each) => each.key === key);
    assert.ok(found, `${key} is not in the report`);
    return found;
  };

  before(async () => {
    await activated();
    report = await theExtension().exports.refresh();
  });

  it('names the clusters and their instances', () => {
    const clusters = report.clusters.map(({ name, instances }) => [name, instances.map(({ key }) => key).toSorted()]);
    const names = [...new Set(planned.map(({ cluster }) => cluster))];
    const expected = names.map((name) => [
      name,
      planned.flatMap(({ cluster, key }) => (cluster === name ? [key] : [])).toSorted(),
    ]);
    assert.deepEqual(clusters, expected);
    assert.equal(report.clusters.find(({ name }) => name === 's1')?.production, true);
  });

  it('reads all seven, and all are well', () => {
    assert.equal(planned.length, 7);
    for (const { key } of planned) {
      const findings = report.findings.filter(({ subject }) => subject === key);
      assert.equal(reported(key).state, 'ok', `${key}: ${JSON.stringify(findings)}`);
    }
  });

  for (const { key, datacenter, version, connections } of planned) {
    it(`tells ${key} as it is: ${connections.length === 0 ? 'a primary' : 'a replica'} in ${datacenter}`, () => {
      const instance = reported(key);
      assert.equal(instance.role, connections.length === 0 ? 'primary' : 'replica');
      assert.equal(instance.datacenter, datacenter);
      assert.ok(instance.version?.startsWith(version), `${instance.version ?? ''} is not ${version}`);
      assert.ok((instance.serverId ?? 0) > 0);
      assert.deepEqual(
        instance.connections.map(({ name, source, io, sql }) => ({ name, source, io, sql })).toSorted(byName),
        connections.map((each) => ({ ...each, io: 'running', sql: 'running' })).toSorted(byName),
      );
      for (const { lagSeconds, lagFrom } of instance.connections) {
        assert.equal(lagFrom, 'heartbeat');
        assert.ok(lagSeconds !== undefined && lagSeconds >= 0 && lagSeconds < 5, `lag ${lagSeconds ?? 'unknown'}`);
      }
    });
  }

  it('hands out the same report again without reading', () => {
    assert.deepEqual(theExtension().exports.report()?.clusters.length, report.clusters.length);
  });

  const byName = (a: { name: string }, b: { name: string }) => a.name.localeCompare(b.name);
});
