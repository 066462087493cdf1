import assert from 'node:assert/strict';
import type { Pass } from '../../../src/core/switchover/check';
import { type ClusterReadiness, clusterReadiness, readinessChecks } from '../../../src/core/switchover/readiness';
import { type ClusterSketch, from } from '../buildFleet';
import { fleetOf, type Nodes, p, q, r } from '../findings/fleetBuilder';
import {
  afterCases,
  candidateCases,
  type Case,
  connectionCases,
  down,
  logCases,
  onR,
  pair,
  single,
  topologyCases,
  undeclared,
  withNodes,
} from './readinessCases';

function readinessOf(changes: Nodes, clusters: Readonly<Record<string, ClusterSketch>> = single): ClusterReadiness {
  const readiness = clusterReadiness(fleetOf(withNodes(changes), clusters), 's1');
  assert.ok(readiness !== undefined);
  return readiness;
}

/** `id` -> pass, of every check of `r` that does not pass. */
function notPassing(readiness: ClusterReadiness, key = r): Readonly<Record<string, Pass>> {
  const candidate = readiness.candidates.find((each) => each.key === key);
  assert.ok(candidate !== undefined, `${key} is no candidate`);
  return Object.fromEntries(candidate.checks.flatMap(({ id, pass }) => (pass === true ? [] : [[id, pass]])));
}

const groups = { topologyCases, candidateCases, connectionCases, logCases, afterCases };
const cases: readonly Case[] = Object.values(groups).flat();

describe('switchover readiness', () => {
  for (const [group, list] of Object.entries(groups)) {
    describe(group, () => {
      for (const { title, nodes, gives, clusters } of list)
        it(title, () => {
          const readiness = readinessOf(nodes, clusters);
          const found = notPassing(readiness);
          assert.deepEqual(found, gives);
          const ready = readiness.candidates.find(({ key }) => key === r)?.ready;
          const passes = Object.values(gives);
          assert.equal(ready, passes.includes(false) ? false : passes.includes('unknown') ? 'unknown' : true);
        });
    });
  }

  it('has a case for each check that passes, that fails and that is unknown', () => {
    const seen = new Set(
      cases.flatMap(({ nodes, clusters }) =>
        readinessOf(nodes, clusters).candidates.flatMap(({ checks }) => checks.map(({ id, pass }) => `${id} ${pass}`)),
      ),
    );
    const wanted = readinessChecks.flatMap(({ id }) => [`${id} true`, `${id} false`, `${id} unknown`]);
    assert.deepEqual(
      wanted.filter((each) => !seen.has(each)),
      [],
    );
  });

  it('says of each check what was measured, from where and when, and what to do where it does not pass', () => {
    for (const { title, nodes, clusters } of cases)
      for (const { checks } of readinessOf(nodes, clusters).candidates)
        for (const { id, pass, measured, needed, remedy } of checks) {
          assert.ok(measured.length > 0, `${title}: ${id} measured nothing`);
          for (const { measured: text, source, at } of measured)
            assert.ok(text !== '' && source !== '' && !Number.isNaN(Date.parse(at)), `${title}: ${id}: ${text}`);
          assert.notEqual(needed, '');
          assert.equal(remedy !== undefined && remedy !== '', pass !== true, `${title}: ${id}: ${remedy ?? ''}`);
        }
  });

  describe('who could take over from whom', () => {
    const check = (
      title: string,
      nodes: Nodes,
      clusters: Readonly<Record<string, ClusterSketch>>,
      gives: Readonly<Record<string, string>> | RegExp,
    ): void => {
      it(title, () => {
        const { candidates, problem } = readinessOf(nodes, clusters);
        if (gives instanceof RegExp) assert.match(problem ?? '', gives);
        else assert.deepEqual(Object.fromEntries(candidates.map(({ key, primaryKey }) => [key, primaryKey])), gives);
      });
    };
    check('every other instance from the primary', {}, single, { [r]: p, [q]: p });
    check('from the one that acts, where that is another', { [p]: { facts: { readOnly: true }, connections: [from(q)] }, [q]: { connections: null, facts: { readOnly: false } } }, single, { [p]: q, [r]: q }); // prettier-ignore
    check('the other co-primary from the one that is written to, and the rest in their data centre', { [p]: { connections: [from(r)] }, [q]: { spec: { datacenter: 'codfw' }, connections: [from(r)] } }, pair, { [r]: p, [q]: r }); // prettier-ignore
    check('each co-primary from the other, where both are written to', { [p]: { connections: [from(r)] }, [r]: { facts: { readOnly: false } } }, pair, { [p]: r, [r]: p, [q]: p }); // prettier-ignore
    check('nobody, where the primary is not known', { [p]: down, [r]: down, [q]: down }, undeclared, /names none/);
    check('nobody, where several heads could be it', { [r]: { connections: null }, [q]: { connections: [from(p), from(r, { name: 'b' })] } }, undeclared, /Name one as `primary`/); // prettier-ignore
    check('nobody, in a cluster of one', {}, { s1: { instances: [p], primary: p } }, /no other instance/);
    it('is not said of a cluster that there is not', () => {
      assert.equal(clusterReadiness(fleetOf({}), 's9'), undefined);
    });
  });

  it('takes nothing for true that was read long before the rest', () => {
    const fleet = fleetOf(withNodes({}));
    const late = (seconds: number) =>
      clusterReadiness(
        {
          ...fleet,
          snapshot: {
            ...fleet.snapshot,
            takenAt: new Date(Date.parse(fleet.snapshot.takenAt) + seconds * 1000).toISOString(),
          },
        },
        's1',
      )?.candidates.map(({ ready }) => ready);
    assert.deepEqual(late(120), [true, true]);
    assert.deepEqual(late(121), ['unknown', 'unknown']);
  });

  it('names what is to be done once the switch is over', () => {
    const [candidate] = readinessOf({}).candidates;
    const after = candidate?.checks.find(({ id }) => id === 'heartbeat.rows')?.after;
    assert.match(after ?? '', /DELETE FROM heartbeat\.heartbeat WHERE server_id = 101 LIMIT 1/);
  });

  it('moves a replica of a replica up in the words of its server', () => {
    const readiness = readinessOf(onR({ connections: [from(q)] }));
    const check = readiness.candidates.find(({ key }) => key === r)?.checks.find(({ id }) => id === 'candidate.direct');
    assert.equal(
      check?.remedy,
      'Choose `db2101:3311`, which stands above it,\nor move `db2100:3311` below `db1100:3311` first: `STOP SLAVE`, ' +
        "`CHANGE MASTER TO MASTER_HOST='db1100.eqiad.wmnet', MASTER_PORT=3311`, `START SLAVE`",
    );
  });
});
