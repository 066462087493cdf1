import assert from 'node:assert/strict';
import { matchesGlob } from '../../../src/core/grants/glob';
import type { ServerGrants } from '../../../src/core/grants/fromServer';
import { reviewTemplate, type TemplateReview, type TemplateUse } from '../../../src/core/grants/reviewTemplate';
import { templateTargets } from '../../../src/core/grants/templateTargets';
import { toFleetView } from '../../../src/core/toFleetView';
import { buildInventory, buildSnapshot, from, type ClusterSketch, type Sketch } from '../buildFleet';
import { serverAfter } from './compare';
import { mysql97 } from './serverRecordings';

const app = "CREATE USER 'app'@'10.%' IDENTIFIED BY '<%= @app_password %>';";
const grant = "GRANT SELECT, INSERT ON shop.* TO 'app'@'10.%';";
const source = `${app}\n${grant}\n`;
const onServer = (more = '') => serverAfter(`CREATE USER 'app'@'10.%' IDENTIFIED BY 'x'; ${more}`);
const sound = onServer("GRANT SELECT, INSERT ON shop.* TO 'app'@'10.%'");

const use = (
  instances: Readonly<Record<string, ServerGrants | undefined>>,
  variables: TemplateUse['variables'] = {},
): TemplateUse => ({
  variables,
  instances: Object.entries(instances).map(([key, grants]) => ({ key, ...(grants && { grants }) })),
});

/** `line: state on instances: notes` of every statement, in the order of the file. */
function summarize(text: string, { statements }: TemplateReview): readonly string[] {
  return statements.map(({ start, groups }) => {
    const line = text.slice(0, start).split('\n').length;
    const words = groups.map(
      ({ state, instances, notes }) =>
        `${state} ${instances.join('+')}${notes.map((note) => `; ${note.account} ${note.text}`).join('')}`,
    );
    return `${line}: ${words.join(' | ')}`;
  });
}

describe('a template reviewed over several instances', () => {
  const check = (name: string, text: string, uses: readonly TemplateUse[], wanted: readonly string[]) => {
    it(name, () => {
      assert.deepEqual(summarize(text, reviewTemplate(text, uses)), wanted);
    });
  };

  check('has every statement before anything is read', source, [use({ a: undefined })], ['1: ', '2: ']);
  check('matches', source, [use({ a: sound, b: sound })], ['1: match a+b', '2: match a+b']);
  check(
    'puts what is missing and what is too much at the statement of that scope',
    source,
    [use({ a: sound, b: onServer("GRANT SELECT, UPDATE ON shop.* TO 'app'@'10.%'") })],
    [
      '1: match a+b',
      "2: differs b; 'app'@'10.%' lacks INSERT on `shop`.*; 'app'@'10.%' has UPDATE on `shop`.* beyond the template | match a",
    ],
  );
  check(
    'says at every statement of a missing account that it is missing, and once why',
    source,
    [use({ a: serverAfter(''), b: sound })],
    ["1: missing a; 'app'@'10.%' is missing | match b", '2: missing a | match b'],
  );
  check(
    'puts what stands nowhere in the template at the first statement about the account',
    source,
    [use({ a: onServer("GRANT SELECT, INSERT ON shop.* TO 'app'@'10.%'; GRANT PROCESS ON *.* TO 'app'@'10.%'") })],
    ["1: differs a; 'app'@'10.%' has PROCESS on *.* beyond the template", '2: match a'],
  );
  check(
    'counts a narrower grant under a wider one as held',
    source,
    [use({ a: onServer("GRANT SELECT, INSERT ON *.* TO 'app'@'10.%'") })],
    [
      "1: differs a; 'app'@'10.%' has SELECT on *.* beyond the template; 'app'@'10.%' has INSERT on *.* beyond the template",
      "2: match a; 'app'@'10.%' holds SELECT on `shop`.* by *.* anyway; 'app'@'10.%' holds INSERT on `shop`.* by *.* anyway",
    ],
  );
  check(
    'does not compare logic, and says so at its statement',
    `${source}<% if @dc == 'eqiad' %>\nGRANT DELETE ON shop.* TO 'app'@'10.%';\n<% end %>\n`,
    [use({ a: sound })],
    [
      '1: match a',
      '2: match a',
      "4: notCompared a; 'app'@'10.%' is not compared here: `if` is logic of the template, which is not evaluated.",
    ],
  );
  check(
    'leaves open what a monitor without rights could not see: never a match',
    source,
    [use({ a: { ...serverAfter(''), listed: 'own' } })],
    [
      "1: notCompared a; 'app'@'10.%' is not compared here: The monitor may not list the accounts of the server.",
      "2: notCompared a; 'app'@'10.%' is not compared here: The monitor may not list the accounts of the server.",
    ],
  );
  check(
    'joins the rounds of a loop into one statement',
    "<% @nets.each do |net| %>\nCREATE USER 'app'@'<%= net %>' IDENTIFIED BY '<%= @p %>';\n<% end %>\n",
    [use({ a: sound }, { nets: ['10.%', '172.%'] })],
    [
      "2: missing a; 'app'@'10.%' has SELECT on `shop`.* beyond the template; 'app'@'10.%' has INSERT on `shop`.* beyond the template; 'app'@'172.%' is missing",
    ],
  );
  check(
    'takes the values of each entry of the inventory for its own instances',
    "CREATE USER '<%= @user %>'@'10.%' IDENTIFIED BY '<%= @p %>';\n",
    [use({ a: onServer() }, { user: 'app' }), use({ b: onServer() }, { user: 'other' })],
    ["1: missing b; 'other'@'10.%' is missing | match a"],
  );

  it('lists the accounts that only servers have', () => {
    const more = serverAfter(`${app.replace(/<%.*%>/, 'x')} ${grant} CREATE USER old@'%' IDENTIFIED BY 'x'`);
    const { extras, differing } = reviewTemplate(source, [use({ a: more, b: sound })]);
    assert.deepEqual([...extras], [["'old'@'%'", ['a']]]);
    assert.deepEqual(
      [...differing],
      [
        ['a', 0],
        ['b', 0],
      ],
    );
  });
  it('holds faults of a dialect against versions that are known, and against no other', () => {
    const text = "GRANT SELECT ON mysql.slave_master_info TO 'app'@'10.%';\n";
    const messages = (uses: readonly TemplateUse[]) =>
      reviewTemplate(text, uses)
        .problems.map(({ message }) => message)
        .filter((message) => message.includes('slave_master_info'));
    assert.deepEqual(messages([use({ a: undefined })]), []);
    assert.equal(messages([use({ a: sound })]).length, 1);
    assert.deepEqual(messages([use({ a: serverAfter('', mysql97) })]), []);
  });
  it('refuses a file for PostgreSQL once, without statements', () => {
    const review = reviewTemplate('GRANT USAGE ON SCHEMA public TO app;\n', [use({ a: sound })]);
    assert.ok(review.refused !== undefined);
    assert.equal(review.problems.length, 1);
    assert.deepEqual(review.statements, []);
  });
});

