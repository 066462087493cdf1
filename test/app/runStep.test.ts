import assert from 'node:assert/strict';
import { startedEntry } from '../../src/app/auditStep';
import { judge, verifyAgain } from '../../src/app/runStep';
import type { FleetView } from '../../src/core/fleetView';
import { failed } from '../../src/core/outcome';
import { runbookLogic } from '../../src/core/runbookLogic';
import type { CommandEnd, StepResult } from '../../src/core/runbooks/auditEntry';
import type { RunbookPlan } from '../../src/core/runbooks/plan';
import type { Verification } from '../../src/core/runbooks/verifyStep';
import { error, p, r, type Node } from '../core/findings/fleetBuilder';
import { calm, viewOf } from '../core/runbooks/fleet';
import { attempt, type Attack } from './runStepLab';

const stopped = { ioThread: 'stopped', sqlThread: 'stopped', secondsBehind: undefined } as const;
const standing = (node: Node = {}): FleetView => viewOf({ [r]: { connection: stopped, ...node } });
const running = viewOf();
const planOf = (view: FleetView, id: string, key = r, inputs: Record<string, string> = {}): RunbookPlan =>
  runbookLogic.planRunbook(view, id, key, inputs);
const start = planOf(standing(), 'replica.start');
const never: Partial<Attack> = { views: [standing()] };

interface Refusal extends Partial<Attack> {
  readonly title: string;
  readonly why: RegExp;
  /** Events that may have happened before. */
  readonly after?: readonly string[];
}

const stepOf = (id = 'start') => start.steps.find((step) => step.id === id);

const signalled = AbortSignal.abort();
const refusals: readonly Refusal[] = [
  { title: 'the workspace is not trusted', options: { mayConnect: () => false }, why: /not trusted/, after: [] },
  { title: 'the plan has no such step', stepId: 'other', why: /no such step/, after: [] },
  { title: 'it is done already', request: { done: new Set(['start']) }, why: /done already/, after: [] },
  {
    title: 'the client is not installed',
    options: { programs: { find: (names) => Promise.resolve(Object.fromEntries(names.map((n) => [n, undefined]))) } },
    why: /^program\.mariadb: not on PATH/,
    after: [],
  },
  {
    title: 'the terminal cannot be used',
    options: { runner: { open: () => Promise.resolve(failed('Its shell is cmd.exe.')) } },
    why: /cmd\.exe/,
    after: [],
  },
  { title: 'another name was typed', options: { confirm: () => Promise.resolve('db2100') }, why: /not db2100\.codfw/ },
  { title: 'it was called off at the name', options: { confirm: () => Promise.resolve(undefined) }, why: /called off/ },
  { title: 'it was called off meanwhile', signal: signalled, why: /called off/ },
  { title: 'another server answers by now', views: [standing({ facts: { serverId: 9 } })], why: /is another server/ },
  { title: 'a check has gone red', views: [running], why: /connection\.stands/ },
  {
    title: 'another poll saw what its operator did not',
    views: [standing({ connection: { ...stopped, sqlError: error(1062, 'Duplicate entry') } })],
    why: /The ground has changed .*connection\.noError/,
  },
  {
    title: 'the audit log cannot be written',
    options: { audit: { append: () => Promise.reject(new Error('ENOSPC')), read: () => assert.fail() } },
    why: /nothing was run: ENOSPC/,
  },
  {
    title: 'its files cannot be written',
    options: { secretFiles: { folder: '', write: () => Promise.reject(new Error('EROFS')) } },
    why: /nothing was run: EROFS/,
  },
];

