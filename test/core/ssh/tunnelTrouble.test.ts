import { strict as assert } from 'node:assert';
import { tunnelTroubleOf, type TunnelTrouble } from '../../../src/core/ssh/tunnelTrouble';

describe('tunnelTroubleOf', () => {
  /** As OpenSSH 9.2 says them, but for the last two. */
  const table: readonly (readonly [string, TunnelTrouble])[] = [
    [
      '@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@\n@    WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED!     @\nHost key for [127.0.0.1]:22391 has changed and you have requested strict checking.\nHost key verification failed.',
      'hostKeyChanged',
    ],
    [
      'No ED25519 host key is known for [127.0.0.1]:22391 and you have requested strict checking.\nHost key verification failed.',
      'hostKeyUnknown',
    ],
    ['root@127.0.0.1: Permission denied (publickey).', 'authentication'],
    ['Received disconnect from 10.0.0.1 port 22:2: Too many authentication failures', 'authentication'],
    ['open failed: administratively prohibited: open failed', 'prohibited'],
    ['open failed: connect failed: Connection refused', 'behind'],
    ['channel 0: open failed: connect failed: Name or service not known\nstdio forwarding failed', 'behind'],
    ['ssh: connect to host 127.0.0.1 port 1: Connection refused', 'bastion'],
    ['ssh: Could not resolve hostname nowhere.invalid: Name or service not known', 'bastion'],
    ['kex_exchange_identification: Connection closed by remote host', 'bastion'],
    ['ssh could not be started: spawn ssh ENOENT', 'noSsh'],
    ['No connection to the bastion came about before the deadline.', 'bastion'],
    ['ssh ended with 255 and said nothing.', 'other'],
  ];
  for (const [words, want] of table) {
    it(`${JSON.stringify(words.slice(-60))}: ${want}`, () => {
      assert.equal(tunnelTroubleOf(words), want);
    });
  }
});
