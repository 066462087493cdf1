import assert from 'node:assert/strict';
import { finishComparison, firstComparison } from '../../../src/core/mirror/comparison';
import type { ContentsEntry } from '../../../src/core/mirror/contents';
import { atSecond, spec } from './builder';

type Keys = Readonly<Record<string, ContentsEntry>>;

const written = (createdIndex: number, modifiedIndex = createdIndex): ContentsEntry => ({
  value: String(modifiedIndex),
  createdIndex,
  modifiedIndex,
});

/** What a mirror that stands at 100 has left, both looks alike. */
function pendingOf(source: Keys, destination: Keys): { pending: number; pendingFrom: number | undefined } {
  const compared = firstComparison(spec, new Map(Object.entries(source)), new Map(Object.entries(destination)));
  const { pending, pendingFrom } = finishComparison(spec, compared, {
    ...{ again: compared, replicatedIndex: 100, sourceIndex: 300, at: atSecond(0), requests: [] },
  });
  return { pending, pendingFrom };
}

describe('what a mirror has still to be told of', () => {
  const check = (title: string, source: Keys, destination: Keys, pending: number, pendingFrom?: number): void => {
    it(title, () => {
      assert.deepEqual(pendingOf(source, destination), { pending, pendingFrom });
    });
  };

  check('is nothing where both sides are equal', { '/conftool/a': written(90) }, { '/conftool/a': written(90) }, 0);
  check(
    'begins at the first whole write',
    { '/conftool/a': written(150), '/conftool/b': written(140), '/conftool/c': written(90) },
    { '/conftool/a': written(80), '/conftool/c': written(90) },
    2,
    140,
  );
  check(
    'begins at the whole write of a key that was updated afterwards',
    { '/conftool/a': written(120, 180), '/conftool/b': written(150) },
    {},
    2,
    120,
  );
  check(
    'has no beginning where a key has been changed since by other actions only',
    { '/conftool/a': written(90, 180), '/conftool/b': written(150) },
    { '/conftool/a': written(90) },
    2,
  );
});
