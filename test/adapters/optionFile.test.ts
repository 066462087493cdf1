import { strict as assert } from 'node:assert';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { readOptionFile, type OptionFileValues } from '../../src/adapters/files/optionFile';

const clientGroups = ['client', 'client-server', 'client-mariadb'];

describe('readOptionFile', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'replideck-option-'));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  const write = (name: string, text: string, mode = 0o600): string => {
    const file = path.join(folder, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, text, { mode });
    chmodSync(file, mode);
    return file;
  };
  const read = (file: string, groups = clientGroups) => readOptionFile({ file, groups, homeFolder: '/home/dba' });

  const check = (title: string, text: string, want: OptionFileValues, groups = clientGroups): void => {
    it(title, async () => {
      const outcome = await read(write('my.cnf', text), groups);
      assert.deepEqual(outcome, { kind: 'ok', value: { values: want, warnings: [] } });
    });
  };

  check('reads the groups of a client', '[client]\nuser=a\n[client-mariadb]\nsocket=/s\n[mysqld]\nuser=b', {
    user: 'a',
    socket: '/s',
  });
  check(
    'takes the last of several, also across groups',
    '[client]\nuser=a\n[client-mariadb]\nuser = b\n[client]\nuser=c',
    {
      user: 'c',
    },
  );
  check('reads only the group that is named', '[client]\nuser=a\n[bastion]\nuser=b\n', { user: 'b' }, ['bastion']);
  check('skips comments and blank lines', '# x\n; y\n\n[client]\n#user=no\n  user = a  # the account\n', { user: 'a' });
  check('keeps # in quotes and takes the quotes off', `[client]\npassword="a#b;c'd"\nuser='x y'\n`, {
    password: `a#b;c'd`,
    user: 'x y',
  });
  check('ends an unquoted value at #, as the clients do', '[client]\npassword=ab#cd\n', { password: 'ab' });
  check('undoes escapes', String.raw`[client]` + '\n' + String.raw`password=a\sb\tc\\d\ne\x\"f`, {
    password: 'a b\tc\\d\ne\\x"f',
  });
  check('keeps an equals sign in a value', '[client]\npassword=a=b==\n', { password: 'a=b==' });
  check('takes - and _ for the same, and loose- away', '[client]\nssl_ca=/ca\nloose-ssl-cert=/c\nloose_ssl_key=/k\n', {
    sslCa: '/ca',
    sslCert: '/c',
    sslKey: '/k',
  });
  check('finds ~ in paths', '[client]\nsocket=~/s.sock\nssl-ca=~/ca.pem\n', {
    socket: '/home/dba/s.sock',
    sslCa: '/home/dba/ca.pem',
  });
  check('reads flags with and without a value', '[client]\nssl-verify-server-cert\nssl-mode=verify-ca\n', {
    sslVerifyServerCert: true,
    sslMode: 'VERIFY_CA',
  });
  check('reads a flag that is off', '[client]\nskip-ssl-verify-server-cert\n', { sslVerifyServerCert: false });
  check('does not read host and port', '[client]\nhost=elsewhere\nport=1\nuser=a\n', { user: 'a' });
  check('reads Windows line ends', '[client]\r\nuser=a\r\npassword=b\r\n', { user: 'a', password: 'b' });

  it('follows !include and !includedir, *.cnf in order, wherever the line stands', async () => {
    write('conf.d/20.cnf', '[client]\nuser=twenty\n');
    write('conf.d/10.cnf', '[client]\nuser=ten\nsocket=/ten\n');
    write('conf.d/30.txt', '[client]\nuser=no\n');
    write('secret.cnf', '[client]\npassword=p\n');
    const file = write('my.cnf', '!includedir conf.d\n[mysqld]\n!include secret.cnf\n');
    const outcome = await read(file);
    assert.ok(outcome.kind === 'ok');
    assert.deepEqual(outcome.value.values, { user: 'twenty', socket: '/ten', password: 'p' });
  });

  it('cuts loops and says so', async () => {
    const file = write('my.cnf', '[client]\nuser=a\n!include other.cnf\n');
    write('other.cnf', '!include my.cnf\n[client]\npassword=p\n');
    const outcome = await read(file);
    assert.ok(outcome.kind === 'ok');
    assert.deepEqual(outcome.value.values, { user: 'a', password: 'p' });
    assert.match(outcome.value.warnings.join(), /includes itself/);
  });

  it('warns of a password that others may read, without showing it', async () => {
    const outcome = await read(write('my.cnf', '[client]\npassword=s3cret\n', 0o644));
    assert.ok(outcome.kind === 'ok');
    assert.match(outcome.value.warnings.join(), /my\.cnf holds a password and others may read it/);
    assert.doesNotMatch(outcome.value.warnings.join(), /s3cret/);
  });

  it('says what to do when the file is missing', async () => {
    const outcome = await read(path.join(folder, 'none.cnf'));
    assert.ok(outcome.kind === 'failed');
    assert.match(outcome.reason, /none\.cnf does not exist\. Create it, or name another one/);
  });

  it('says so when a file that is included is missing', async () => {
    const outcome = await read(write('my.cnf', '!include gone.cnf\n'));
    assert.ok(outcome.kind === 'failed');
    assert.match(outcome.reason, /gone\.cnf does not exist/);
  });

  it('says so when the path is a folder', async () => {
    const outcome = await read(folder);
    assert.ok(outcome.kind === 'failed');
    assert.match(outcome.reason, /cannot be read \(EISDIR\)/);
  });
});
