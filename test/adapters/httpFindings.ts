import { groupBody, partitionSample, stalled, stoppedAtZero, unknownGroup } from '../core/burrow/samples';
import type { Nodes } from '../core/findings/fleetBuilder';
import { recordedAnswer, recordedAt } from '../core/orchestrator/recorded';
import type { Answer } from './hostileServers';

/** What a real server at the other end has to say for a finding. */
export interface HttpFinding {
  readonly kind: 'orchestrator' | 'burrow';
  /** Undefined: nobody listens. */
  readonly answer: Answer | undefined;
  /** When it is read; undefined: now. */
  readonly atMs?: number;
  /** Servers that are read directly beside it, changed from well. */
  readonly beside?: Nodes;
}

/** Answers as recorded in a state; those that were not recorded there as in the healthy one. */
export const recordedIn =
  (state: string): Answer =>
  ({ url = '' }, response) => {
    const recorded = recordedAnswer(state, url) ?? recordedAnswer('healthy', url);
    if (recorded === undefined) response.writeHead(404).end('404 page not found\n');
    else response.writeHead(recorded.status, recorded.headers).end(recorded.body);
  };

/** To everything the one answer that was recorded of a path. */
const only =
  (state: string, path: string): Answer =>
  (_, response) => {
    const recorded = recordedAnswer(state, path);
    if (recorded === undefined) throw new Error(`${path} was not recorded in ${state}`);
    response.writeHead(recorded.status, recorded.headers).end(recorded.body);
  };

const says =
  (body: string, status = 200): Answer =>
  (_, response) => {
    response.writeHead(status, { 'content-type': 'application/json' }).end(body);
  };

const loginPage: Answer = (_, response) => {
  response.writeHead(200, { 'content-type': 'text/html' }).end('<title>Single sign-on</title>');
};

const dayMs = 86_400_000;
const orchestratorIn = (state: string): HttpFinding => ({ kind: 'orchestrator', answer: recordedIn(state) });
const burrow = (body: string, status?: number): HttpFinding => ({ kind: 'burrow', answer: says(body, status) });

/** By id: the end of HTTP that provokes it. */
export const httpFindings: Readonly<Record<string, HttpFinding>> = {
  'orchestrator.unreachable': { kind: 'orchestrator', answer: undefined },
  'orchestrator.notJson': { kind: 'orchestrator', answer: loginPage },
  'orchestrator.unauthorized': { kind: 'orchestrator', answer: only('auth-basic', '/api/clusters') },
  'orchestrator.analysis': orchestratorIn('primary-down'),
  'orchestrator.problem': orchestratorIn('replica-sql-error'),
  'orchestrator.staleCheck': orchestratorIn('ghost-cluster'),
  'orchestrator.ghostCluster': orchestratorIn('ghost-cluster'),
  'orchestrator.aliasMissing': orchestratorIn('just-discovered'),
  'orchestrator.fakeLag': orchestratorIn('stale-heartbeat'),
  'orchestrator.disagrees': { ...orchestratorIn('primary-unreachable'), beside: {} },
  'orchestrator.downtimeForgotten': {
    ...orchestratorIn('annotated'),
    atMs: Date.parse(recordedAt('annotated')) + 10 * dayMs,
  },
  'burrow.unreachable': { kind: 'burrow', answer: loginPage },
  'burrow.groupUnknown': burrow(unknownGroup, 404),
  'consumer.stalled': burrow(groupBody({ status: 'ERR', partitions: [stalled] })),
  'consumer.stopped': burrow(groupBody({ status: 'ERR', partitions: [stoppedAtZero] })),
  'consumer.lag': burrow(groupBody({ partitions: [partitionSample({ current_lag: 2000 })] })),
  'consumer.incomplete': burrow(groupBody({ complete: 0.4, status: 'ERR', partitions: [stalled] })),
};
