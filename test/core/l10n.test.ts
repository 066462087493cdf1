import assert from 'node:assert/strict';
import { digestOf, setMessages, t, translate } from '../../src/core/l10n';

describe('texts in another language', () => {
  afterEach(() => {
    setMessages(undefined);
  });
  const lag = (host: string, seconds: number) => t`${host} is ${seconds} s behind.`;

  it('are English without messages', () => {
    assert.equal(lag('db1', 5), 'db1 is 5 s behind.');
    assert.equal(translate('{0} instances', 3), '3 instances');
  });

  it('are found by the digest of the English, and fill in where that language has it', () => {
    setMessages({
      [digestOf('{0} is {1} s behind.')]: '{1} s liegt {0} zurück.',
      [digestOf('{0} instances')]: '{0} Instanzen',
    });
    assert.equal(lag('db1', 5), '5 s liegt db1 zurück.');
    // The same place once more, whose digest is known by now.
    assert.equal(lag('db2', 6), '6 s liegt db2 zurück.');
    assert.equal(translate('{0} instances', 3), '3 Instanzen');
  });

  it('are English where that language lacks one', () => {
    setMessages({});
    assert.equal(lag('{1}', 5), '{1} is 5 s behind.');
    assert.equal(translate('{0} instances', 3), '3 instances');
  });

  it('fill in what a server sends as it is', () => {
    setMessages({ [digestOf('{0} is {1} s behind.')]: '{1} s liegt {0} zurück.' });
    assert.equal(lag("{1} $& $'", 5), "5 s liegt {1} $& $' zurück.");
  });

  it('have digests as FNV-1a of 32 bits gives them', () => {
    // Published: the empty text, "a", "foobar" (http://www.isthe.com/chongo/tech/comp/fnv/).
    assert.deepEqual(
      ['', 'a', 'foobar'].map(digestOf),
      [0x811c9dc5, 0xe40c292c, 0xbf9cf968].map((hash) => hash.toString(36)),
    );
  });
});
