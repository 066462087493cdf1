import assert from 'node:assert/strict';
import { LagHistory, lagSeriesId } from '../../src/app/lagHistory';

describe('LagHistory', () => {
  const id = lagSeriesId('db1:3306', 'matomo');

  it('gives the points back in order, unknown as null', () => {
    const history = new LagHistory();
    history.add(id, 1000, 0.5);
    history.add(id, 2000, undefined);
    history.add(id, 3000, 700);
    assert.deepEqual(history.read(id, 0), { at: [1, 2, 3], lagSeconds: [0.5, null, 700] });
    assert.deepEqual(history.read(id, 2000), { at: [2, 3], lagSeconds: [null, 700] });
    assert.deepEqual(history.read('other', 0), { at: [], lagSeconds: [] });
  });

  it('grows, then forgets the oldest', () => {
    const history = new LagHistory();
    for (let index = 0; index < 10_000; index++) history.add(id, index * 10_000, index);
    const { at, lagSeconds } = history.read(id, 0);
    assert.equal(at.length, 8640);
    assert.equal(lagSeconds[0], 10_000 - 8640);
    assert.equal(lagSeconds.at(-1), 9999);
    assert.ok(at.every((value, index) => index === 0 || value > (at[index - 1] ?? 0)));
  });

  it('retains only what is still looked at', () => {
    const history = new LagHistory();
    history.add(id, 1000, 1);
    history.retain(() => false);
    assert.deepEqual(history.read(id, 0).at, []);
  });
});
