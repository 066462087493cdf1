import assert from 'node:assert/strict';
import { GrantReviews } from '../../src/app/grantReviews';
import { GrantStore, type ReadProgress } from '../../src/app/grantStore';
import { grantLogic } from '../../src/core/grantLogic';
import type { ServerAnswers } from '../../src/core/grants/fromServer';
import type { GrantTemplateSpec } from '../../src/core/inventory/model';
import { failed, ok, type Outcome } from '../../src/core/outcome';
import type { ReachFailure } from '../../src/core/replication/reading';
import { toFleetView } from '../../src/core/toFleetView';
import type { GrantsReader } from '../../src/ports';
import { buildInventory, buildSnapshot, from } from '../core/buildFleet';
import { ManualClock, settle, silentLog } from './manualClock';

/** What a server with these grants of one account answers. */
function answers(...grants: readonly string[]): ServerAnswers {
  const create = "CREATE USER `app`@`10.%` IDENTIFIED BY PASSWORD '*AB'";
  return {
    server: { flavor: 'mariadb', versionId: 101119 },
    listed: 'all',
    accounts: [
      {
        ...{ user: 'app', host: '10.%' },
        grants: {
          kind: 'rows',
          texts: ["GRANT USAGE ON *.* TO `app`@`10.%` IDENTIFIED BY PASSWORD '*AB'", ...grants],
        },
        createUser: { kind: 'rows', texts: [create] },
      },
    ],
  };
}
const select = 'GRANT SELECT ON `shop`.* TO `app`@`10.%`';

type Answer = Outcome<ServerAnswers, ReachFailure>;
const keys = ['p:1', 'r:1', 's:1', 't:1', 'u:1', 'v:1'];
const inventory = buildInventory({ s1: { instances: keys, primary: 'p:1' } });
const spec = (key: string) => {
  const found = inventory.instances.find((each) => each.key === key);
  assert.ok(found);
  return found;
};
const never = () => new AbortController().signal;

/** Instances answer when the test lets them. */
function harness({ mayConnect = true, answer = (_key: string): Answer => ok(answers(select)) } = {}) {
  const clock = new ManualClock();
  const open = new Map<string, () => void>();
  let asked = 0;
  let most = 0;
  const reader: GrantsReader = {
    readGrants: (instance, signal, onProgress) => {
      asked += 1;
      onProgress?.({ asked: 1, total: 2 });
      return new Promise((resolve) => {
        const end = (result: Answer) => {
          open.delete(instance.key);
          resolve(result);
        };
        open.set(instance.key, () => {
          end(answer(instance.key));
        });
        most = Math.max(most, open.size);
        signal.addEventListener('abort', () => {
          end(failed({ reason: 'cancelled', text: 'Cancelled.' }));
        });
      });
    },
  };
  const store = new GrantStore({
    logic: () => Promise.resolve(grantLogic),
    reader: () => Promise.resolve(reader),
    mayConnect: () => mayConnect,
    clock,
    log: silentLog,
  });
  const release = async (key: string) => {
    open.get(key)?.();
    await settle();
  };
  return { store, clock, open, release, asked: () => asked, most: () => most };
}

describe('GrantStore', () => {
  it('reads four at a time, tells how far it is, and keeps each with its time', async () => {
    const { store, clock, open, release, most } = harness();
    const told: ReadProgress[] = [];
    let changes = 0;
    store.onDidChange(() => (changes += 1));
    const reading = store.readAll(keys.map(spec), never(), (step) => told.push(step));
    await settle();
    assert.deepEqual([...open.keys()], keys.slice(0, 4));
    assert.ok(store.isReading('v:1'), 'waiting for its turn is reading');
    await clock.advance(1000);
    await release('r:1');
    assert.deepEqual([...open.keys()], ['p:1', 's:1', 't:1', 'u:1']);
    for (const key of ['p:1', 's:1', 't:1', 'u:1', 'v:1']) await release(key);
    await reading;
    assert.equal(most(), 4);
    assert.equal(store.get('r:1')?.readAtMs, clock.now());
    assert.equal(store.get('v:1')?.grants?.model.accounts.size, 1);
    assert.equal(store.isReading('p:1'), false);
    assert.deepEqual(told.at(-1), { done: 6, total: 6, text: 'v:1' });
    assert.ok(told.some(({ text }) => text === 'p:1, 1 of 2 accounts'));
    assert.ok(changes >= 12);
  });

  it('keeps what was known when a later reading fails, and says so', async () => {
    let good = true;
    const { store, release } = harness({
      answer: () => (good ? ok(answers(select)) : failed({ reason: 'accessDenied', text: 'Access denied.' })),
    });
    const first = store.read(spec('p:1'), never());
    await settle();
    await release('p:1');
    await first;
    good = false;
    const second = store.read(spec('p:1'), never());
    await settle();
    await release('p:1');
    assert.equal((await second).failure?.text, 'Access denied.');
    assert.equal(store.get('p:1')?.grants?.model.accounts.size, 1);
    good = true;
    const third = store.read(spec('p:1'), never());
    await settle();
    await release('p:1');
    assert.equal((await third).failure, undefined);
  });

  it('reads an instance once for all who ask at the same time', async () => {
    const { store, release, asked } = harness();
    const both = [store.read(spec('p:1'), never()), store.read(spec('p:1'), never())];
    await settle();
    await release('p:1');
    await Promise.all(both);
    assert.equal(asked(), 1);
  });

  it('leaves what it knew when it is cancelled, and reads for those who did not cancel', async () => {
    const { store, release, asked } = harness();
    const abort = new AbortController();
    const given = store.read(spec('p:1'), abort.signal);
    await settle();
    const patient = store.read(spec('p:1'), never());
    abort.abort();
    assert.equal((await given).failure?.reason, 'cancelled');
    assert.equal(store.get('p:1'), undefined);
    await settle();
    await release('p:1');
    assert.equal((await patient).grants?.model.accounts.size, 1);
    assert.equal(asked(), 2);
  });

  it('does not start what was cancelled while it waited', async () => {
    const { store, asked } = harness();
    const abort = new AbortController();
    const reading = store.readAll(keys.map(spec), abort.signal);
    await settle();
    abort.abort();
    await reading;
    assert.equal(asked(), 4);
  });

  it('connects to nothing without trust', async () => {
    const { store, asked } = harness({ mayConnect: false });
    assert.equal((await store.read(spec('p:1'), never())).failure?.reason, 'untrusted');
    assert.equal(asked(), 0);
  });

  it('forgets instances that the inventory no longer names', async () => {
    const { store, release } = harness();
    const reading = store.read(spec('p:1'), never());
    await settle();
    await release('p:1');
    await reading;
    store.retain(new Set(['r:1']));
    assert.equal(store.get('p:1'), undefined);
  });
});

