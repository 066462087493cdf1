import { strict as assert } from 'node:assert';
import { parseVia, sshArguments } from '../../src/adapters/ssh/sshTunnel';
import { failureOf, instance } from './harness';
import { useFakes } from './useFakes';

const request = (via: string, host = 'db1.example', port = 3306) => ({
  ...{ via, host, port, connectTimeoutSeconds: 4.2 },
  command: ['ssh'] as const,
  environment: {},
});

describe('parseVia', () => {
  const table: Readonly<Record<string, object>> = {
    'ssh://bastion.example': { host: 'bastion.example' },
    'ssh://dba@bastion.example:2222': { host: 'bastion.example', port: 2222, user: 'dba' },
    'ssh://[2001:db8::1]:22': { host: '2001:db8::1', port: 22 },
    'ssh://bastion_1/': { host: 'bastion_1' },
  };
  for (const [via, want] of Object.entries(table)) {
    it(`reads ${via}`, () => {
      assert.deepEqual(parseVia(via), { kind: 'ok', value: want });
    });
  }

  const refused = [
    'bastion',
    'ssh://',
    'ssh://-oProxyCommand=touch',
    'ssh://-l@bastion',
    'ssh://a b',
    'ssh://a;id',
    'ssh://a$(id)',
    'ssh://u@-h',
    'ssh://[-oProxyCommand=x]',
    'ssh://host:0',
    'ssh://host:70000',
    'ssh://host:22:33',
    'http://host',
    'ssh://host\n-oX=y',
  ];
  for (const via of refused) {
    it(`refuses ${JSON.stringify(via)}`, () => {
      assert.equal(parseVia(via).kind, 'failed');
    });
  }
});

describe('sshArguments', () => {
  it('names the far end, asks nothing and ends the options before the host', () => {
    assert.deepEqual(sshArguments(request('ssh://dba@bastion:2222')), {
      kind: 'ok',
      value: [
        ...['-oControlMaster=no', '-oControlPath=none', '-W', 'db1.example:3306'],
        ...['-oBatchMode=yes', '-oConnectTimeout=5', '-oClearAllForwardings=yes'],
        ...['-T', '-p', '2222', '-l', 'dba', '--', 'bastion'],
      ],
    });
  });

  it('puts IPv6 addresses in brackets', () => {
    const outcome = sshArguments(request('ssh://bastion', '2001:db8::5', 3307));
    assert.ok(outcome.kind === 'ok' && outcome.value.includes('[2001:db8::5]:3307'));
  });

  for (const host of ['-oProxyCommand=x', 'a b', 'a:b:c;id', '', 'a/b']) {
    it(`does not forward to ${JSON.stringify(host)}`, () => {
      assert.equal(sshArguments(request('ssh://bastion', host)).kind, 'failed');
    });
  }
});

describe('the MySQL reader through ssh', () => {
  const { reader } = useFakes();
  const through = (program: string, ...args: string[]) => reader({}, { sshCommand: [program, ...args] });
  const spec = instance(3306, { via: 'ssh://bastion.example', timeoutSeconds: 1 });

  it('shows what ssh said last', async () => {
    const ssh = through('/bin/sh', '-c', 'echo "dba@bastion: Permission denied (publickey)." >&2; exit 255');
    const failure = failureOf(await ssh.once(spec));
    assert.deepEqual(failure, { reason: 'tunnelFailed', text: 'dba@bastion: Permission denied (publickey).' });
  });

  it('says so when there is no ssh', async () => {
    const failure = failureOf(await through('/nonexistent/ssh').once(spec));
    assert.equal(failure.reason, 'tunnelFailed');
    assert.match(failure.text, /could not be started/);
  });

  it('ends by the deadline when ssh does not, and ends ssh', async () => {
    const reading = await through('/bin/sh', '-c', 'exec sleep 30').once(spec);
    assert.equal(failureOf(reading).reason, 'timedOut');
    assert.ok(reading.elapsedMs < 1300, `${reading.elapsedMs} ms`);
  });

  it('refuses an address that ssh would take for an option, before ssh is started', async () => {
    const failure = failureOf(await through('/nonexistent/ssh').once({ ...spec, via: 'ssh://-oProxyCommand=id' }));
    assert.equal(failure.reason, 'tunnelFailed');
    assert.match(failure.text, /not of the form/);
  });
});
