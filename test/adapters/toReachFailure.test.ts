import { strict as assert } from 'node:assert';
import { toReachFailure } from '../../src/adapters/mysql/toReachFailure';
import { recording } from './harness';

interface Recorded {
  readonly results: readonly { readonly what: string; readonly error?: Readonly<Record<string, unknown>> }[];
}

/** What each recorded attempt has to become, by the start of its description. Two servers may differ: `name/what`. */
const expected: Readonly<Record<string, string>> = {
  'right password for': 'accessDenied',
  'wrong password': 'accessDenied',
  'no password given': 'accessDenied',
  'unknown user': 'accessDenied',
  'user exists only for': 'accessDenied',
  'account locked': 'accountLocked',
  'password expired': 'passwordExpired',
  'REQUIRE X509': 'accessDenied',
  'REQUIRE SSL account locked': 'accessDenied',
  'ed25519 account, plain': 'authPlugin',
  'mariadb-10.11/ed25519 account, TLS rejectUnauthorized': 'tlsFailed',
  'ed25519 account, TLS': 'authPlugin',
  'ed25519 OR': 'authPlugin',
  'mariadb-10.11/parsec account, plain': 'accessDenied',
  'mariadb-10.11/parsec account, TLS': 'tlsFailed',
  'parsec account': 'authPlugin',
  'caching_sha2_password account (MariaDB plugin), plain': 'accessDenied',
  'caching_sha2_password account (MariaDB plugin), TLS': 'tlsFailed',
  'mariadb-10.11/unix_socket only account over TCP': 'authPlugin',
  'unix_socket only': 'accessDenied',
  'auth_socket second factor': 'accessDenied',
  TLS: 'tlsFailed',
  'require_secure_transport=ON': 'tlsFailed',
  'mariadb-10.11/require_secure_transport=ON': 'accessDenied',
  'unknown database': 'other',
  'no privilege on the database': 'accessDenied',
  'nothing listens': 'refused',
  'host name does not resolve': 'unknownHost',
  'port open, server never speaks': 'hung',
  'port answers HTTP': 'lost',
  'port closes at once': 'lost',
  MAX_USER_CONNECTIONS: 'tooManyConnections',
  'too many connections': 'tooManyConnections',
  offline_mode: 'other',
  'statement on a connection that another': 'lost',
  'connection killed while': 'lost',
  'KILL QUERY while': 'other',
  'max_statement_time exceeded': 'other',
  'MAX_EXECUTION_TIME exceeded': 'other',
  'mysql2 option timeout': 'hung',
  'write ': 'other',
  'first statement of an account whose password is expired': 'passwordExpired',
  'unknown column': 'other',
  'unknown table': 'other',
  'statement missing': 'other',
  'multi statement': 'other',
};

function expectedFor(server: string, what: string): string | undefined {
  const keys = Object.keys(expected);
  const match = keys.find((key) => `${server}/${what}`.startsWith(key)) ?? keys.find((key) => what.startsWith(key));
  return match === undefined ? undefined : expected[match];
}

function check(server: string, file: string, phase: 'login' | 'open'): void {
  const { results } = recording(`${server}/${file}`) as Recorded;
  for (const { what, error } of results) {
    if (error === undefined) continue;
    it(`${server}: ${what}`, () => {
      const failure = toReachFailure(error, phase);
      assert.equal(failure.reason, expectedFor(server, what), JSON.stringify(error));
      const errno = typeof error['errno'] === 'number' && error['errno'] > 0 ? error['errno'] : undefined;
      assert.equal(failure.errno, errno, 'only a number of the server may be shown as one');
      assert.notEqual(failure.text, '');
    });
  }
}

describe('toReachFailure', () => {
  describe('on what three servers gave', () => {
    check('mariadb-10.11', 'connect-errors-tls.json', 'login');
    for (const server of ['mariadb-10.11', 'mariadb-11.8', 'mysql-9.7']) {
      check(server, 'connect-errors.json', 'login');
      check(server, 'open-connection-errors.json', 'open');
    }
  });

  it('knows a connection that never opened from one that opened and stayed silent', () => {
    const error = Object.assign(new Error('connect ETIMEDOUT'), { code: 'ETIMEDOUT' });
    assert.equal(toReachFailure(error, 'opening').reason, 'timedOut');
    assert.equal(toReachFailure(error, 'login').reason, 'hung');
  });

  it('takes the words of all addresses that were tried', () => {
    const attempt = (address: string) =>
      Object.assign(new Error(`connect ECONNREFUSED ${address}`), { code: 'ECONNREFUSED' });
    const failure = toReachFailure(new AggregateError([attempt('::1:1'), attempt('127.0.0.1:1')], ''), 'opening');
    assert.deepEqual(failure, {
      reason: 'refused',
      text: 'connect ECONNREFUSED ::1:1; connect ECONNREFUSED 127.0.0.1:1',
    });
  });

  it('makes something of anything that is thrown', () => {
    for (const thrown of [undefined, null, 'text', 7, {}, new RangeError('out of range')]) {
      assert.equal(typeof toReachFailure(thrown, 'login').text, 'string');
    }
  });
});
