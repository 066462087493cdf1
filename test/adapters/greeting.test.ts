import { strict as assert } from 'node:assert';
import { isAtLeast, parseFirstPacket, versionNumber } from '../../src/adapters/mysql/greeting';
import { errorPayload, greetingPayload, packet } from './fakeServer';
import { recording } from './harness';

interface Recorded {
  readonly handshake: {
    readonly serverVersion: string;
    readonly authPluginName: string;
    readonly capabilityFlags: number;
  };
}

describe('parseFirstPacket', () => {
  const servers = {
    'mariadb-10.11': { flavor: 'mariadb', version: /^10\.11\.19-MariaDB/, offersTls: true },
    'mariadb-11.8': { flavor: 'mariadb', version: /^11\.8\.9-MariaDB/, offersTls: true },
    'mysql-9.7': { flavor: 'mysql', version: /^9\.7\.4-2$/, offersTls: true },
  } as const;
  for (const [name, want] of Object.entries(servers)) {
    it(`knows ${name} by its greeting`, () => {
      const { serverVersion, authPluginName, capabilityFlags } = (recording(`${name}/handshake.json`) as Recorded)
        .handshake;
      const whole = packet(
        0,
        greetingPayload({
          version: serverVersion,
          plugin: authPluginName,
          capabilities: capabilityFlags,
          threadId: 4711,
        }),
      );
      const first = parseFirstPacket(whole);
      assert.ok(first.kind === 'greeting');
      assert.equal(first.greeting.flavor, want.flavor);
      assert.match(first.greeting.version, want.version);
      assert.equal(first.greeting.offersTls, want.offersTls);
      assert.equal(first.greeting.threadId, 4711);
      assert.equal(first.greeting.autocommit, true);
      for (let cut = 0; cut < whole.length; cut += 1) {
        assert.equal(parseFirstPacket(whole.subarray(0, cut)).kind, 'partial', `cut at ${cut}`);
      }
    });
  }

  it('knows MariaDB whose version text was changed, by its capabilities', () => {
    const first = parseFirstPacket(packet(0, greetingPayload({ version: '11.4.2-enterprise', capabilities: 0xa200 })));
    assert.ok(first.kind === 'greeting' && first.greeting.flavor === 'mariadb');
  });

  it('leaves a refusal to the driver', () => {
    assert.equal(parseFirstPacket(packet(0, errorPayload(1040, 'Too many connections'))).kind, 'refusal');
  });

  const foreign = {
    http: Buffer.from('HTTP/1.1 400 Bad Request'),
    ssh: Buffer.from('SSH-2.0-OpenSSH'),
    postgres: Buffer.from('E\0\0\0\x20SFATAL'),
    redis: Buffer.from('-ERR unknown command'),
    nothing: Buffer.from([0, 0, 0, 0, 0]),
    'another sequence': packet(1, greetingPayload({})),
    'protocol 9': packet(0, Buffer.from('\x09x\0')),
    'no end of the version': packet(0, Buffer.alloc(40, 10)),
  };
  for (const [name, bytes] of Object.entries(foreign)) {
    it(`does not take it for a server: ${name}`, () => {
      assert.equal(parseFirstPacket(bytes).kind, 'foreign');
    });
  }
});

describe('isAtLeast', () => {
  const check = (version: string, wanted: readonly [number, number, number], want: boolean): void => {
    it(`${version} ${want ? '>=' : '<'} ${wanted.join('.')}`, () => {
      assert.equal(isAtLeast(version, wanted), want);
    });
  };
  check('10.11.19-MariaDB-0+deb12u1', [10, 5, 0], true);
  check('10.4.34-MariaDB', [10, 5, 0], false);
  check('8.0.26', [8, 0, 26], true);
  check('8.0.25', [8, 0, 26], false);
  check('9.7.4-2', [8, 0, 26], true);
  check('10.6.0', [10, 6, 1], false);
  it('counts what is missing as 0', () => {
    assert.deepEqual(versionNumber('garbage'), [0, 0, 0]);
  });
});
