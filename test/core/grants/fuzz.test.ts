import assert from 'node:assert/strict';
import { parseAccountStatements } from '../../../src/core/grants/parseAccountStatements';
import { redactGrantText } from '../../../src/core/grants/redactGrantText';
import { parseTemplate } from '../../../src/core/grants/template';
import { checkTemplate } from '../../../src/core/grants/checkTemplate';
import { fuzzGrants } from './fuzzGrants';
import { mariadb1011 } from './serverRecordings';

describe('mutated grant statements', function () {
  this.timeout(30_000);

  it('a million of them neither throw nor hang', function () {
    this.timeout(180_000);
    const { count, slowestMs, slowest, unreadable } = fuzzGrants(1_000_000, 20261124);
    assert.ok(slowestMs < 1000, `${slowestMs} ms: ${JSON.stringify(slowest)}`);
    // Otherwise the texts are hardly mutated at all, or hardly read.
    assert.ok(unreadable > count / 20 && unreadable < count, `${unreadable} were unreadable`);
  });

  /** Long texts of one kind: nothing may be slower than linear. */
  const long: Readonly<Record<string, string>> = {
    quotes: "'".repeat(200_001),
    'back-ticks': '`a`'.repeat(70_000),
    backslashes: `'${'\\'.repeat(200_000)}`,
    comments: '/*'.repeat(100_000),
    'executable comments': '/*!50000 '.repeat(20_000),
    dashes: '-'.repeat(200_000),
    commas: `GRANT ${','.repeat(200_000)}`,
    privileges: `GRANT ${'SELECT,'.repeat(30_000)} SELECT ON d.* TO u`,
    grantees: `GRANT SELECT ON d.* TO ${"'u'@'%',".repeat(30_000)}v`,
    columns: `GRANT SELECT (${'a,'.repeat(60_000)}b) ON d.t TO u`,
    ats: `GRANT SELECT ON ON ${'a@'.repeat(60_000)}`,
    grants: 'GRANT SELECT ON d.* TO u\n'.repeat(8_000),
    'unreadable grants': 'GRANT SELECT ON ON d.* TO u\n'.repeat(8_000),
    'one long unreadable grant': `GRANT SELECT ON ON ${'GRANT SELECT TO u '.repeat(10_000)}`,
    'other statements': 'SELECT 1\n'.repeat(20_000),
    'client commands': '\\G '.repeat(30_000),
    'ERB tags': "<%= @x %>'".repeat(20_000),
    'open ERB tags': '<%='.repeat(60_000),
    'ERB blocks': '<% if x %>'.repeat(3_000),
    'a word in ERB': `<% ${'x'.repeat(1_000_000)} %>`,
    'methods of a list in ERB': `<% @x${'.sort'.repeat(200_000)}y.each do |a| %><% end %>`,
    'blanks in ERB': `<% do${' '.repeat(200_000)}x${' '.repeat(200_000)}{ %>`,
    'ERB ends': '<% end %>'.repeat(20_000),
    spaces: `${' '.repeat(100_000)}<%- x`,
    'spaces before tags': `${' '.repeat(300)}<%- x -%>\n`.repeat(300),
  };
  for (const [name, text] of Object.entries(long)) {
    it(`long runs of ${name}`, () => {
      const started = performance.now();
      parseAccountStatements(text, mariadb1011);
      redactGrantText(text);
      checkTemplate(parseTemplate(text, { server: mariadb1011, variables: { x: 'v' } }));
      const took = performance.now() - started;
      assert.ok(took < 3000, `${Math.round(took)} ms`);
    });
  }
});
