import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { quoteCommand, quoteShell, type Shell } from '../../../src/core/guard/quoteShell';
import { findExecutable } from '../../sandbox/serverKinds';

/** Everything that somebody could put into a name to have it run, split, expanded or read as an option. */
const nasty = [
  '',
  ' ',
  'plain',
  'a b  c',
  "it's",
  "'",
  "''",
  `"`,
  `a"b'c"d`,
  '\\',
  '\\\\',
  "\\'",
  'ends\\',
  '$(touch PWNED)',
  '`touch PWNED`',
  '${HOME}',
  '$HOME',
  '; touch PWNED',
  '| touch PWNED',
  '& touch PWNED',
  '&& touch PWNED',
  "'; touch PWNED; '",
  "\\'; touch PWNED; #",
  "'$(touch PWNED)'",
  '>PWNED',
  '<(touch PWNED)',
  '-rf',
  '--execute=touch',
  '--',
  '-',
  '*',
  '?',
  '[a-z]*',
  '~',
  '~root',
  '{a,b}',
  '!!',
  '!touch',
  '^a^b',
  '#comment',
  'a=b',
  '=ls',
  '%PATH%',
  '%1',
  '@array',
  '(touch PWNED)',
  'naïve Größe 名前 🦭',
  '\u2018quoted\u2019',
  '0-101-136,1-102-2',
  '3E11FA47-71CA-11E1-9E33-C80AA9429562:1-5:10',
  '/tmp/a folder/it\'s "here"/$(x).cnf',
];

const refused: readonly (readonly [string, RegExp])[] = [
  ['a\0b', /NUL/],
  ['a\nb', /line break/],
  ['a\rtouch PWNED', /line break/],
  ['a\u2028b', /line break/],
  ['a\tb', /control character/],
  ['\u0003', /control character/],
  ['\u001b[201~', /control character/],
  ['\u009b', /control character/],
  ['a\u202egnp', /direction/],
  ['\ud800', /half a character/],
];

/** Real shells; those that are not on this machine are left to machines that have them. */
const shells: readonly (readonly [program: string, shell: Shell, args: readonly string[]])[] = [
  ['bash', 'posix', ['--norc', '--noprofile']],
  ['dash', 'posix', []],
  ['sh', 'posix', []],
  ['zsh', 'posix', ['-f']],
  ['fish', 'fish', ['--no-config']],
  ['pwsh', 'powershell', ['-NoProfile']],
];

