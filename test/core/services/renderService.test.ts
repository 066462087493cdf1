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

/** Blocks of code by their language, without what indents them in a list. */
const blocksIn = (markdown: string, language: string): readonly string[] =>
  [...markdown.matchAll(/^( *)(`{3,})(\w+)\n(.*?)\n\1\2$/gms)]
    .filter(([, , , own]) => own === language)
    .map(([, pad = '', , , text = '']) => text.replaceAll(`\n${pad}`, '\n').trim());

describe('renderService', () => {
  it('gives statements whole in blocks, each once, and commands as they are to be typed', () => {
    const document = documentOf('an empty hour at the replica', 'pipeline:eventlogging');
    const statements = blocksIn(document, 'sql');
    assert.equal(statements.length, 1, document);
    assert.match(statements[0] ?? '', /^SELECT LEFT\(t\.`timestamp`, 10\) AS bucket, COUNT\(\*\) AS row_count FROM …$/);
    assert.match(document, /^2\. Copy what is missing, and nothing else: `mysqldump [^`]+ log Edit_1`;/m);
    const missing = documentOf('a section without any', 'backups:main');
    assert.match(
      blocksIn(missing, 'sql')[0] ?? '',
      /^SELECT b\.id AS id, .* FROM `dbbackups`\.`backups` b WHERE b\.section = 's1' LIMIT 60$/,
    );
  });

  it('gives each of several backups the statement that told of it', () => {
    const asked = blocksIn(documentOf('three stale backups', 'backups:main'), 'sql');
    assert.deepEqual(
      asked.map((statement) => /b\.section = '(\w+)'/.exec(statement)?.[1]),
      ['s1', 's2', 's3'],
    );
  });

  it('gives the steps of a remedy as a list with numbers', () => {
    const document = documentOf('an empty hour at the replica', 'pipeline:eventlogging');
    assert.match(
      document,
      /\*\*Do:\*\*\n\n1\. Ask both sides by hand: `` SELECT [^\n]+\n2\. Copy [^\n]+\n3\. Then see why/,
    );
  });

  it('keeps the columns of a table of buckets', () => {
    const [table = ''] = blocksIn(documentOf('an empty hour at the replica', 'pipeline:eventlogging'), 'text');
    const columns = table.split('\n').map((row) => row.search(/[=≠…]/));
    assert.ok(columns.length > 3, table);
    assert.deepEqual([...new Set(columns)].length, 1, table);
  });

  it('lets no markup of others through', () => {
    const document = documentOf('words of a page that hold markup', 'orchestrator:main');
    assert.doesNotMatch(document.replaceAll(/`[^`]*`/g, ''), /(?<!\\)<title/);
  });

  it('says when and where it was read', () => {
    const document = documentOf('all is well', 'orchestrator:main');
    assert.match(
      document,
      /^# Orchestrator main: ok\n\nhttps:\/\/orchestrator\.example\n\nAs of [\d-]{10} [\d:]{8} UTC\.\n/,
    );
  });

  it('says so where the inventory no longer names it', () => {
    assert.match(documentOf('all is well', 'burrow:gone'), /no longer names it/);
  });
});
