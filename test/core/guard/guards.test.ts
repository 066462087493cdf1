import assert from 'node:assert/strict';
import { nameToType, whyNotConfirmed } from '../../../src/core/guard/confirmation';
import { whyStale } from '../../../src/core/guard/evidenceAge';
import { describeIdentity, diffIdentity, identityOf } from '../../../src/core/guard/identity';
import { facts } from '../buildFleet';

const planned = { serverId: 101, hostname: 'db1100', port: 3311, gtidDomainId: 1 };

describe('identity of a server', () => {
  it('is the same only when every part of it is', () => {
    assert.deepEqual(diffIdentity(planned, { ...planned }), []);
    for (const [name, value] of [
      ['serverId', 102],
      ['hostname', 'db1101'],
      ['port', 3306],
      ['gtidDomainId', 2],
      ['uuid', 'x'],
    ] as const) {
      assert.equal(diffIdentity(planned, { ...planned, [name]: value }).length, 1, name);
    }
    const less = { serverId: 101, hostname: 'db1100', port: 3311 };
    assert.deepEqual(diffIdentity(planned, less), ['@@gtid_domain_id was 1, is not there.']);
    assert.deepEqual(diffIdentity({ ...less, uuid: 'a' }, { ...less, uuid: 'b' }), ['@@server_uuid was a, is b.']);
  });

  it('is another one when the server does not tell', () => {
    assert.equal(diffIdentity(planned, identityOf(undefined)).length, 1);
    assert.equal(identityOf(facts({ serverId: 1, hostname: 'h' })), undefined);
    assert.deepEqual(identityOf(facts(planned)), planned);
    assert.equal(describeIdentity(planned), 'server_id 101, hostname db1100, port 3311');
  });
});

describe('typed confirmation', () => {
  it('is asked for on production only', () => {
    assert.equal(nameToType('db1100:3311', false), undefined);
    assert.equal(whyNotConfirmed(undefined, ''), undefined);
    assert.equal(nameToType('db1100:3311', true), 'db1100:3311');
  });

  it('wants the whole name and nothing else', () => {
    assert.equal(whyNotConfirmed('db1100:3311', 'db1100:3311'), undefined);
    for (const typed of ['', ' ', 'y', 'yes', 'db1100', 'db1100:331', 'DB1100:3311', ' db1100:3311', 'db1100:3311\n']) {
      assert.match(whyNotConfirmed('db1100:3311', typed) ?? '', /\.$/, JSON.stringify(typed));
    }
  });
});

describe('age of evidence', () => {
  const nowMs = Date.parse('2026-11-24T10:00:30.000Z');
  const cases: readonly (readonly [string | undefined, RegExp | undefined])[] = [
    ['2026-11-24T10:00:30.000Z', undefined],
    ['2026-11-24T10:00:00.000Z', undefined],
    ['2026-11-24T09:59:59.000Z', /was read 31 s ago/],
    ['2026-11-24T10:00:31.000Z', undefined],
    ['2026-11-24T10:00:33.000Z', /in the future/],
    [undefined, /has not been read yet/],
    ['not a time', /has not been read yet/],
  ];
  for (const [at, expected] of cases) {
    it(`of ${at ?? 'no reading'}`, () => {
      const why = whyStale('db1:3306', at, nowMs);
      if (expected === undefined) assert.equal(why, undefined);
      else assert.match(why ?? '', expected);
    });
  }
});
