import assert from 'node:assert/strict';
import { judgeTrial, specOfDraft } from '../../../src/core/firstServer/judgeTrial';
import type { Answer, InstanceReading, ReachFailure } from '../../../src/core/replication/reading';
import { at } from '../buildFleet';

const draft = { host: 'db1', port: 3306, user: 'replideck', secret: 'replideck@db1' };
const notAsked: Answer = { kind: 'notAsked' };

function failure(reason: ReachFailure['reason'], text: string, errno?: number) {
  const reading: InstanceReading = {
    ...{ key: 'db1:3306', startedAt: at, at, elapsedMs: 5 },
    result: { kind: 'failed', failure: { reason, text, ...(errno !== undefined && { errno }) } },
  };
  return judgeTrial(draft, { reading, replicas: notAsked });
}

describe('what the trial of a first server has shown', () => {
  it('asks as the inventory that does not exist yet would', () => {
    const spec = specOfDraft(draft);
    assert.equal(spec.key, 'db1:3306');
    assert.deepEqual(spec.credentials?.password, { kind: 'secret', name: 'replideck@db1' });
  });

  const failures: readonly (readonly [ReachFailure['reason'], number | undefined, RegExp, boolean])[] = [
    [
      'refused',
      undefined,
      /db1.*refuses connections: nothing listens on that port\. The error reads: .*\. See on the host/s,
      false,
    ],
    ['unknownHost', undefined, /host name that does not resolve/, false],
    ['timedOut', undefined, /does not answer the connection attempt/, false],
    ['notMysql', undefined, /not in the MySQL protocol/, false],
    ['tlsFailed', undefined, /No TLS connection/, false],
    ['hostNotAllowed', 1130, /has no account for this host/, false],
    [
      'accessDenied',
      1045,
      /refuses the account replideck\. The error reads: 1045: .*\. Try another password, or see /,
      true,
    ],
    ['authPlugin', undefined, /authentication plugin/, false],
  ];
  for (const [reason, errno, words, isLogin] of failures) {
    it(`says ${reason} in the words of the fleet, as plain text`, () => {
      const verdict = failure(reason, 'the own words of the server', errno);
      assert.ok(verdict.kind === 'failed');
      assert.match(verdict.words, words);
      assert.ok(!verdict.words.includes('`'), verdict.words);
      assert.equal(verdict.isLogin, isLogin);
    });
  }

  it('makes no link of what a stranger says', () => {
    const verdict = failure('accessDenied', 'Denied, [click](command:workbench.action.quit)', 1045);
    assert.ok(verdict.kind === 'failed');
    assert.doesNotMatch(verdict.words, /\[/);
  });

  it('knows a trial that was called off from one that failed', () => {
    assert.deepEqual(failure('cancelled', ''), { kind: 'cancelled' });
  });

  it('tells who answers, and that the list of replicas was denied', () => {
    const server: Answer = {
      ...{ kind: 'rows', statement: 'SELECT', at },
      rows: [{ server_id: '1', port: '3306', dump_threads: '[{"user":"r","host":"10.0.0.2:4711"}]' }],
    };
    const reading: InstanceReading = {
      ...{ key: 'db1:3306', startedAt: at, at, elapsedMs: 5 },
      result: {
        ...{ kind: 'answered', flavor: 'mariadb', version: '10.11.19-MariaDB-log', server },
        replication: { kind: 'rows', statement: 'SHOW ALL SLAVES STATUS', at, rows: [] },
        heartbeat: notAsked,
      },
    };
    const replicas: Answer = { kind: 'error', statement: 'SHOW SLAVE HOSTS', at, errno: 1227, text: 'Access denied' };
    const verdict = judgeTrial(draft, { reading, replicas });
    assert.ok(verdict.kind === 'answered');
    assert.equal(verdict.server, 'MariaDB 10.11.19');
    assert.equal(verdict.isListDenied, true);
    assert.deepEqual(
      verdict.found.map(({ key, isPortGuessed, how }) => ({ key, isPortGuessed, how })),
      [{ key: '10.0.0.2:3306', isPortGuessed: true, how: 'replica, by 1 dump thread of the process list' }],
    );
  });
});
