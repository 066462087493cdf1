import assert from 'node:assert/strict';
import { canReport, shellOf } from '../../src/ui/terminal/shellOf';

describe('the shell of a terminal', () => {
  it('is known by its path or name', () => {
    for (const program of ['/bin/bash', 'zsh', '/usr/bin/dash', 'sh', 'C:\\Program Files\\Git\\bin\\bash.exe']) {
      assert.equal(shellOf(program), 'posix', program);
    }
    assert.equal(shellOf('/usr/bin/fish'), 'fish');
    assert.equal(shellOf('C:\\Windows\\System32\\WindowsPowerShell\\v1.0\\PowerShell.exe'), 'powershell');
  });

  it('is none where nobody can quote for it', () => {
    for (const program of ['cmd.exe', '/bin/tcsh', 'nu', 'python', '', 'wsl.exe']) {
      assert.equal(shellOf(program), undefined, program);
    }
  });

  it('is waited for where it reports', () => {
    assert.deepEqual(['/bin/bash', 'fish', '/bin/dash', '/bin/ksh'].map(canReport), [true, true, false, false]);
  });
});
