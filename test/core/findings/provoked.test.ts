import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { rules } from '../../../src/core/findings/rules';
import { httpFindings } from '../../adapters/httpFindings';
import { faults } from '../../sandbox/faults';
import { backupFindings, pipelineFindings } from '../../servers/tableFindings';

/** A test that holds a finding which no real server of the lab has been made to show, and why. */
interface Elsewhere {
  /** File in this folder. */
  readonly test: string;
  /** What the test is named there; the id follows it. */
  readonly named: string;
  readonly why: string;
}

/** By id. A new finding belongs either into the lab (test/sandbox/faults*.ts) or in here. */
const elsewhere: Readonly<Record<string, Elsewhere>> = {
  'replica.io.hostNotAllowed': {
    test: 'threadCases.ts',
    named: "'1130'",
    why: 'Any account for the address turns 1130 into 1045, and the sandbox has several for its only one.',
  },
  'replica.io.binlogDisabled': {
    test: 'threadCases.ts',
    named: "'1236 no log'",
    why: 'In the lab it follows from binlog-off, whose finding is that of the source.',
  },
  'replica.sql.error': {
    test: 'threadCases.ts',
    named: "'another SQL error'",
    why: 'It is for errors that no rule knows.',
  },
  'replica.sql.earlierCommitFailed': {
    test: 'threadCases.ts',
    named: "'1964'",
    why: 'Which of the parallel workers reports first is up to the server: it mostly gives the cause itself.',
  },
  'replica.lagUnknown': {
    test: 'threadCases.ts',
    named: "'lag unknown'",
    why: 'Both threads at work and no seconds behind is a moment after a start (MDEV-17516) that cannot be held.',
  },
};

const chapters = /^(?:instance|monitor|replica|cluster|source|heartbeat)\./;
const ids = rules.flatMap((rule) => Object.keys(rule.ids)).filter((id) => chapters.test(id));
/** An alternative proves nothing of either id. */
const provoked = new Set(Object.values(faults).flatMap(({ findings }) => (findings.length === 1 ? findings : [])));

describe('every finding about servers', () => {
  it('is provoked on a real server, or held by a test that is named here', () => {
    assert.ok(ids.length >= 70, `${ids.length} ids`);
    assert.deepEqual(
      ids.filter((id) => !provoked.has(id) && elsewhere[id] === undefined),
      [],
    );
  });

  it('is one that there is, where a fault or this table expects it', () => {
    const all = rules.flatMap((rule) => Object.keys(rule.ids));
    assert.deepEqual(
      [...provoked, ...Object.keys(elsewhere)].filter((id) => !all.includes(id)),
      [],
    );
  });

  for (const [id, { test, named }] of Object.entries(elsewhere))
    it(`${id}: ${test} has ${named}`, () => {
      const text = readFileSync(path.join(__dirname, test), 'utf8');
      const places = text.split(named).slice(1);
      assert.ok(
        places.some((after) => after.slice(0, 120).includes(`'${id}'`)),
        `${id} is not what ${named} expects in ${test}`,
      );
    });
});

describe('every finding about neighbours', () => {
  const own = /^(?:orchestrator|prometheus|backup|pipeline|burrow|consumer)\./;
  const wanted = rules.flatMap((rule) => Object.keys(rule.ids)).filter((id) => own.test(id));

  it('is provoked through its real reader, by an answer over HTTP or by a real table', () => {
    // test/adapters/httpFindings.test.ts and test/servers/neighbours.test.ts make one test of each entry.
    const there = [httpFindings, backupFindings, pipelineFindings].flatMap((table) => Object.keys(table));
    assert.deepEqual(there.toSorted(), wanted.toSorted());
  });
});
