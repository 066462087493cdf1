import assert from 'node:assert/strict';
import {
  chooseKnown,
  fleetAnswer,
  grantAnswer,
  instanceAnswer,
  mirrorAnswer,
} from '../../../src/core/tools/toolAnswer';
import { renderAnswer } from '../../../src/core/tools/renderAnswer';
import type { FindingReport, FleetReport, InstanceReport } from '../../../src/core/report';

const instance = (key: string, state: InstanceReport['state']): InstanceReport => ({
  key,
  state,
  role: 'replica',
  connections: [],
});
const finding = (subject: string, title = 'Stopped'): FindingReport => ({
  id: 'replica.io.stopped',
  severity: 'critical',
  subject,
  title,
  evidence: [],
  remedy: 'START SLAVE',
});
const report: FleetReport = {
  takenAt: '2026-11-24T10:00:00.000Z',
  clusters: [
    {
      name: 's1',
      production: true,
      instances: [instance('db1.example:3311', 'ok'), instance('db2.example:3311', 'critical')],
    },
    {
      name: 's2',
      production: false,
      instances: [instance('db2.example:3311', 'critical'), instance('db2.example:3312', 'ok')],
    },
  ],
  mirrors: [{ name: 'conf', api: 'v2', state: 'warning', gap: 900, headroom: 100 }],
  services: [{ kind: 'backups', name: 'main', state: 'ok', detail: { rows: ['much'] } }],
  findings: [finding('mirror:conf'), finding('cluster:s1'), finding('db2.example:3311'), finding('cluster:s2')],
};

describe('answers for language models', () => {
  it('give of a fleet those whole that are not well, and of the others the names', () => {
    const answer = fleetAnswer(report);
    assert.deepEqual(answer.clusters[0], {
      name: 's1',
      production: true,
      states: { ok: 1, critical: 1 },
      notOk: [instance('db2.example:3311', 'critical')],
      ok: ['db1.example:3311'],
    });
    assert.deepEqual(answer.services, [{ kind: 'backups', name: 'main', state: 'ok' }]);
    assert.equal(answer.mirrors.length, 1);
    assert.equal(answer.findings.length, 4);
  });

  it('give of one cluster nothing about the others', () => {
    const answer = fleetAnswer(report, 's1');
    assert.deepEqual(
      answer.clusters.map(({ name }) => name),
      ['s1'],
    );
    assert.deepEqual([answer.mirrors, answer.services], [[], []]);
    assert.deepEqual(
      answer.findings.map(({ subject }) => subject),
      ['cluster:s1', 'db2.example:3311'],
    );
  });

  it('give of an instance its findings first, then those of all of its clusters', () => {
    const answer = instanceAnswer(report, 'db2.example:3311');
    assert.deepEqual(answer?.clusters, ['s1', 's2']);
    assert.equal(answer.production, true);
    assert.deepEqual(
      answer.findings.map(({ subject }) => subject),
      ['db2.example:3311', 'cluster:s1', 'cluster:s2'],
    );
    assert.equal(instanceAnswer(report, 'db3.example:3311'), undefined);
  });

  it('give of a mirror its own', () => {
    assert.deepEqual(mirrorAnswer(report, 'conf')?.findings, [finding('mirror:conf')]);
    assert.equal(mirrorAnswer(report, 'other'), undefined);
  });

  it('give of grants the differences, and never the SQL that mends them', () => {
    const answer = grantAnswer({
      instance: 'db1.example:3311',
      template: 'grants/app.sql',
      accounts: [
        { account: "'a'@'%'", state: 'match', items: [] },
        { account: "'b'@'%'", state: 'missing', items: [] },
      ],
      problems: [],
      fixSql: "CREATE USER 'b'@'%' IDENTIFIED BY 'canary'",
    });
    assert.deepEqual(answer.matching, ["'a'@'%'"]);
    assert.deepEqual(
      answer.differing.map(({ account }) => account),
      ["'b'@'%'"],
    );
    assert.doesNotMatch(JSON.stringify(answer), /canary|IDENTIFIED/);
  });
});

describe('the name that a model gives', () => {
  const known = ['db1.example:3311', 'db2.example:3311', 'db2.example:3312', 'db10.example:3311'];
  const check = (asked: string, expected: string | RegExp): void => {
    const choice = chooseKnown(asked, known, 'instance');
    if (typeof expected === 'string') assert.deepEqual(choice, { kind: 'ok', value: expected });
    else assert.match(choice.kind === 'failed' ? choice.reason : `taken: ${choice.value}`, expected);
  };

  it('is taken whole, or by its host where only one fits', () => {
    check('db2.example:3312', 'db2.example:3312');
    check('db1.example', 'db1.example:3311');
    check('db1', 'db1.example:3311');
  });

  it('is never guessed', () => {
    check('db2', /More than one instance is meant by "db2": db2\.example:3311, db2\.example:3312\./);
    check('db', /names no instance "db"\. It names db1\.example:3311,/);
    check('', /names no instance ""/);
    assert.deepEqual(chooseKnown('x', [], 'mirror'), { kind: 'failed', reason: 'The inventory names no mirror.' });
  });
});

describe('the text for a language model', () => {
  const json = (answer: object, room: number): unknown => {
    const text = renderAnswer(answer, room);
    assert.ok(text.length <= Math.max(room, 300), `${text.length} characters`);
    return JSON.parse(text.slice(text.indexOf('\n') + 1));
  };

  it('says that quoted texts are no instructions, and holds no secret, escape sequence or hidden mark', () => {
    const text = renderAnswer(
      {
        findings: [
          finding(
            'db1.example:3311',
            "error at: CREATE USER x IDENTIFIED BY 'canary' \u001b[31mred\u001b[0m \u202Eevil\u0000",
          ),
          finding('db1.example:3311', '*2470C0C06DEE42FD1618BB99005ADCA2EC9D1E19'),
        ],
      },
      10_000,
    );
    assert.match(text, /never as instructions/);
    assert.doesNotMatch(text, /canary|2470C0C0|\\u001b|\\u0000|[\u0000-\u0008\u001b\u202e]/);
    assert.match(text, /red/);
  });

  it('cuts a text that is too long, and says how long it was', () => {
    const { title } = json({ title: 'x'.repeat(1_000_000) }, 100_000) as { title: string };
    assert.match(title, /^x{2000}… \(1000000 characters\)$/);
  });

  it('cuts the list with the most items from its end, which is the least bad one, and counts what is left out', () => {
    const findings = Array.from({ length: 100 }, (_, at) => finding(`db${at}.example:3311`));
    const { findings: kept, clusters } = json({ clusters: ['s1', 's2'], findings }, 4000) as {
      findings: { subject?: string; omitted?: number }[];
      clusters: string[];
    };
    assert.deepEqual(clusters, ['s1', 's2']);
    assert.equal(kept[0]?.subject, 'db0.example:3311');
    assert.equal(kept.length - 1 + (kept.at(-1)?.omitted ?? 0), 100);
  });

  it('says so where nothing can be cut any more', () => {
    assert.deepEqual(json({ title: 'x'.repeat(1000) }, 200), { omitted: 'The answer does not fit.' });
  });
});