describe('running a step', () => {
  for (const { title, why, after, ...attack } of refusals) {
    it(`runs nothing where ${title}`, async () => {
      const { outcome, events, entries } = await attempt({ plan: start, ...never, ...attack } as Attack);
      assert.ok(outcome.kind === 'refused', JSON.stringify(outcome));
      assert.match(outcome.why, why);
      assert.ok(!events.includes('run') && !events.includes('started'), events.join());
      const [last, ...before] = events.toReversed();
      const isWritten = stepOf(attack.stepId) !== undefined && attack.options?.audit === undefined;
      assert.equal(last === 'audit refused', isWritten, events.join());
      if (after !== undefined) assert.deepEqual(isWritten ? before.toReversed() : events, after);
      if (isWritten) {
        const entry = entries.at(-1);
        assert.deepEqual(
          [entry?.who, entry?.target, entry?.step],
          ['dba@bastion', r, 'Start both threads of the default connection of db2100.codfw.wmnet:3311'],
        );
        assert.match(entry?.why ?? '', why);
      }
      const hasWritten = events.some((event) => event.startsWith('write'));
      assert.equal(events.includes('remove'), hasWritten, 'its files are gone');
    });
  }

  it('writes down no word that was typed for a name, and redacts why', async () => {
    const typed = await attempt({
      ...{ plan: start, views: [standing()] },
      options: { confirm: () => Promise.resolve('my canary password') },
    });
    const broken = await attempt({
      ...{ plan: start, views: [standing()] },
      options: { runner: { open: () => Promise.resolve(failed("IDENTIFIED BY 'canary'")) } },
    });
    for (const { entries } of [typed, broken]) {
      assert.equal(entries.at(-1)?.kind, 'refused');
      assert.ok(!JSON.stringify(entries).includes('canary'), JSON.stringify(entries));
    }
  });

  it('redacts the command and the reason, should either ever hold a secret', () => {
    const [step] = start.steps;
    assert.ok(step !== undefined);
    const by = {
      logic: runbookLogic,
      who: 'dba@bastion',
      clock: { now: () => 0, random: () => 0, idleMs: () => 0, after: () => () => 0 },
    };
    const said = "IDENTIFIED BY 'canary'";
    const override = { checks: ['connection.stands'], reason: said };
    const entry = startedEntry(by, { plan: start, override }, step, said, r);
    assert.equal(entry.command, 'IDENTIFIED BY <secret>');
    assert.ok(!JSON.stringify(entry).includes('canary'));
  });

  it('confirms, reads, writes down, runs and reads again, in this order', async () => {
    const { outcome, events, entries, line } = await attempt({ plan: start, views: [standing(), running] });
    assert.equal(outcome.kind, 'done');
    assert.deepEqual(
      events.map((event) => event.replace(/^read .*/, 'read')),
      [
        ...['open target', `confirm ${r}`, 'read', 'write', 'audit started', 'started', 'run', 'remove'],
        ...['read', 'audit ended'],
      ],
    );
    assert.match(line, /^mariadb --host=db2100.* START SLAVE;'$/);
    const [first, last] = entries;
    assert.ok(first !== undefined && last !== undefined);
    assert.deepEqual(
      [first.who, first.target, first.identity?.serverId, first.command, first.typedName, first.result],
      ['dba@bastion', r, 201, line, r, undefined],
    );
    assert.equal(last.run, first.run);
    assert.deepEqual([last.end, last.result], [{ kind: 'exited', code: 0 }, 'done']);
    assert.match(last.verification ?? '', /IO thread running, SQL thread running/);
  });

  it('waits for the server to show it', async () => {
    const connecting = viewOf({ [r]: { connection: { ioThread: 'connecting' } } });
    const { outcome } = await attempt({ plan: start, views: [standing(), connecting, connecting, running] });
    assert.equal(outcome.kind, 'done');
  });

  it('is not done by an exit code of 0', async () => {
    const { outcome, events } = await attempt({ plan: start, views: [standing()] });
    assert.ok(outcome.kind === 'failed');
    assert.match(
      outcome.words,
      /^It ended with exit code 0; the server says: IO thread stopped, SQL thread stopped\.$/,
    );
    // It asked for half a minute.
    assert.ok(events.filter((event) => event.startsWith('read')).length > 20);
  });

  it('has failed where the client did, whatever the server says, and asks only once', async () => {
    const { outcome, events } = await attempt({
      ...{ plan: start, views: [standing(), running] },
      end: { kind: 'exited', code: 1 },
    });
    assert.ok(outcome.kind === 'failed');
    assert.match(outcome.words, /exit code 1; the server says: IO thread running/);
    assert.equal(events.filter((event) => event.startsWith('read')).length, 2);
  });

  it('is unverified where the server cannot be asked, or is another one by then', async () => {
    const dead = viewOf({ [r]: { failure: { reason: 'refused' } } });
    const other = viewOf({ [r]: { facts: { serverId: 9 } } });
    for (const view of [dead, other]) {
      const { outcome, entries } = await attempt({ plan: start, views: [standing(), view] });
      assert.equal(outcome.kind, 'unverified');
      assert.equal(entries.at(-1)?.result, 'unverified');
    }
  });

  it('counts what nobody saw end as unverified, until it is asked for again', async () => {
    const ends: readonly CommandEnd[] = [
      { kind: 'closed' },
      { kind: 'cancelled', isGone: true },
      { kind: 'cancelled', isGone: false },
      { kind: 'unknown', why: 'the shell did not say' },
    ];
    for (const end of ends) {
      const { outcome, entries, events } = await attempt({ plan: start, views: [standing(), running], end });
      assert.ok(outcome.kind === 'unverified', JSON.stringify(outcome));
      assert.match(outcome.words, /the server says: IO thread running/);
      assert.deepEqual(entries.at(-1)?.end, end);
      assert.ok(events.includes('remove'));
    }
  });

  it('believes the server after a line that the operator started', async () => {
    const byHand = await attempt({ plan: start, views: [standing(), running], end: { kind: 'byHand' } });
    assert.equal(byHand.outcome.kind, 'done');
    const notRun = await attempt({ plan: start, views: [standing()], end: { kind: 'byHand' } });
    assert.equal(notRun.outcome.kind, 'failed');
  });

  it('shows the command again before it runs in a shell that reads other quotes', async () => {
    const { outcome, events } = await attempt({ plan: start, views: [standing()], shell: 'fish' });
    assert.deepEqual(outcome, { kind: 'otherShell', shell: 'fish' });
    assert.ok(!events.includes('run'));
    const fish = await attempt({
      ...{ plan: start, views: [standing(), running], shell: 'fish' },
      request: { shell: 'fish' },
    });
    assert.equal(fish.outcome.kind, 'done');
    assert.match(fish.line, /\\'db2100\\'/);
  });

  it('takes no step before those that it builds on', async () => {
    const plan = planOf(running, 'replica.repoint', r, { source: p });
    const [first, second] = plan.steps;
    assert.ok(first !== undefined && second !== undefined && plan.steps.length > 2);
    const early = await attempt({ plan, stepId: second.id, views: [running] });
    assert.ok(early.outcome.kind === 'refused');
    assert.match(early.outcome.why, /^Step 1 comes first and is not done: IO thread running/);
    // Verified here, or so by itself: then it may.
    const after = await attempt({ plan, stepId: second.id, views: [standing()], request: { done: new Set(['stop']) } });
    assert.doesNotMatch(JSON.stringify(after.outcome), /comes first/);
    const byItself = await attempt({ plan, stepId: second.id, views: [standing()] });
    assert.doesNotMatch(JSON.stringify(byItself.outcome), /comes first/);
  });

  describe('with an override', () => {
    const refusing = planOf(running, 'replica.start');
    const override = { checks: ['connection.stands'], reason: 'the status lies, see ticket 12' };

    it('passes over the check that it names, and writes the reason down', async () => {
      const { outcome, entries } = await attempt({ plan: refusing, views: [running], request: { override } });
      assert.equal(outcome.kind, 'done');
      assert.deepEqual(entries[0]?.override?.reason, override.reason);
      assert.match(entries[0].override.checks.join(), /^connection\.stands: /);
    });

    it('runs nothing without it, nor where harm is certain', async () => {
      assert.equal((await attempt({ plan: refusing, views: [running] })).outcome.kind, 'refused');
      const second = planOf(running, 'instance.setWritable');
      const all = { checks: second.checks.map(({ id }) => id), reason: 'because I say so' };
      const { outcome, events } = await attempt({ plan: second, views: [running], request: { override: all } });
      assert.ok(outcome.kind === 'refused');
      assert.match(outcome.why, /cluster\.noOtherWritable/);
      assert.ok(!events.includes('run'));
    });

    it('never reaches what is on the never-list', async () => {
      // A plan whose statement was tampered with, and whose runbook would plan the same.
      const plan = {
        ...start,
        steps: start.steps.map((step) => ({ ...step, call: { ...step.call, statements: ['RESET MASTER'] } })),
      };
      const all = { checks: plan.checks.map(({ id }) => id), reason: 'please' };
      const { outcome, events } = await attempt({ plan, views: [standing()], request: { override: all } });
      assert.equal(outcome.kind, 'refused');
      assert.ok(!events.includes('run'));
    });
  });

  describe('with secrets', () => {
    const quiet = calm(
      viewOf({
        [p]: { spec: { credentials: { name: 'm', user: "o'dba", password: { kind: 'secret', name: 'dba' } } } },
      }),
    );
    const account = planOf(quiet, 'source.createReplicationAccount', p, { host: '10.64.%' });

    it('asks for them before the last reading, and lets them stand in files only', async () => {
      const { events, written, line, entries } = await attempt({ plan: account, views: [quiet] });
      assert.ok(events.indexOf('ask password') < events.findIndex((event) => event.startsWith('read')), events.join());
      assert.deepEqual(
        written.map(({ path, content }) => [path, content.includes('canary')]),
        [
          ['/store/run.cnf', true],
          ['/store/run.sql', true],
        ],
      );
      assert.match(written[0]?.content ?? '', /^\[client\]\nuser = "o'dba"\npassword = "pass canary"\n$/);
      assert.match(line, /--defaults-extra-file=\/store\/run\.cnf .* < \/store\/run\.sql$/);
      assert.ok(!(line + JSON.stringify(entries)).includes('canary'));
      assert.ok(events.indexOf('remove') > events.indexOf('run'));
    });

    it('runs nothing without them, and removes its files when the terminal breaks', async () => {
      const cases: readonly [Partial<Attack>, RegExp][] = [
        [{ options: { askSecret: () => Promise.resolve(undefined) } }, /called off/],
        [{ options: { askSecret: () => Promise.resolve('') } }, /There is no new password/],
        [{ options: { askSecret: () => Promise.resolve('x'.repeat(97)) } }, /longer than the 96/],
        [{ options: { passwordOf: () => Promise.resolve(failed('No password was given for "dba".')) } }, /for "dba"/],
      ];
      for (const [attack, why] of cases) {
        const { outcome, events } = await attempt({ plan: account, views: [quiet], ...attack });
        assert.ok(outcome.kind === 'refused', JSON.stringify(outcome));
        assert.match(outcome.why, why);
        assert.ok(!events.some((event) => event.startsWith('write')), events.join());
      }
      const breaking = { shell: 'posix', run: () => Promise.reject(new Error('gone')) } as const;
      const { outcome, events } = await attempt({
        ...{ plan: account, views: [quiet] },
        options: { runner: { open: () => Promise.resolve({ kind: 'ok', value: breaking }) } },
      });
      assert.equal(outcome.kind, 'unverified');
      assert.equal(events.filter((event) => event === 'remove').length, 1);
    });
  });
});

describe('judging a step', () => {
  it('needs the server’s word, whatever the exit code', () => {
    const said: Readonly<Record<Verification['kind'], Verification>> = {
      done: { kind: 'done', measured: 'so' },
      notDone: { kind: 'notDone', measured: 'not so' },
      unknown: { kind: 'unknown', why: 'Nobody answers.' },
    };
    const table: readonly (readonly [CommandEnd, StepResult, StepResult, StepResult])[] = [
      [{ kind: 'exited', code: 0 }, 'done', 'failed', 'unverified'],
      [{ kind: 'byHand' }, 'done', 'failed', 'unverified'],
      [{ kind: 'exited', code: 1 }, 'failed', 'failed', 'failed'],
      [{ kind: 'notStarted', why: 'x' }, 'failed', 'failed', 'failed'],
      [{ kind: 'unknown', why: 'x' }, 'unverified', 'unverified', 'unverified'],
      [{ kind: 'closed' }, 'unverified', 'unverified', 'unverified'],
      [{ kind: 'cancelled', isGone: false }, 'unverified', 'unverified', 'unverified'],
    ];
    for (const [end, done, notDone, unknown] of table) {
      assert.deepEqual(
        [judge(end, said.done), judge(end, said.notDone), judge(end, said.unknown)].map(({ result }) => result),
        [done, notDone, unknown],
        end.kind,
      );
    }
  });

  it('asks again about what was unverified, and writes that down too', async () => {
    const first = await attempt({ plan: start, views: [standing()], end: { kind: 'closed' } });
    assert.ok('entry' in first.outcome);
    const entries: string[] = [];
    const again = await verifyAgain(
      {
        logic: runbookLogic,
        clock: {
          now: () => Date.parse('2026-11-24T10:00:00.000Z'),
          random: () => 0,
          idleMs: () => 0,
          after: () => () => undefined,
        },
        read: () => Promise.resolve(),
        view: () => running,
        accountsOf: () => Promise.resolve(undefined),
        endOf: () => Promise.resolve(undefined),
        audit: {
          append: (entry) => Promise.resolve(void entries.push(`${entry.kind} ${entry.result ?? ''}`)),
          read: () => assert.fail(),
        },
      },
      start.steps[0]!,
      first.outcome.entry,
      new AbortController().signal,
    );
    assert.equal(again.kind, 'done');
    assert.deepEqual(entries, ['verified done']);
  });
});
