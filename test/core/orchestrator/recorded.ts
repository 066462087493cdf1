import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { HttpAnswer } from '../../../src/core/http/answer';
import type { OrchestratorSpec } from '../../../src/core/inventory/model';
import type { OrchestratorAnswers } from '../../../src/core/orchestrator/model';
import { polledPaths } from '../../../src/core/orchestrator/readPaths';
import { toServiceSnapshot } from '../../../src/core/services/linkServices';
import type { ServiceFailure, ServiceSnapshot } from '../../../src/core/services/model';
import { readRecording } from '../replication/recording';

/** What a real Orchestrator 3.2.6 answered, by the state that it was in. */

export const orchestrator: OrchestratorSpec = {
  ...{ name: 'main', url: 'https://orchestrator.example', discover: false },
  ...{ tls: { mode: 'preferred' }, pollSeconds: 10, timeoutSeconds: 5 },
};

/** The answer as it was recorded, its body as the bytes that came. Undefined: this state has no recording of it. */
export function recordedAnswer(
  state: string,
  path: string,
): { readonly status: number; readonly headers: Readonly<Record<string, string>>; readonly body: string } | undefined {
  const file = `orchestrator-3.2.6/${state}/${path.replace(/^\/api\//, '').replaceAll('/', '_')}.json`;
  if (!existsSync(join(import.meta.dirname, '../../recordings', file))) return undefined;
  const { status, headers, body, bodyIsJson } = readRecording(file) as {
    status: number;
    headers: Record<string, string>;
    body: unknown;
    bodyIsJson: boolean;
  };
  // The length was that of the bytes before they were parsed and printed again.
  const kept = Object.fromEntries(
    Object.entries(headers).filter(([name]) => name !== 'content-length' && name !== 'transfer-encoding'),
  );
  return { status, headers: kept, body: bodyIsJson ? JSON.stringify(body) : (body as string) };
}

/** When a state was recorded, by the server's own clock. */
export function recordedAt(state: string): string {
  const date = recordedAnswer(state, '/api/all-instances')?.headers['date'];
  return new Date(date ?? '2026-11-22T04:06:20Z').toISOString();
}

/** Paths that were not recorded in a state answer as in the healthy one. */
export function recordedAnswers(state: string, at = recordedAt(state)): OrchestratorAnswers {
  return Object.fromEntries(
    polledPaths.map((path): [string, HttpAnswer] => {
      const recorded = recordedAnswer(state, path) ?? recordedAnswer('healthy', path);
      const request = `GET ${orchestrator.url}${path}`;
      if (recorded === undefined) throw new Error(`${path} was never recorded`);
      return [path, { kind: 'answered', request, at, isWhole: true, ...recorded }];
    }),
  ) as OrchestratorAnswers;
}

type Snapshot = ServiceSnapshot<'orchestrator'>;

export function snapshotOf(state: string, at = recordedAt(state), before?: Snapshot): Snapshot {
  return fromAnswers(recordedAnswers(state, at), at, before);
}

export function fromAnswers(answers: OrchestratorAnswers, at: string, before?: Snapshot): Snapshot {
  const result = { kind: 'answered', answers } as const;
  const reading = { kind: 'orchestrator', key: 'orchestrator:main', startedAt: at, at, elapsedMs: 5, result } as const;
  return toServiceSnapshot<'orchestrator'>(reading, orchestrator, before);
}

export function failedSnapshot(reason: ServiceFailure['reason'], text: string = reason): Snapshot {
  const at = recordedAt('healthy');
  const failure = { reason, text };
  return { kind: 'orchestrator', key: 'orchestrator:main', at, elapsedMs: 5, reach: { kind: 'failed', failure } };
}

/** A list with each entry changed, as another state would have it. */
export function changed(
  state: string,
  path: keyof OrchestratorAnswers,
  change: (entry: Record<string, unknown>) => Record<string, unknown>,
): OrchestratorAnswers {
  const answers = recordedAnswers(state);
  const answer = answers[path];
  if (answer.kind !== 'answered') throw new Error('not recorded');
  const body = JSON.stringify((JSON.parse(answer.body) as Record<string, unknown>[]).map(change));
  return { ...answers, [path]: { ...answer, body } };
}