describe('GrantReviews', () => {
  const template =
    "CREATE USER 'app'@'<%= @net %>' IDENTIFIED BY '<%= @p %>';\nGRANT SELECT, INSERT ON shop.* TO 'app'@'<%= @net %>';\n";
  const entry = (more: Partial<GrantTemplateSpec>): GrantTemplateSpec => ({
    ...{ files: 'grants/*.sql.erb', clusters: ['s1'], on: 'primary', variables: { net: '10.%' } },
    ...more,
  });
  const file = { path: 'grants/app.sql.erb', text: template };

  async function reviewsOf(specs: readonly GrantTemplateSpec[], read: readonly string[] = ['p:1', 'r:1']) {
    const { store, release } = harness();
    const named = { ...inventory, grantTemplates: specs };
    const view = toFleetView(buildSnapshot(named, { 'p:1': {}, 'r:1': { connections: [from('p:1')] } }));
    const reading = store.readAll(read.map(spec), never());
    await settle();
    for (const key of read) await release(key);
    await reading;
    return new GrantReviews({ logic: grantLogic, store, view: () => view });
  }

  it('finds the instances of a template, over all entries that name it', async () => {
    const reviews = await reviewsOf([entry({}), entry({ files: 'grants/app*', on: 'all' }), entry({ files: 'x.sql' })]);
    assert.equal(reviews.specsOf(file.path).length, 2);
    assert.deepEqual(
      reviews.targetsOf(file.path).map(({ key }) => key),
      keys,
    );
    assert.deepEqual(reviews.targetsOf('grants/other.sql'), []);
  });
  it('reviews a text that changes without reading again', async () => {
    const reviews = await reviewsOf([entry({})]);
    const states = (text: string) =>
      reviews.review({ ...file, text }).statements.map(({ groups }) => groups.map(({ state }) => state).join());
    assert.deepEqual(states(template), ['match', 'differs']);
    assert.deepEqual(states(template.replace(', INSERT', '')), ['match', 'match']);
  });
  it('reports one instance', async () => {
    const report = (await reviewsOf([entry({})])).report(file, 'p:1');
    assert.deepEqual(
      report.accounts.map(({ account, state, items }) => [account, state, items.map(({ line }) => line)]),
      [["'app'@'10.%'", 'differs', [2]]],
    );
    assert.equal(report.instance, 'p:1');
    assert.equal(report.template, file.path);
    assert.doesNotMatch(report.fixSql, /sql_log_bin/);
  });
  it('keeps the fix out of the binary log of a replica, and of what may be one', async () => {
    const reviews = await reviewsOf([entry({ on: 'all' })], ['p:1', 'r:1', 's:1']);
    assert.match(reviews.fixSql(file, 'r:1'), /^SET SESSION sql_log_bin=0;$/m);
    assert.match(reviews.fixSql(file, 's:1'), /Whether it is a replica is not known[^]*^SET SESSION sql_log_bin=0;$/m);
    assert.doesNotMatch(reviews.fixSql(file, 'p:1'), /sql_log_bin/);
  });
  it('takes the values of the entry that is for the instance', async () => {
    const other = entry({ clusters: ['s2'], variables: { net: '172.%' } });
    const reviews = await reviewsOf([other, entry({})]);
    assert.equal(reviews.report(file, 'p:1').accounts[0]?.account, "'app'@'10.%'");
    // A replica of the cluster, although the template is for the primary.
    assert.equal(reviews.report(file, 'r:1').accounts[0]?.account, "'app'@'10.%'");
  });
  it('says what is wrong in a sentence', async () => {
    const reviews = await reviewsOf([entry({})]);
    assert.throws(() => reviews.report({ ...file, path: 'other.sql' }, 'p:1'), /other\.sql is no template/);
    assert.throws(() => reviews.report(file, 's:1'), /s:1 were not read yet/);
  });
});
