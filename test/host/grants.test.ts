import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import * as vscode from 'vscode';
import type { GrantReport } from '../../src/api';
import { activated, theExtension } from './extension';

interface Planned {
  readonly key: string;
  readonly cluster: string;
  readonly datacenter: string;
  readonly connections: readonly { readonly source: string }[];
}

/** The sandbox takes DELETE from `app` on the leaf; everything else is as its template says. */
describe('grants of the sandbox against its template', () => {
  const planned = JSON.parse(readFileSync(process.env['REPLIDECK_SANDBOX'] ?? '', 'utf8')) as Planned[];
  const s1 = planned.filter(({ cluster }) => cluster === 's1');
  const primary = s1.find(({ connections }) => connections.length === 0)?.key ?? '';
  const leaf = s1.find(({ connections }) => connections.some(({ source }) => source !== primary))?.key ?? '';
  let template: vscode.Uri;
  const at = (line: number) => new vscode.Position(line - 1, 3);

  const diff = (key: string, file = template): Promise<GrantReport> => theExtension().exports.diffGrants(key, file);
  const states = ({ accounts }: GrantReport) =>
    Object.fromEntries(accounts.filter(({ state }) => state !== 'extra').map(({ account, state }) => [account, state]));

  before(async () => {
    await activated();
    const [folder] = vscode.workspace.workspaceFolders ?? [];
    assert.ok(folder);
    template = vscode.Uri.joinPath(folder.uri, 'grants/shop.sql.erb');
  });

  it('are as it says on the primary', async () => {
    const report = await diff(primary);
    assert.deepEqual(states(report), {
      "'app'@'127.0.0.1'": 'match',
      "'repl'@'127.0.0.1'": 'match',
      "'replideck'@'127.0.0.1'": 'match',
    });
    assert.equal(report.fixSql, '');
    assert.deepEqual(report.problems, []);
    assert.equal(report.instance, primary);
    assert.equal(report.template, 'grants/shop.sql.erb');
  });

  it('lack one privilege on the leaf, at the line that grants it, and the mending SQL stays out of its log', async () => {
    const report = await diff(leaf);
    assert.equal(states(report)["'app'@'127.0.0.1'"], 'differs');
    const items = report.accounts.find(({ account }) => account === "'app'@'127.0.0.1'")?.items;
    assert.deepEqual(
      items?.map(({ kind, privilege, verdict, line }) => ({ kind, privilege, verdict, line })),
      [{ kind: 'privilege', privilege: 'DELETE', verdict: 'missing', line: 8 }],
    );
    assert.match(
      report.fixSql,
      /^SET SESSION sql_log_bin=0;$[^]*^GRANT DELETE ON `shop`\.\* TO 'app'@'127\.0\.0\.1';$/m,
    );
  });

  it('cannot be compared for an instance or with a file that the inventory does not name', async () => {
    await assert.rejects(diff('127.0.0.1:1'), /127\.0\.0\.1:1 is no instance of the inventory/);
    await assert.rejects(
      diff(primary, vscode.Uri.joinPath(template, '../../replideck.yaml')),
      /replideck\.yaml is no template/,
    );
    await assert.rejects(
      diff(primary, vscode.Uri.joinPath(template, '../gone.sql.erb')),
      /gone\.sql\.erb cannot be read/,
    );
  });

  it('stand above each statement and in its hover, with a Quick Fix, in a document that is SQL', async () => {
    const document = await vscode.workspace.openTextDocument(template);
    assert.equal(document.languageId, 'sql');
    const lenses = await vscode.commands.executeCommand<vscode.CodeLens[]>('vscode.executeCodeLensProvider', template);
    const titles = lenses.map(({ range, command }) => `${range.start.line + 1}: ${command?.title ?? ''}`);
    assert.ok(titles.includes(`8: ✗ differs on ${leaf}, 1 missing · 2 instances not read`), titles.join('\n'));
    assert.ok(titles.includes('7: ✓ 2 of 4 instances · 2 instances not read'), titles.join('\n'));
    const hovers = await vscode.commands.executeCommand<vscode.Hover[]>('vscode.executeHoverProvider', template, at(8));
    const hover = hovers.flatMap(({ contents }) => contents as vscode.MarkdownString[]).map(({ value }) => value);
    assert.match(hover.join('\n'), /lacks DELETE on `shop`\.\*/);
    const actions = await vscode.commands.executeCommand<vscode.CodeAction[]>(
      'vscode.executeCodeActionProvider',
      template,
      new vscode.Range(at(8), at(8)),
    );
    assert.ok(actions.some(({ title }) => title === `Show the SQL that would make ${leaf} match`));
  });
});
