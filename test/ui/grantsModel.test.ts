import assert from 'node:assert/strict';
import type { KnownGrants } from '../../src/app/grantStore';
import { reviewTemplate } from '../../src/core/grants/reviewTemplate';
import type { ServerGrants } from '../../src/core/grants/fromServer';
import {
  differences,
  fileLens,
  outliers,
  statementHover,
  statementLens,
  type LensWords,
  type ReadState,
} from '../../src/ui/grants/model';
import { serverAfter } from '../core/grants/compare';

const nowMs = Date.UTC(2026, 10, 24, 18, 0, 0);
const source = "CREATE USER 'app'@'10.%' IDENTIFIED BY '<%= @p %>';\nGRANT SELECT, INSERT ON shop.* TO 'app'@'10.%';\n";
const create = "CREATE USER 'app'@'10.%' IDENTIFIED BY 'x'";
const sound = serverAfter(`${create}; GRANT SELECT, INSERT ON shop.* TO 'app'@'10.%'`);
const poor = serverAfter(`${create}; GRANT SELECT, UPDATE ON shop.* TO 'app'@'10.%'`);

interface Case {
  readonly read: Readonly<Record<string, ServerGrants | undefined>>;
  readonly text?: string;
  readonly failures?: Readonly<Record<string, string>>;
  readonly reading?: readonly string[];
  readonly mayConnect?: boolean;
}

function prepare({ read, text = source, failures = {}, reading = [], mayConnect = true }: Case) {
  const instances = Object.entries(read).map(([key, grants]) => ({ key, ...(grants && { grants }) }));
  const review = reviewTemplate(text, [{ variables: {}, instances }]);
  const known = (key: string): KnownGrants => ({
    ...(read[key] && { grants: read[key], readAtMs: nowMs - 125_000 }),
    ...(failures[key] !== undefined && { failure: { reason: 'accessDenied' as const, text: failures[key] } }),
  });
  const state: ReadState = { known, isReading: (key) => reading.includes(key), mayConnect, nowMs };
  return { review, state };
}

describe('the line above a statement', () => {
  const check = (name: string, given: Case, title: string, more: Partial<LensWords> = {}) => {
    it(name, () => {
      const { review, state } = prepare(given);
      const lens = statementLens(review.statements.at(-1)!, review, state);
      assert.equal(lens.title, title);
      for (const [key, value] of Object.entries(more)) assert.equal(lens[key as keyof LensWords], value);
    });
  };
  check('counts instances that match', { read: { a: sound, b: sound } }, '✓ 2 of 2 instances', {
    action: 'diff',
    instance: 'a',
  });
  check('names the one that differs', { read: { a: sound, b: poor, c: sound } }, '✗ differs on b, 1 missing, 1 extra', {
    action: 'diff',
    instance: 'b',
  });
  check(
    'counts the others that differ',
    { read: { a: sound, b: poor, c: poor } },
    '✗ differs on b and 1 more, 1 missing, 1 extra',
  );
  check('names where the account is missing', { read: { a: serverAfter(''), b: sound } }, '✗ missing on a', {
    instance: 'a',
  });
  check('asks to read', { read: { a: undefined } }, '? not read yet · Read now', { action: 'read' });
  check('says that it reads', { read: { a: undefined }, reading: ['a'] }, '? reading', { action: 'none' });
  check('says what is still unread', { read: { a: sound, b: undefined } }, '✓ 1 of 2 instances · 1 instance not read');
  check(
    'says whom it could not read',
    { read: { a: undefined, b: undefined }, failures: { b: 'Access denied.' } },
    '? b not read · Try again',
    {
      tooltip: 'b: Access denied.',
      action: 'read',
    },
  );
  check(
    'reads nothing without trust',
    { read: { a: undefined }, mayConnect: false },
    '? not read: the workspace is not trusted',
    { action: 'none' },
  );
  check('asks for the fleet where no primary is known', { read: {} }, '? no primary known yet · Read now');
  check(
    'says why nothing is compared',
    { read: { a: sound }, text: `${source}<% if @x %>GRANT DELETE ON shop.* TO 'app'@'10.%';<% end %>` },
    '○ not compared: `if` is logic of the template, which is not evaluated.',
  );
});

describe('the line above a template', () => {
  const check = (name: string, given: Case, title: string | undefined, tooltip?: RegExp) => {
    it(name, () => {
      const { review, state } = prepare(given);
      const lens = fileLens(review, state);
      assert.equal(lens?.title, title);
      if (tooltip) assert.match(lens?.tooltip ?? '', tooltip);
    });
  };
  check('is not there before anything is read', { read: { a: undefined } }, undefined);
  check(
    'tells the age, and the exact time',
    { read: { a: sound } },
    '1 instance, read 2 min ago · Read again',
    /a: read at 17:57:55 UTC/,
  );
  check(
    'tells a failed try',
    { read: { a: sound, b: poor }, failures: { b: 'Gone.' } },
    '2 instances, read 2 min ago · last try failed on b · Read again',
    /b: read at .*; the last try failed: Gone\./,
  );
  check(
    'names accounts that only a server has',
    { read: { a: serverAfter(`${create}; CREATE USER old@'%'`) } },
    '1 instance, read 2 min ago · Read again',
    /Only on a: 'old'@'%'/,
  );
});

describe('what a template says where servers differ', () => {
  const { review, state } = prepare({ read: { a: poor, b: sound, c: poor } });
  const [, statement] = review.statements;
  assert.ok(statement);

  it('is one problem per difference, with its instances', () => {
    assert.deepEqual(
      differences(review).map(({ message }) => message),
      [
        "On a and c, 'app'@'10.%' lacks INSERT on `shop`.*.",
        "On a and c, 'app'@'10.%' has UPDATE on `shop`.* beyond the template.",
      ],
    );
    assert.deepEqual(outliers(statement), ['a', 'c']);
  });
  it('is gone when the text is mended', () => {
    const mended = prepare({ read: { a: poor, b: poor }, text: source.replace('INSERT', 'UPDATE') });
    assert.deepEqual(differences(mended.review), []);
  });
  it('shows accounts, instances and differences in the hover, with ways on', () => {
    const text = statementHover(statement, state, { diff: (key) => `diff:${key}`, fix: (key) => `fix:${key}` });
    assert.equal(
      text,
      [
        "`'app'@'10.%'`",
        '✗ **Differs**: `a`, `c` — [Side by side](diff:a) · [SQL that would make it match](fix:a)\n' +
          "- `'app'@'10.%'` ``lacks INSERT on `shop`.*``\n" +
          "- `'app'@'10.%'` ``has UPDATE on `shop`.* beyond the template``",
        '✓ **As the template says**: `b`',
        'Read 2 min ago, at 17:57:55 UTC.',
      ].join('\n\n'),
    );
  });
  it('names expected and actual of an attribute', () => {
    const text = source.replace(';', ' REQUIRE SSL;');
    const changed = prepare({ read: { a: sound }, text });
    const hover = statementHover(changed.review.statements[0]!, changed.state, { diff: String, fix: String });
    assert.match(hover, /expected `SSL`, actual `NONE`/);
    assert.deepEqual(
      differences(changed.review).map(({ message }) => message),
      ["On a, 'app'@'10.%' has REQUIRE NONE, the template says SSL."],
    );
  });
});
