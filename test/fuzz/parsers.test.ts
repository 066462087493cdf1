import { strict as assert } from 'node:assert';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import * as fc from 'fast-check';
import { parseLine } from '../../src/adapters/files/optionFile';
import { parseAccountStatements } from '../../src/core/grants/parseAccountStatements';
import { parseTemplate } from '../../src/core/grants/template';
import { checkTemplate } from '../../src/core/grants/checkTemplate';
import { completeInventory } from '../../src/core/inventory/assist/completeInventory';
import { hoverInventory } from '../../src/core/inventory/assist/hoverInventory';
import type { SchemaNode } from '../../src/core/inventory/assist/schemaNodes';
import { parseInventory } from '../../src/core/inventory/parseInventory';
import { anyText, damaged, holds } from './fuzz';

const inventory = `version: 1
defaults:
  credentials: monitor
  tls: { mode: verify-identity, ca: ca.pem }
  heartbeat: { table: heartbeat.heartbeat }
  thresholds: { lagWarnSeconds: 15, lagCritSeconds: 300 }
credentials:
  monitor: { user: replideck, password: { secret: monitor } }
  bastion: { optionFile: ~/.my.cnf, group: client }
sections: { s1: 3311, matomo: 3351 }
datacenters: { eqiad: '*.eqiad.wmnet', codfw: '*.codfw.wmnet' }
clusters:
  s1:
    production: true
    primary: { eqiad: db1100.eqiad.wmnet:s1, codfw: db2100.codfw.wmnet:s1 }
    instances:
      - db1100.eqiad.wmnet:s1
      - '[2620:0:861:1::1]:3306'
      - { host: db1108.eqiad.wmnet, section: matomo, delaySeconds: 86400, via: ssh://bastion.example }
grantTemplates:
  - { files: grants/*.sql.erb, clusters: [s1], on: primary, variables: { networks: [10.64.%] } }
etcdMirrors:
  conf: { api: v2, source: 'https://a:4001', destination: 'https://b:4001', sourcePrefix: /, destinationPrefix: / }
`;

const template = `-- accounts of the application
<% @networks.each do |network| -%>
CREATE USER 'app'@'<%= network %>' IDENTIFIED BY '<%= @password %>' REQUIRE SSL;
GRANT SELECT, INSERT (a, b), UPDATE ON \`shop\`.* TO 'app'@'<%= network %>' WITH GRANT OPTION;
<% end -%>
<% if @reader %>
GRANT reader TO 'app'@'10.64.%'; /* a role */
<% else %>
REVOKE ALL PRIVILEGES, GRANT OPTION FROM 'old'@'%';
<% end %>
SET DEFAULT ROLE reader FOR 'app'@'10.64.%';
DROP USER IF EXISTS 'gone'@'%';
`;

const inside = (text: string, { start, end }: { readonly start: number; readonly end: number }): void => {
  assert.ok(start >= 0 && start <= end && end <= text.length, `${start} to ${end} of ${text.length}`);
};

describe('parsers, whatever they are given', function () {
  this.timeout(120_000);

  it('an inventory ends in values and in problems at places of it', () => {
    const words = ['{', '}', '[', ']', ': ', '- ', '&a ', '*a', '!!js ', '<<: *a', '|', '>', '---', 'null', '0x1', '~'];
    holds(fc.oneof(anyText, damaged(inventory, words)), (text) => {
      const { inventory: parsed, problems } = parseInventory(text);
      const lines = text.split('\n');
      for (const { range } of problems) {
        const { start, end } = range;
        assert.ok(start.line >= 0 && end.line <= lines.length, JSON.stringify(range));
        assert.ok(start.line < end.line || (start.line === end.line && start.character <= end.character));
      }
      for (const { host, port } of parsed.instances) {
        assert.ok(host !== '' && !/[\s\0/]/.test(host), JSON.stringify(host));
        assert.ok(Number.isInteger(port) && port > 0 && port < 65_536, String(port));
      }
      JSON.stringify(parsed);
    });
  });

  it('help with an inventory is about the place of the cursor, or there is none', () => {
    const schema = JSON.parse(
      readFileSync(path.join(import.meta.dirname, '../../media/inventory.schema.json'), 'utf8'),
    ) as SchemaNode;
    const words = ['{', '[', ']', ': ', '- ', '&a ', '*a', '<<: *a', '#', "'", '"', '\r', '---', '?', '@'];
    const placed = fc.oneof(anyText, damaged(inventory, words)).chain((text) => {
      const lines = text.split(/\r\n|\n|\r/);
      return fc
        .nat(lines.length - 1)
        .chain((line) =>
          fc.nat((lines[line] ?? '').length).map((character) => ({ text, position: { line, character } })),
        );
    });
    holds(placed, ({ text, position }) => {
      const { range, items } = completeInventory(schema, text, position) ?? {};
      if (range !== undefined) {
        assert.ok(range.start.line === position.line && range.end.line === position.line);
        assert.ok(range.start.character <= position.character && position.character <= range.end.character);
        assert.ok((items ?? []).length > 0);
      }
      const hover = hoverInventory(schema, text, position);
      assert.notEqual(hover?.markdown, '');
    });
  });

  it('a line of an option file is one of four things', () => {
    const lines = ['[client]', 'password = "a\\"b"', '!includedir /etc/mysql', 'ssl-ca=/a # b', 'skip_ssl'];
    const line = fc.oneof(
      anyText,
      fc.constantFrom(...lines).chain((sound) => damaged(sound, ['=', '"', "'", '#', '\\'])),
    );
    holds(line, (text) => {
      assert.match(parseLine(text).kind, /^(nothing|group|include|option)$/);
    });
  });

  it('account statements end in statements and in problems at places of the text', () => {
    const words = [
      "'",
      '"',
      '`',
      ';',
      '/*',
      '*/',
      '--',
      '@',
      '(',
      ')',
      ',',
      'GRANT',
      'ON *.*',
      'TO',
      'IDENTIFIED BY',
      '\\',
    ];
    holds(fc.oneof(anyText, damaged(template, words)), (text) => {
      for (const flavor of ['mariadb', 'mysql'] as const) {
        for (const problem of parseAccountStatements(text, { flavor }).problems) inside(text, problem);
      }
    });
  });

  it('a template ends in problems at places of it, and nothing of it is run', () => {
    const words = [
      '<%',
      '%>',
      '<%=',
      '-%>',
      '<%#',
      'end',
      'do |x|',
      '`id`',
      'system("touch PWNED")',
      '#{`id`}',
      '@a.b.c',
    ];
    holds(fc.oneof(anyText, damaged(template, words)), (text) => {
      const parsed = parseTemplate(text, {
        server: { flavor: 'mariadb', versionId: 101100 },
        variables: { networks: ['10.64.%', '10.192.%'], password: 'x' },
      });
      for (const problem of checkTemplate(parsed)) inside(text, problem);
    });
    assert.ok(!readdirSync(process.cwd()).includes('PWNED'));
  });

  it('what a real server says of its accounts is read without a problem, and damaged without a crash', () => {
    const folder = path.join(import.meta.dirname, '../recordings/mariadb-10.11');
    const said = readFileSync(path.join(folder, 'mariadb-10.11.19-show-grants.txt'), 'utf8');
    holds(damaged(said.slice(0, 4000), ["'", '`', '*', '\\', 'GRANT']), (text) => {
      for (const problem of parseAccountStatements(text).problems) inside(text, problem);
    });
  });
});
