import assert from 'node:assert/strict';
import { parseTemplate } from '../../../src/core/grants/template';
import type { TemplateVariable } from '../../../src/core/inventory/model';
import { mariadb1011 } from './serverRecordings';

const marks = /\uE000(\d+)\uE001/g;

describe('ERB of grant templates', () => {
  /** The SQL after expansion; open values as `{n}`. Notes as `line: message`. */
  const check = (
    name: string,
    source: string,
    variables: Readonly<Record<string, TemplateVariable>>,
    expected: string,
    notes: readonly string[] = [],
  ) => {
    it(name, () => {
      const template = parseTemplate(source, { server: mariadb1011, variables });
      assert.equal(template.sql.replace(marks, '{$1}'), expected);
      assert.deepEqual(
        template.problems.map(({ start, message }) => `${template.sourceLine(start)}: ${message}`),
        notes,
      );
    });
  };
  check('values, with and without spaces', '<%= @x %>,<%=@x%>,<%=@x %>', { x: 'v' }, 'v,v,v');
  check('unknown values stay open', "'<%= @a %>' <%= @b %>", {}, "'{0}' {1}");
  check('a list is no value', '<%= @a %>', { a: ['x'] }, '{0}');
  check('scope', `<%= scope['a'] %> <%= scope.lookupvar('a') %>`, { a: 'v' }, 'v v');
  check('text', `<%= 'a' %><%= "b" %><%= "#{c}" %>`, {}, 'ab{0}');
  check('comments vanish', '<%#- SPDX: x -%>\na<%# b %>c', {}, 'ac');
  check('loops over lists', "<% @ips.each do |ip| %>'<%= ip %>' <% end %>", { ips: ['1', '2'] }, "'1' '2' ");
  check(
    'trim marks',
    'a\n  <%- @ips.each do |ip| -%>\nb<%= ip %>\n  <%- end -%>\nc',
    { ips: ['1', '2'] },
    'a\nb1\nb2\nc',
  );
  check('sorted, once each', '<% @a.sort.uniq.each do |h| %><%= h %><% end %>', { a: ['b', 'a', 'b'] }, 'ab');
  check(
    'lists in the template',
    '<% [\'a\', "b"].each do |h| %><%= h %><% end %><% %w[c d].each { |h| %><%= h %><% } %>',
    {},
    'abcd',
  );
  check(
    'loops in loops',
    '<% @a.each do |x| %><% @b.each do |y| %><%= x %><%= y %> <% end %><% end %>',
    { a: ['1', '2'], b: ['a', 'b'] },
    '1a 1b 2a 2b ',
  );
  check('an empty list leaves nothing', 'a<% @a.each do |x| %>b<% end %>c', { a: [] }, 'ac');
  check('a loop without a list leaves its body once, open', 'a<% @a.each do |x| %>b<%= x %><% end %>c', {}, 'ab{0}c');
  check('`<%%` is text', 'a <%% b', {}, 'a <% b');
  check('both branches of logic', '<% if @a %>x;<% else %>y;<% end %>', {}, 'x;y;');
  check('code that is not evaluated', '<% x = 1 %>a', {}, 'a', [
    '1: This code is not evaluated: what it sets counts as not known.',
  ]);
  check('what it sets is open from then on', "<% @x = 'a' %><%= @x %>", { x: 'v' }, '{0}', [
    '1: This code is not evaluated: what it sets counts as not known.',
  ]);
  check('an end too much', 'a\n<% end %>', {}, 'a\n', ['2: This closes no block.']);
  check('an end too few', 'a\n<% if x %>b', {}, 'a\nb', ['2: This block is never closed.']);

  it('does not follow loops without end', () => {
    const list = Array.from({ length: 1000 }, (_, index) => `name_${index}`);
    const source = '<% @a.each do |x| %><% @a.each do |y| %><% @a.each do |z| %><%= x %><% end %><% end %><% end %>';
    const template = parseTemplate(source, { server: mariadb1011, variables: { a: list } });
    assert.ok(template.sql.length <= 4_000_000 + source.length);
    assert.match(template.problems[0]?.message ?? '', /grows too long/);
  });
});

describe('places in templates', () => {
  const source = [
    '<%#- SPDX -%>',
    "CREATE USER '<%= @repl_user %>'@'10.%' IDENTIFIED BY '<%= @pw %>';",
    '<%- @networks.each do |net| -%>',
    "GRANT REPLICATION SLAVE ON *.* TO '<%= @repl_user %>'@'<%= net %>';",
    '<%- end -%>',
    'GRANT SELEC ON ON *.* TO x;',
    "<% if @shard == 's7' %>",
    'GRANT SELECT ON *.* TO y;',
    '<% end %>',
  ].join('\n');
  const template = parseTemplate(source, {
    server: mariadb1011,
    variables: { repl_user: 'repl', networks: ['10.64.%', '10.192.%'] },
  });

  it('every statement of a loop is at the line of its body', () => {
    assert.deepEqual(
      template.statements.map((statement) => `${template.lineOf(statement)} ${statement.kind}`),
      ['2 createUser', '4 grant', '4 grant', '6 unreadable', '8 grant'],
    );
  });
  it('statements in logic are uncertain', () => {
    assert.deepEqual(
      template.statements.map((statement) => template.uncertain(statement) !== undefined),
      [false, false, false, false, true],
    );
  });
  it('a range covers what it came from', () => {
    const [first, second] = template.statements;
    assert.ok(first && second);
    const { start, end } = template.toSource(first);
    assert.equal(source.slice(start, end), "CREATE USER '<%= @repl_user %>'@'10.%' IDENTIFIED BY '<%= @pw %>'");
    const grant = template.toSource(second);
    assert.equal(
      source.slice(grant.start, grant.end),
      "GRANT REPLICATION SLAVE ON *.* TO '<%= @repl_user %>'@'<%= net %>'",
    );
  });
  it('problems are at their line', () => {
    assert.deepEqual(
      template.problems.map(({ start, message }) => `${template.sourceLine(start)}: ${message}`),
      ['6: TO is expected here.'],
    );
  });
});

describe('files for PostgreSQL', () => {
  const refused = (source: string) => parseTemplate(source, { server: mariadb1011 }).refused !== undefined;
  it('are recognised', () => {
    assert.ok(refused('CREATE ROLE osm WITH LOGIN;\nGRANT SELECT ON ALL TABLES IN SCHEMA public TO osm;'));
    assert.ok(refused('GRANT USAGE ON SCHEMA public TO <%= @user %>;'));
    assert.ok(refused('ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO a;'));
    assert.ok(refused('GRANT CONNECT ON DATABASE gis TO kartotherian;'));
  });
  it('and nothing else is', () => {
    assert.ok(!refused("-- ON SCHEMA\nGRANT SELECT ON d.* TO 'u'@'%';"));
    assert.ok(!refused('GRANT SELECT ON d.* TO r;'));
    assert.ok(!refused(''));
  });
  it('say so once, and hold no statements', () => {
    const template = parseTemplate('GRANT USAGE ON SCHEMA public TO a;\nGRANT b TO c;', { server: mariadb1011 });
    assert.deepEqual(template.statements, []);
    assert.equal(template.problems.length, 1);
    assert.match(template.problems[0]?.message ?? '', /for PostgreSQL \(`ON SCHEMA`\)/);
  });
});
