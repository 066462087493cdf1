import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { sayWhatStays, sayWhatToSee } from './words';

describe('what the demo says', () => {
  it('tells what is wrong by request from what is wrong with the neighbours in every demo', () => {
    const backups = {
      kind: 'backups',
      name: 'main',
      yaml: [],
      state: 'critical',
      findings: ['backup.missing'],
    } as const;
    const prometheus = { kind: 'prometheus', name: 'main', yaml: [], state: 'ok', findings: [] } as const;
    const text = sayWhatToSee([backups, prometheus], []);
    assert.match(text, /^All servers and mirrors are well\.\n/);
    assert.match(text, /\n {2}backups main, critical: backup\.missing\n/);
    assert.doesNotMatch(text, /prometheus/);
    assert.match(sayWhatToSee([backups], ['sql-error']), /^Broken by --fault: sql-error\.\n/);
  });

  it('ends with what stays on disk, and how large it is', () => {
    const parent = mkdtempSync(path.join(tmpdir(), 'rd-words-'));
    const folder = path.join(parent, '.vscode-test');
    assert.doesNotMatch(sayWhatStays(folder), /MB/);
    mkdirSync(path.join(folder, 'a'), { recursive: true });
    writeFileSync(path.join(folder, 'a', 'b'), Buffer.alloc(2_000_000));
    assert.match(
      sayWhatStays(folder),
      /all of its servers and files are removed\. \.vscode-test keeps VS Code .*, 2 MB\.$/,
    );
    rmSync(parent, { recursive: true });
  });
});
