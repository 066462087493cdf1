import { strict as assert } from 'node:assert';
import { createPrivateKey, createPublicKey, pbkdf2Sync, verify } from 'node:crypto';
import { signEd25519, signParsec } from '../../src/adapters/mysql/authPlugins';

const scramble = Buffer.from(Array.from({ length: 32 }, (_, index) => index));

/** A public key in the form that node reads (RFC 8410). */
const toKey = (raw: Buffer) =>
  createPublicKey({
    key: Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), raw]),
    format: 'der',
    type: 'spki',
  });

describe('signEd25519', () => {
  // The text after "ed25519 USING" in SHOW CREATE USER is the public key of the password, in base64.
  const known = {
    secret: 'ZIgUREUg5PVgQ6LskhXmO+eZLS0nC8be6HPjYWR4YJY',
    foo: 'vubFBzIrapbfHct1/J72dnUryz5VS7lA6XHH8sIx4TI',
  };
  for (const [password, publicKey] of Object.entries(known)) {
    it(`gives what the stored key of "${password}" accepts, and no other`, () => {
      const signature = signEd25519(password, scramble);
      assert.equal(signature.length, 64);
      const key = toKey(Buffer.from(`${publicKey}=`, 'base64'));
      assert.ok(verify(null, scramble, key, signature));
      assert.ok(!verify(null, scramble, key, signEd25519(`${password}x`, scramble)));
      assert.ok(!verify(null, Buffer.alloc(32), key, signature));
    });
  }

  it('takes any password', () => {
    for (const password of ['', 'ä'.repeat(300), '\0']) assert.equal(signEd25519(password, scramble).length, 64);
  });
});

describe('signParsec', () => {
  const salt = Buffer.from('0123456789abcdef01');
  const own = Buffer.alloc(32, 9);

  for (const factor of [0, 3]) {
    it(`signs both scrambles with the key of ${1024 << factor} rounds`, async () => {
      const answer = await signParsec('secret', scramble, Buffer.concat([Buffer.from([0x50, factor]), salt]), own);
      assert.deepEqual(answer.subarray(0, 32), own);
      const seed = pbkdf2Sync('secret', salt, 1024 << factor, 32, 'sha512');
      const der = Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), seed]);
      const key = createPublicKey(createPrivateKey({ key: der, format: 'der', type: 'pkcs8' }));
      assert.ok(verify(null, Buffer.concat([scramble, own]), key, answer.subarray(32)));
    });
  }

  const refused = { 'more work than any server asks for': [0x50, 4], 'another way': [0x51, 0], nothing: [] };
  for (const [title, head] of Object.entries(refused)) {
    it(`refuses ${title}`, async () => {
      const asked = head.length === 0 ? Buffer.alloc(0) : Buffer.concat([Buffer.from(head), salt]);
      await assert.rejects(signParsec('secret', scramble, asked), /parsec key/);
    });
  }
});
