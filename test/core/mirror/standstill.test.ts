import assert from 'node:assert/strict';
import { compareContents } from '../../../src/core/mirror/compareContents';
import type { ContentsEntry } from '../../../src/core/mirror/contents';
import { standstillOf } from '../../../src/core/mirror/standstill';
import { spec as v2 } from './builder';

const spec = { ...v2, api: 'v3', sourcePrefix: '/s/', destinationPrefix: '/d/' } as const;

type Side = Readonly<Record<string, readonly [value: string, revision: number]>>;

function sideOf(prefix: string, side: Side): Map<string, ContentsEntry> {
  return new Map(
    Object.entries(side).map(([key, [value, modifiedIndex]]) => [prefix + key, { value, modifiedIndex }] as const),
  );
}

function standstill(source: Side, destination: Side, of: Parameters<typeof standstillOf>[0] = spec) {
  const [from, to] = [sideOf('/s/', source), sideOf('/d/', destination)];
  return standstillOf(of, from, to, compareContents(of, from, to).differences);
}

describe('where make-mirror stands', () => {
  // `b` was the last change that was copied; the copies of all others are older.
  const source: Side = { a: ['new', 30], b: ['same', 20], c: ['newer', 40] };
  const destination: Side = { a: ['old', 101], b: ['same', 105], c: ['older', 102] };

  it('is before the earliest change after the newest one that both sides hold alike', () => {
    assert.deepEqual(standstill(source, destination), {
      ...{ key: '/s/a', revision: 30, appliedKey: '/s/b', appliedRevision: 20 },
    });
  });

  it('is not told by a copy that somebody wrote over: it is newer than what was copied last', () => {
    assert.equal(standstill(source, { ...destination, a: ['by hand', 106], c: ['by hand', 107] }), undefined);
    const one = standstill(source, { ...destination, a: ['by hand', 106] });
    assert.deepEqual([one?.key, one?.revision], ['/s/c', 40]);
  });

  it('is not told by a difference older than what was copied since', () => {
    assert.equal(standstill({ ...source, a: ['new', 10], c: ['newer', 19] }, destination), undefined);
  });

  it('is not told by what is missing or left over: both may have been done by hand', () => {
    assert.equal(standstill({ b: ['same', 20], n: ['1', 50] }, { b: ['same', 105], x: ['1', 90] }), undefined);
  });

  it('is not told where nothing was ever copied, nor where all is alike', () => {
    assert.equal(standstill({ a: ['1', 30] }, { a: ['2', 101] }), undefined);
    assert.equal(standstill(source, { a: ['new', 106], b: ['same', 105], c: ['newer', 107] }), undefined);
  });

  it('is of v3 only: etcd-mirror keeps its place itself', () => {
    assert.equal(standstill(source, destination, { ...spec, api: 'v2' }), undefined);
  });
});
