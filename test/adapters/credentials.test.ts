import { strict as assert } from 'node:assert';
import type { InstanceSpec } from '../../src/core/inventory/model';
import type { MysqlReaderOptions } from '../../src/adapters/mysql/mysqlReader';
import { errorPayload, packet } from './fakeServer';
import { failureOf, instance } from './harness';
import { facts, isFacts, useFakes } from './useFakes';

describe('passwords', () => {
  const { fake, reader } = useFakes();

  const password = 'hunter2-äö';
  const named = (more: Partial<NonNullable<InstanceSpec['credentials']>>) => ({
    credentials: { name: 'monitor', user: 'u', ...more },
  });
  const bySecret = named({ password: { kind: 'secret', name: 'monitor' } });
  const byVariable = named({ password: { kind: 'env', variable: 'REPLIDECK_TEST_PASSWORD' } });

  const missing = (title: string, more: Partial<InstanceSpec>, text: RegExp, options?: Partial<MysqlReaderOptions>) => {
    it(title, async () => {
      const failure = failureOf(await reader({}, options).once(instance(1, { timeoutSeconds: 0.2, ...more })));
      assert.equal(failure.reason, 'credentialsMissing');
      assert.match(failure.text, text);
    });
  };
  missing('no secret was given', bySecret, /No password was given for "monitor"/);
  missing('a secret that is still being typed', bySecret, /has not been given yet/, {
    secrets: { get: () => new Promise(() => undefined) },
  });
  missing('a store that fails', bySecret, /could not be read/, {
    secrets: { get: () => Promise.reject(new Error(`cannot decrypt ${password}`)) },
  });
  missing('a variable that is not set', byVariable, /REPLIDECK_TEST_PASSWORD is not set/);
  missing('an option file that is missing', named({ optionFile: '/nonexistent/my.cnf' }), /does not exist/);
  missing('a certificate file that is missing', { tls: { mode: 'verify-ca', ca: '/nonexistent/ca.pem' } }, /tls\.ca/);
  missing('no user anywhere', { credentials: { name: 'monitor' } }, /name no user/, { environment: {} });

  it('stand in no failure, answer or log, even when the server repeats them', async () => {
    const server = await fake({
      onLogin: (socket) => socket.end(packet(2, errorPayload(1045, `Access denied, you sent ${password}`, '28000'))),
    });
    const echo = await fake({
      reply: (statement) => (isFacts(statement) ? facts : { errno: 1227, text: `denied ${password}` }),
    });
    const ours = reader({ monitor: password }, { environment: { REPLIDECK_TEST_PASSWORD: password } });
    const readings = [
      await ours.once(instance(server.port, bySecret)),
      await ours.once(instance(server.port, byVariable)),
      await ours.once(instance(echo.port, bySecret)),
    ];
    assert.equal(failureOf(readings[0]!).reason, 'accessDenied');
    assert.match(JSON.stringify(readings), /you sent •••/);
    assert.doesNotMatch(JSON.stringify([readings, ours.logged]), /hunter2/);
  });
});