describe('quoteShell', () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'rdq-'));
    const stub = path.join(folder, 'stub');
    writeFileSync(stub, '#!/bin/sh\n{ for each; do printf \'%s\\0\' "$each"; done; printf \'\\n\'; } >> "$RECORD"\n');
    chmodSync(stub, 0o755);
  });
  after(() => {
    rmSync(folder, { recursive: true });
  });

  for (const [program, shell, args] of shells) {
    const executable = findExecutable(program);
    if (executable === undefined) continue;

    it(`gives ${program} exactly the intended arguments, and runs nothing`, function () {
      this.timeout(30_000);
      const usable = nasty.filter((text) => quoteShell(text, shell).kind === 'ok');
      const calls = [usable, ...usable.map((text) => [`--user=${text}`])];
      const script = calls.map((call) => {
        const line = quoteCommand([path.join(folder, 'stub'), ...call], shell);
        assert.ok(line.kind === 'ok');
        return `${line.value}\n`;
      });
      const file = path.join(folder, `${program}.script`);
      const record = path.join(folder, `${program}.record`);
      writeFileSync(file, script.join(''));
      execFileSync(executable, [...args, file], { cwd: folder, env: { ...process.env, RECORD: record } });
      // And as typed: history expansion and the like only happen in an interactive shell.
      if (program === 'bash') {
        execFileSync(executable, [...args, '-i'], {
          cwd: folder,
          env: { ...process.env, RECORD: record, HISTFILE: '', PS1: '' },
          input: script.join(''),
          stdio: ['pipe', 'ignore', 'ignore'],
        });
      }
      const got = readFileSync(record, 'utf8')
        .trimEnd()
        .split('\n')
        .map((each) => each.split('\0').slice(0, -1));
      assert.deepEqual(got, program === 'bash' ? [...calls, ...calls] : calls);
      assert.equal(existsSync(path.join(folder, 'PWNED')), false);
      assert.deepEqual(
        readdirSync(folder).filter((name) => !/^(stub|.*\.(script|record))$/.test(name)),
        [],
      );
    });
  }

  // util-linux gives a shell a terminal of its own; its namesake elsewhere takes other options.
  const script = process.platform === 'linux' ? findExecutable('script') : undefined;
  const typed: readonly (readonly [program: string, shell: Shell, line: string])[] = [
    ['bash', 'posix', 'bash --norc --noprofile -i'],
    ['dash', 'posix', 'dash -i'],
    ['zsh', 'posix', 'zsh -f -i'],
    ['fish', 'fish', 'fish --no-config -i'],
  ];
  for (const [program, shell, line] of typed) {
    if (script === undefined || findExecutable(program) === undefined) continue;

    it(`gives ${program} the same when it is typed into a terminal`, async function () {
      this.timeout(60_000);
      const record = path.join(folder, `${program}.typed.record`);
      const count = (): number => (existsSync(record) ? readFileSync(record, 'utf8').split('\n').length - 1 : 0);
      const terminal = spawn(script, ['-qec', line, '/dev/null'], {
        cwd: folder,
        env: { ...process.env, RECORD: record, TERM: 'xterm', LC_ALL: 'C.UTF-8', HISTFILE: '', HOME: folder },
        stdio: ['pipe', 'ignore', 'ignore'],
      });
      const ended = once(terminal, 'close');
      const type = async (call: readonly string[]): Promise<void> => {
        const written = quoteCommand([path.join(folder, 'stub'), ...call], shell);
        assert.ok(written.kind === 'ok');
        const before = count();
        terminal.stdin.write(`${written.value}\r`);
        const end = Date.now() + 15_000;
        while (count() === before) {
          assert.ok(Date.now() < end, JSON.stringify(call));
          await sleep(10);
        }
      };
      try {
        const usable = nasty.filter((text) => quoteShell(text, shell).kind === 'ok');
        const calls = [['ready'], usable, ...usable.map((text) => [text])];
        for (const call of calls) await type(call);
        const got = readFileSync(record, 'utf8').trimEnd().split('\n');
        assert.deepEqual(
          got.map((each) => each.split('\0').slice(0, -1)),
          calls,
        );
        assert.equal(existsSync(path.join(folder, 'PWNED')), false);
      } finally {
        terminal.stdin.end('exit\r');
        terminal.kill();
        await ended;
      }
    });
  }

  it('refuses what no quotes make safe, with a sentence that is safe to show', () => {
    for (const shell of ['posix', 'fish', 'powershell'] as const) {
      for (const [text, expected] of refused) {
        const quoted = quoteShell(text, shell);
        assert.ok(quoted.kind === 'failed', JSON.stringify(text));
        assert.match(quoted.reason, expected);
        assert.match(quoted.reason, /^[\u0020-\u007e…]+\.$/);
        assert.equal(quoteCommand(['mariadb', text], shell).kind, 'failed');
      }
    }
  });

  it('writes what each shell reads', () => {
    const cases: readonly (readonly [string, string, string, string])[] = [
      ["it's", "'it'\\''s'", "'it\\'s'", "'it''s'"],
      ['a\\b', "'a\\b'", "'a\\\\b'", "'a\\b'"],
      ['\u2019', "'\u2019'", "'\u2019'", "'\u2019\u2019'"],
      ['--port=3311', '--port=3311', '--port=3311', "'--port=3311'"],
      ['=ls', "'=ls'", "'=ls'", "'=ls'"],
    ];
    for (const [text, posix, fish, powershell] of cases) {
      for (const [shell, expected] of [
        ['posix', posix],
        ['fish', fish],
        ['powershell', powershell],
      ] as const) {
        assert.deepEqual(quoteShell(text, shell), { kind: 'ok', value: expected });
      }
    }
    assert.deepEqual(quoteCommand(['/a b/mariadb', 'x'], 'powershell'), { kind: 'ok', value: "& '/a b/mariadb' x" });
    assert.deepEqual(quoteCommand(['a=b', 'c'], 'posix'), { kind: 'ok', value: "'a=b' c" });
  });

  it('refuses under PowerShell what its older versions would change on the way', () => {
    for (const text of ['', 'a"b', 'ends\\']) assert.equal(quoteShell(text, 'powershell').kind, 'failed', text);
  });
});
