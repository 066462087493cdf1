import assert from 'node:assert/strict';
import { parseV2Contents } from '../../../src/core/mirror/contents';

const listing = (node: unknown) => parseV2Contents(JSON.stringify({ action: 'get', node }));
const leaf = (key: string, value = key) => ({ key, value, modifiedIndex: 5, createdIndex: 4 });
const folder = (key: string, ...nodes: unknown[]) => ({ key, dir: true, nodes });

describe('contents listed by v2', () => {
  const tree = folder(
    '/conf',
    leaf('/conf/a'),
    folder('/conf/b', leaf('/conf/b/a'), folder('/conf/b/c', leaf('/conf/b/c/a')), leaf('/conf/b/d')),
    folder('/conf/bb', leaf('/conf/bb/a')),
    folder('/conf/empty'),
    { key: '/conf/none', dir: true },
    leaf('/conf/z'),
  );
  const keys = ['/conf/a', '/conf/b/a', '/conf/b/c/a', '/conf/b/d', '/conf/bb/a', '/conf/z'];

  it('hold every leaf of every folder once, and no folder', () => {
    const contents = listing(tree);
    const seen: string[] = [];
    contents.forEach(({ value }, key) => {
      assert.equal(value, key);
      seen.push(key);
    });
    assert.deepEqual(seen.sort(), keys);
    assert.equal(contents.size, keys.length);
  });

  it('are found by their keys in whatever order, and nothing else is', () => {
    const contents = listing(tree);
    for (const key of [...keys, ...keys.toReversed(), ...keys.filter((_, at) => at % 2 === 0)]) {
      assert.equal(contents.get(key)?.value, key);
      assert.ok(contents.has(key));
      for (const other of [`${key}/`, `${key}x`, key.slice(0, -1), '/conf/b', '/conf/b/c', '/other/a', 'a', '']) {
        assert.equal(contents.get(other), undefined, `${other} after ${key}`);
      }
    }
  });

  it('may be of the whole keyspace, of one key, or empty', () => {
    assert.equal(listing({ dir: true, nodes: [leaf('/a'), folder('/b', leaf('/b/c'))] }).get('/b/c')?.value, '/b/c');
    assert.equal(listing({ dir: true, nodes: [leaf('/a')] }).get('/a')?.value, '/a');
    const one = listing(leaf('/conf/a'));
    assert.deepEqual([one.size, one.get('/conf/a')?.value], [1, '/conf/a']);
    assert.equal(listing(folder('/conf')).size, 0);
  });
});
