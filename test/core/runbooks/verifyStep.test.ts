import assert from 'node:assert/strict';
import type { FleetView } from '../../../src/core/fleetView';
import type { AccountAnswers } from '../../../src/core/grants/fromServer';
import type { Expectation, PlanStep } from '../../../src/core/runbooks/plan';
import { planRunbook } from '../../../src/core/runbooks/planRunbook';
import { verifyStep, type Verification } from '../../../src/core/runbooks/verifyStep';
import { at } from '../buildFleet';
import { beat, p, r, sql, type Node } from '../findings/fleetBuilder';
import { viewOf } from './fleet';
import { template, viewWithGrants } from './grantCases';

const stopped = { ioThread: 'stopped', sqlThread: 'stopped' } as const;
const [start] = planRunbook(viewOf({ [r]: { connection: stopped } }), 'replica.start', r).steps;
const connection = { key: r, connection: '' };
const account: Expectation = { kind: 'account', key: r, user: 'repl', host: '10.%', privileges: ['REPLICATION SLAVE'] };
const grants = (text: string): AccountAnswers => ({
  ...{ user: 'repl', host: '10.%', createUser: { kind: 'notAsked' } },
  grants: { kind: 'rows', texts: [text] },
});

interface Case {
  readonly title: string;
  readonly expectation: Expectation;
  readonly node?: Node;
  readonly view?: FleetView;
  readonly accounts?: readonly AccountAnswers[];
  readonly listed?: 'all' | 'own';
  readonly endedMs?: number;
  readonly gives: Verification['kind'];
}

const user = "CREATE USER 'u'@'10.%' IDENTIFIED BY 'x';";
const more = `${user} GRANT SELECT ON d.* TO 'u'@'10.%'`;
const asTemplate: Expectation = { kind: 'grants', key: r, template, part: 'all' };

const running: Expectation = { kind: 'threads', ...connection, thread: 'running' };

const cases: readonly Case[] = [
  { title: 'both threads run', expectation: running, gives: 'done' },
  {
    title: 'one thread connects',
    expectation: running,
    node: { connection: { ioThread: 'connecting' } },
    gives: 'notDone',
  },
  { title: 'it stopped again', expectation: running, node: { connection: sql(1062, 'Duplicate') }, gives: 'notDone' },
  { title: 'read before the step ended', expectation: running, endedMs: Date.parse(at) + 1, gives: 'unknown' },
  { title: 'another server answers', expectation: running, node: { facts: { serverId: 5 } }, gives: 'unknown' },
  { title: 'nobody answers', expectation: running, node: { failure: { reason: 'refused' } }, gives: 'unknown' },
  { title: 'the connection is gone', expectation: running, node: { connections: null }, gives: 'notDone' },
  { title: 'it has left the inventory', expectation: { ...running, key: 'x:1' }, gives: 'unknown' },
  {
    title: 'only one thread is stopped',
    expectation: { ...running, thread: 'stopped' },
    node: { connection: { ioThread: 'stopped' } },
    gives: 'notDone',
  },
  {
    title: 'grants are as the template says',
    expectation: asTemplate,
    view: viewWithGrants(r, more, more),
    gives: 'done',
  },
  { title: 'grants are missing', expectation: asTemplate, view: viewWithGrants(r, more, user), gives: 'notDone' },
  { title: 'grants are too many', expectation: asTemplate, view: viewWithGrants(r, user, more), gives: 'notDone' },
  {
    title: 'all is added, and what is too much waits for its own step',
    expectation: { ...asTemplate, part: 'adds' },
    view: viewWithGrants(r, user, more),
    gives: 'done',
  },
  {
    title: 'the grants were read before the step ended',
    expectation: asTemplate,
    view: viewWithGrants(r, more, more, new Date(Date.parse(at) - 1).toISOString()),
    gives: 'unknown',
  },
  { title: 'the grants were not read', expectation: asTemplate, gives: 'unknown' },
  { title: 'read_only is set', expectation: { kind: 'readOnly', key: r, isReadOnly: true }, gives: 'done' },
  { title: 'read_only is not set', expectation: { kind: 'readOnly', key: r, isReadOnly: false }, gives: 'notDone' },
  {
    title: 'rows are gone',
    expectation: { kind: 'heartbeatRowsGone', key: r, serverIds: [9] },
    node: { heartbeat: [beat(101, 1)] },
    gives: 'done',
  },
  {
    title: 'a row is left',
    expectation: { kind: 'heartbeatRowsGone', key: r, serverIds: [9] },
    node: { heartbeat: [beat(9, 1)] },
    gives: 'notDone',
  },
  {
    title: 'the table was not read',
    expectation: { kind: 'heartbeatRowsGone', key: r, serverIds: [9] },
    gives: 'unknown',
  },
  { title: 'GTID is used', expectation: { kind: 'gtid', ...connection, gtid: 'slavePos' }, gives: 'done' },
  {
    title: 'TLS is not verified',
    expectation: { kind: 'tls', ...connection },
    node: { connection: { tls: { asked: true } } },
    gives: 'notDone',
  },
  {
    title: 'TLS is verified',
    expectation: { kind: 'tls', ...connection },
    node: { connection: { tls: { asked: true, verify: true } } },
    gives: 'done',
  },
  {
    title: 'the source is another',
    expectation: { kind: 'source', ...connection, host: 'x', port: 3311 },
    gives: 'notDone',
  },
  { title: 'accounts were not read', expectation: account, gives: 'unknown' },
  { title: 'there is no such account', expectation: account, accounts: [], gives: 'notDone' },
  { title: 'we may not see accounts', expectation: account, accounts: [], listed: 'own', gives: 'unknown' },
  {
    title: 'a privilege is missing',
    expectation: account,
    accounts: [grants('GRANT USAGE ON *.* TO `repl`@`10.%`')],
    gives: 'notDone',
  },
  {
    title: 'the account is there',
    expectation: account,
    accounts: [grants('GRANT REPLICATION SLAVE ON *.* TO `repl`@`10.%`')],
    gives: 'done',
  },
];

function check({
  expectation,
  node = {},
  view = viewOf({ [r]: node }),
  accounts,
  listed = 'all',
  endedMs = Date.parse(at),
  gives,
}: Case): void {
  assert.ok(start !== undefined);
  const step: PlanStep = { ...start, expectation };
  const server = { flavor: 'mariadb', versionId: 101119 } as const;
  const verification = verifyStep(step, {
    ...{ view, endedMs },
    ...(accounts === undefined ? {} : { accounts: { server, accounts, listed } }),
  });
  assert.equal(verification.kind, gives, JSON.stringify(verification));
}

describe('verification of a step', () => {
  for (const each of cases) {
    it(`is ${each.gives} where ${each.title}`, () => {
      check(each);
    });
  }
  it('does not take the primary for the replica', () => {
    check({ title: '', expectation: { kind: 'readOnly', key: p, isReadOnly: false }, gives: 'unknown' });
  });
});
