import assert from 'node:assert/strict';
import { diagnose } from '../../../src/core/findings/diagnose';
import { joinFindings } from '../../../src/core/joinFindings';
import { renderService } from '../../../src/core/services/renderService';
import { neighbourCases } from '../findings/neighbourCases';
import { orchestratorCases } from '../findings/orchestratorCases';

function documentOf(title: string, key: string): string {
  const fleet = [...neighbourCases, ...orchestratorCases].find((each) => each.title === title)?.fleet();
  assert.ok(fleet, title);
  return renderService(joinFindings(fleet, diagnose(fleet)), key);
}

/** What stands in code spans, as Markdown reads them. */
const codeIn = (markdown: string): readonly string[] =>
  [...markdown.matchAll(/(?<![\\`])(`+)(?!`)(.+?)(?<!`)\1(?!`)/g)].map(([, , text = '']) => text.trim());

describe('renderService', () => {
  it('gives commands and statements as they are to be typed, also where they hold backticks', () => {
    const code = codeIn(documentOf('an empty hour at the replica', 'pipeline:eventlogging'));
    const statements = code.filter((text) => text.startsWith('SELECT'));
    assert.ok(statements.length >= 2, code.join('\n'));
    for (const statement of statements) {
      assert.match(statement, /^SELECT LEFT\(t\.`timestamp`, 10\) AS bucket, COUNT\(\*\) AS row_count FROM/);
      assert.doesNotMatch(statement, /\\/);
    }
    assert.ok(code.some((text) => text.startsWith('mysqldump ') && text.endsWith('log Edit_1')));
  });

  it('lets no markup of others through', () => {
    const document = documentOf('words of a page that hold markup', 'orchestrator:main');
    assert.doesNotMatch(document.replaceAll(/`[^`]*`/g, ''), /(?<!\\)<title/);
  });

  it('says when and where it was read', () => {
    const document = documentOf('all is well', 'orchestrator:main');
    assert.match(
      document,
      /^# orchestrator main: ok\n\nhttps:\/\/orchestrator\.example\n\nAs of [\d-]{10} [\d:]{8} UTC\.\n/,
    );
  });

  it('says so where the inventory no longer names it', () => {
    assert.match(documentOf('all is well', 'burrow:gone'), /no longer names it/);
  });
});
