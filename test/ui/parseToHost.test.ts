import assert from 'node:assert/strict';
import { parseToHost } from '../../src/protocol/parseToHost';

describe('parseToHost', () => {
  const request = (fields: object) => parseToHost({ kind: 'request', id: 1, request: fields });

  it('takes a plan by its id and instance, and no id that could be more than one', () => {
    const plan = { kind: 'planRunbook', id: 'replica.repairRow', key: 'db1:3306', connection: '' };
    assert.deepEqual(request({ ...plan, more: 1 }), { kind: 'request', id: 1, request: plan });
    const bare = { kind: plan.kind, id: plan.id, key: plan.key };
    assert.deepEqual(request(bare), { kind: 'request', id: 1, request: bare });
    for (const id of ['', 'a b', 'a?b=c', 7, undefined]) assert.equal(request({ ...plan, id }), undefined);
    assert.equal(request({ ...plan, key: 7 }), undefined);
  });
});
