import { strict as assert } from 'node:assert';
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import path from 'node:path';
import { startFakeServer } from '../adapters/fakeServer';
import { answeredOf, createTestReader, failureOf, instance, type TestReader } from '../adapters/harness';
import { facts, isFacts } from '../adapters/useFakes';
import { freePorts } from '../sandbox/freePorts';
import { findExecutable } from '../sandbox/serverKinds';
import { waitFor } from '../sandbox/waitFor';

/** A private sshd on loopback with keys and a configuration of its own; nobody's own ssh settings are read. */
describe('the MySQL reader through a real sshd', function () {
  this.timeout(30_000);
  let folder: string;
  let port: number;
  let daemon: ChildProcess | undefined;
  let made: string | undefined;
  let reader: TestReader;

  before(async () => {
    const sshd = findExecutable('sshd');
    assert.ok(sshd !== undefined, 'sshd is not installed: openssh-server brings it');
    folder = mkdtempSync(path.join(tmpdir(), 'rdk-ssh-'));
    [port = 0] = await freePorts(1);
    const file = (name: string): string => path.join(folder, name);
    for (const key of ['host', 'user', 'stranger']) {
      execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', file(key)]);
    }
    copyFileSync(file('user.pub'), file('authorized'));
    // sshd of some systems wants its folder for separated privileges even where it separates none.
    if (process.getuid?.() === 0 && !existsSync('/run/sshd')) {
      mkdirSync('/run/sshd', { mode: 0o755 });
      made = '/run/sshd';
    }
    writeFileSync(
      file('sshd_config'),
      [
        `Port ${port}`,
        'ListenAddress 127.0.0.1',
        `HostKey ${file('host')}`,
        `AuthorizedKeysFile ${file('authorized')}`,
        `PidFile ${file('pid')}`,
        'StrictModes no',
        'UsePAM no',
        'PasswordAuthentication no',
        'KbdInteractiveAuthentication no',
        'PermitRootLogin prohibit-password',
        'AllowTcpForwarding local',
      ].join('\n'),
    );
    const common = `UserKnownHostsFile ${file('known')}\nStrictHostKeyChecking accept-new\nIdentitiesOnly yes\nIdentityAgent none\n`;
    writeFileSync(file('ssh_config'), `${common}IdentityFile ${file('user')}\n`);
    writeFileSync(file('stranger_config'), `${common}IdentityFile ${file('stranger')}\n`);
    daemon = spawn(sshd, ['-D', '-e', '-f', file('sshd_config')], { stdio: 'ignore' });
    const listening = await waitFor(() => Promise.resolve(existsSync(file('pid')) ? true : undefined), 10_000);
    assert.ok(listening, 'sshd did not start');
  });
  after(() => {
    daemon?.kill();
    rmSync(folder, { recursive: true, force: true });
    if (made !== undefined) rmdirSync(made);
  });
  const open = (config: string): TestReader =>
    createTestReader({}, { sshCommand: ['ssh', '-F', path.join(folder, config)] });
  afterEach(() => reader.dispose());

  const via = (): string => `ssh://${userInfo().username}@127.0.0.1:${port}`;

  it('reads what lies behind it, and keeps the tunnel', async () => {
    const server = await startFakeServer({ reply: (statement) => (isFacts(statement) ? facts : { rows: [] }) });
    reader = open('ssh_config');
    const spec = instance(server.port, { via: via(), timeoutSeconds: 5 });
    for (let round = 0; round < 3; round += 1) answeredOf(await reader.once(spec));
    assert.equal(server.connections(), 1);
    await reader.dispose();
    const closed = await waitFor(() => Promise.resolve(server.open() === 0 ? true : undefined), 3000);
    assert.ok(closed, 'the tunnel ended with the reader');
    await server.close();
  });

  it('says what ssh said when nothing listens behind it', async () => {
    const [closed = 0] = await freePorts(1);
    reader = open('ssh_config');
    const failure = failureOf(await reader.once(instance(closed, { via: via(), timeoutSeconds: 5 })));
    assert.equal(failure.reason, 'tunnelFailed');
    assert.match(failure.text, /refused/i);
  });

  it('says what ssh said when the key is not known', async () => {
    reader = open('stranger_config');
    const failure = failureOf(await reader.once(instance(3306, { via: via(), timeoutSeconds: 5 })));
    assert.equal(failure.reason, 'tunnelFailed');
    assert.match(failure.text, /Permission denied/);
  });
});
