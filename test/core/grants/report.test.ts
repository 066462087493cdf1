import assert from 'node:assert/strict';
import { checkTemplate } from '../../../src/core/grants/checkTemplate';
import { diffGrants } from '../../../src/core/grants/diffGrants';
import { fixSql } from '../../../src/core/grants/fixSql';
import { knownNames } from '../../../src/core/grants/fromServer';
import { toGrantReport } from '../../../src/core/grants/grantReport';
import { renderSideBySide } from '../../../src/core/grants/renderSideBySide';
import { parseTemplate } from '../../../src/core/grants/template';
import { diffTexts, serverAfter } from './compare';
import { mariadb1011 } from './serverRecordings';

const source = [
  '<%#- SPDX -%>',
  "CREATE USER 'repl'@'10.%' IDENTIFIED BY '<%= @repl_password %>';",
  '<% @networks.each do |net| %>',
  "CREATE USER 'app'@'<%= net %>' IDENTIFIED BY '<%= @app_password %>';",
  "GRANT SELECT, INSERT ON `app\\_db`.* TO 'app'@'<%= net %>';",
  '<% end %>',
  "GRANT REPLICATION SLAVE ON *.* TO 'repl'@'10.%';",
  "<% if @dc == 'eqiad' %>",
  "GRANT SELECT ON ops.* TO 'repl'@'10.%';",
  '<% end %>',
].join('\n');
const variables = { networks: ['10.64.%', '10.192.%'] };
const template = parseTemplate(source, { server: mariadb1011, variables });

const sound = [
  "CREATE USER 'repl'@'10.%' IDENTIFIED BY 'x'",
  "GRANT REPLICATION SLAVE ON *.* TO 'repl'@'10.%'",
  "CREATE USER 'app'@'10.64.%' IDENTIFIED BY 'x', 'app'@'10.192.%' IDENTIFIED BY 'x'",
  "GRANT SELECT, INSERT ON `app\\_db`.* TO 'app'@'10.64.%', 'app'@'10.192.%'",
].join(';');

describe('the report of one instance', () => {
  const read = serverAfter(
    `${sound}; REVOKE INSERT ON \`app\\_db\`.* FROM 'app'@'10.192.%'; CREATE USER old@'%' IDENTIFIED BY 'x'`,
  );
  const diff = diffGrants(template.toModel(knownNames(read.model)), read);
  const report = toGrantReport({
    instance: 'db1108:3351',
    name: 'grants/app.sql.erb',
    template,
    diff,
    problems: checkTemplate(template),
    fixSql: fixSql(diff, { server: mariadb1011, isReplica: false }),
  });

  it('has a line for what the template says', () => {
    assert.deepEqual(report.accounts, [
      {
        account: "'app'@'10.192.%'",
        state: 'differs',
        items: [
          {
            kind: 'privilege',
            scope: '`app\\_db`.*',
            privilege: 'INSERT',
            expected: 'INSERT on `app\\_db`.*',
            verdict: 'missing',
            line: 5,
          },
        ],
      },
      { account: "'app'@'10.64.%'", state: 'match', items: [] },
      {
        account: "'repl'@'10.%'",
        state: 'notCompared',
        items: [
          {
            kind: 'statement',
            expected: '`if` is logic of the template, which is not evaluated.',
            verdict: 'notCompared',
            line: 9,
          },
        ],
      },
      { account: "'old'@'%'", state: 'extra', items: [] },
    ]);
  });
  it('says what was not compared at its line, once', () => {
    assert.deepEqual(report.problems, [
      { line: 9, message: 'Not compared. `if` is logic of the template, which is not evaluated.', severity: 'warning' },
    ]);
  });
  it('has the SQL, and is plain JSON', () => {
    assert.match(report.fixSql, /\nGRANT INSERT ON `app\\_db`\.\* TO 'app'@'10\.192\.%';\n$/);
    assert.deepEqual(JSON.parse(JSON.stringify(report)), report);
  });
});

describe('side by side', () => {
  const sides = (expected: string, actual: string) => renderSideBySide(diffTexts(expected, actual), mariadb1011);
  const lines = (text: string, other: string) => text.split('\n').filter((line) => !other.split('\n').includes(line));
  const u = "CREATE USER 'u'@'10.%' IDENTIFIED BY '<%= @pw %>';";

  it('shows no difference where there is none', () => {
    const { template: left, server: right } = sides(
      `${u} GRANT REPLICATION CLIENT, PROCESS ON *.* TO 'u'@'10.%'; GRANT ALL ON d.* TO 'u'@'10.%'`,
      "CREATE USER 'u'@'10.%' IDENTIFIED BY PASSWORD '*AB'; GRANT ALL PRIVILEGES ON `d`.* TO 'u'@'10.%'; GRANT PROCESS, BINLOG MONITOR ON *.* TO 'u'@'10.%'",
    );
    assert.equal(left, right);
    assert.doesNotMatch(left, /\*AB/);
  });
  it('differs in the one line of the scope', () => {
    const { template: left, server: right } = sides(
      `${u} GRANT SELECT, INSERT ON d.* TO 'u'@'10.%'`,
      `${u} GRANT SELECT, UPDATE ON d.* TO 'u'@'10.%'`,
    );
    assert.deepEqual(lines(left, right), ["GRANT SELECT, INSERT ON `d`.* TO 'u'@'10.%';"]);
    assert.deepEqual(lines(right, left), ["GRANT SELECT, UPDATE ON `d`.* TO 'u'@'10.%';"]);
  });
  it('leaves out on both sides what the template does not say', () => {
    const { template: left, server: right } = sides(
      "GRANT SELECT ON d.* TO 'u'@'10.%'",
      `${u} GRANT SELECT ON d.* TO 'u'@'10.%'`,
    );
    assert.equal(left, right);
  });
  it('names what was not compared, and extra accounts, on both sides', () => {
    const { template: left, server: right } = sides(
      `${u} <% if @a %>GRANT r TO 'u'@'10.%';<% end %>`,
      `${u} CREATE USER v@'%'; GRANT ALL ON *.* TO v@'%'`,
    );
    assert.match(left, /-- Not compared: `if` is logic/);
    assert.equal(left, right);
    assert.match(left, /^-- 'v'@'%'$/m);
  });
  it('a line break in a name stays inside its comment', () => {
    const { template: left } = sides('GRANT USAGE ON *.* TO `a\nDROP USER b`', '');
    assert.deepEqual(
      left.split('\n').filter((line) => line !== '' && !line.startsWith('--')),
      [],
    );
  });
  it('shows a missing account on the left alone', () => {
    const { template: left, server: right } = sides(`${u} GRANT SELECT ON d.* TO 'u'@'10.%'`, '');
    assert.equal(lines(left, right).length, 2);
    assert.deepEqual(lines(right, left), []);
  });
});
