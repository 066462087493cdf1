import type { BurrowFacts } from '../../../src/core/burrow/model';
import { toBurrowFacts } from '../../../src/core/burrow/toBurrowFacts';
import type { HttpAnswer } from '../../../src/core/http/answer';

/** Answers as Burrow writes them: its JSON tags, and the offsets of alerts that were published. */

export const at = '2016-02-09T16:55:00.000Z';
export const groupName = 'eventlogging-00';

export interface PartitionSample {
  readonly topic?: string;
  readonly partition?: number;
  readonly status?: string;
  readonly start?: readonly [ms: number, offset: number, lag: number] | null;
  readonly end?: readonly [ms: number, offset: number, lag: number] | null;
  readonly current_lag?: number;
  readonly complete?: number | boolean;
}

const offset = (given: readonly [number, number, number] | null | undefined): unknown =>
  given ? { offset: given[1], timestamp: given[0], observedAt: given[0], lag: given[2] } : null;

export function partitionSample({ start, end, ...more }: PartitionSample = {}): Record<string, unknown> {
  return {
    ...{ topic: 'eventlogging-client-side', partition: 11, owner: '/10.64.0.1', client_id: 'c', status: 'OK' },
    start: offset(start === undefined ? [1455812030875, 188196575, 0] : start),
    end: offset(end === undefined ? [1455813022220, 188205237, 0] : end),
    ...{ current_lag: 0, complete: 1 },
    ...more,
  };
}

/** Published: an unchanged offset with a lag of 17. */
export const stalled = partitionSample({
  ...{ topic: 'eventlogging-valid-mixed', partition: 2, status: 'STALL', current_lag: 17 },
  start: [1454622892611, 199315032, 17],
  end: [1454622901672, 199315032, 17],
});
/** Published: moved 8662 messages with a lag of 0, and was an error all the same, by the rule of then. */
export const stoppedAtZero = partitionSample({ status: 'STOP' });

export interface GroupSample {
  readonly status?: string;
  readonly complete?: number | boolean;
  readonly partitions?: readonly unknown[] | null;
  readonly maxlag?: unknown;
  readonly totallag?: number;
}

export function groupBody(sample: GroupSample = {}): string {
  const partitions = sample.partitions === undefined ? [partitionSample()] : sample.partitions;
  return JSON.stringify({
    error: false,
    message: 'consumer status returned',
    status: {
      ...{ cluster: 'eqiad', group: groupName, status: 'OK', complete: 1 },
      ...{ maxlag: partitions?.[0] ?? null, partition_count: partitions?.length ?? 0, totallag: 0 },
      ...sample,
      partitions,
    },
    request: { url: `/v3/kafka/eqiad/consumer/${groupName}/lag`, host: 'kafkamon1003' },
  });
}

export const unknownPath = JSON.stringify({ error: true, message: 'invalid request type', result: {} });
export const unknownGroup = groupBody({ status: 'NOTFOUND', complete: 0, partitions: [], maxlag: null });

export function answered(
  body: string,
  status = 200,
  api = 'v3',
  headers: Readonly<Record<string, string>> = {},
): HttpAnswer {
  const request = `GET http://burrow.example:8000/${api}/kafka/eqiad/consumer/${groupName}/lag`;
  return {
    kind: 'answered',
    request,
    at,
    status,
    headers: { 'content-type': 'application/json', ...headers },
    body,
    isWhole: true,
  };
}

export function factsOf(...answers: readonly HttpAnswer[]): BurrowFacts {
  const groups = answers.map((answer, index) => ({ group: index === 0 ? groupName : `group-${index}`, answer }));
  const facts = toBurrowFacts({ groups });
  if (facts.kind === 'failed') throw new Error(JSON.stringify(facts.reason));
  return facts.value;
}