describe('instances that a template is for', () => {
  const check = (
    name: string,
    cluster: ClusterSketch,
    now: Sketch,
    on: 'primary' | 'all',
    wanted: readonly string[],
  ) => {
    it(name, () => {
      const view = toFleetView(buildSnapshot(buildInventory({ s1: cluster, s2: { instances: ['z:1'] } }), now));
      assert.deepEqual(templateTargets(view, { files: 'a.sql', clusters: ['s1'], on, variables: {} }), wanted);
    });
  };
  const two = ['p:1', 'r:1'];
  const replicates = { 'p:1': {}, 'r:1': { connections: [from('p:1')] } };
  const swapped = { 'r:1': {}, 'p:1': { connections: [from('r:1')] } };
  check('are all of the cluster where it says so', { instances: two }, {}, 'all', two);
  check('are the declared primary before anything is read', { instances: two, primary: 'p:1' }, {}, 'primary', ['p:1']);
  check('are the primary that the fleet shows', { instances: two }, replicates, 'primary', ['p:1']);
  check('are the new primary after a switchover', { instances: two, primary: 'p:1' }, swapped, 'primary', ['r:1']);
  check('are none while nothing tells', { instances: two }, {}, 'primary', []);
  check('are both co-primaries', { instances: two, primary: { a: 'p:1', b: 'r:1' } }, {}, 'primary', two);
});

describe('globs of the inventory', () => {
  const check = (glob: string, path: string, wanted: boolean) => {
    it(`${glob} ${wanted ? 'names' : 'does not name'} ${path}`, () => {
      assert.equal(matchesGlob(glob, path), wanted);
    });
  };
  check('grants/*.sql.erb', 'grants/app.sql.erb', true);
  check('./grants/*.sql.erb', 'grants/app.sql.erb', true);
  check('grants/*.sql.erb', 'grants/more/app.sql.erb', false);
  check('grants/*.sql', 'grants/appxsql', false);
  check('grants/**/*.sql', 'grants/app.sql', true);
  check('grants/**/*.sql', 'grants/a/b/app.sql', true);
  check('grants/**', 'grants/a/b.sql', true);
  check('grants/{a,b}.sql', 'grants/b.sql', true);
  check('grants/{a,b}.sql', 'grants/c.sql', false);
  check('grants/[!a]?.sql', 'grants/b1.sql', true);
  check('grants/[!a]?.sql', 'grants/a1.sql', false);
  check('grants/a{b.sql', 'grants/a{b.sql', true);
  check('grants/[z-a].sql', 'grants/b.sql', false);
  check('../shared/*.sql', '../shared/a.sql', true);
});
