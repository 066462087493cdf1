import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { groupBody, partitionSample, stalled, unknownPath } from '../core/burrow/samples';
import { recordedAnswer } from '../core/orchestrator/recorded';

/** An HTTP server of this process on the loopback address. */
export interface Served {
  readonly url: string;
  stop(): Promise<void>;
}

/**
 * What a real Orchestrator answered in the state that `state` names at the moment, as if it were recorded just now;
 * nothing that was not recorded.
 */
export function serveOrchestrator(state: () => string): Promise<Served> {
  return serve(({ url = '' }, response) => {
    const recorded = recordedAnswer(state(), url) ?? recordedAnswer('healthy', url);
    if (recorded === undefined) {
      response.writeHead(404).end('404 page not found\n');
      return;
    }
    // Node gives an answer its own date.
    const { date, ...headers } = recorded.headers;
    const sinceMs = date === undefined ? 0 : Date.now() - Date.parse(date);
    response.writeHead(recorded.status, headers).end(laterBy(recorded.body, sinceMs));
  });
}

/** Every time of a recorded answer, so much later; the year 1 is how Go says that there is none. */
export function laterBy(body: string, ms: number): string {
  return body.replace(/(?!0001)\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ/g, (time) =>
    new Date(Date.parse(time) + ms).toISOString().replace(/\.\d+Z$/, 'Z'),
  );
}

/** Consumer groups that a served Burrow knows, by what it says of them. */
export const burrowGroups: Readonly<Record<string, () => string>> = {
  'eventlogging-client-side': () =>
    groupBody({ partitions: [partitionSample({ partition: 3 }), partitionSample()].map(seenNow) }),
  'eventlogging-valid-mixed': () => groupBody({ status: 'ERR', partitions: [stalled, partitionSample()].map(seenNow) }),
};

interface Commit extends Readonly<Record<string, unknown>> {
  readonly timestamp: number;
}

/** A partition whose last commit is of this moment. */
function seenNow(partition: Record<string, unknown>): Record<string, unknown> {
  const commits = partition as Record<'start' | 'end', Commit>;
  const sinceMs = Date.now() - commits.end.timestamp;
  const move = ({ timestamp, ...commit }: Commit): Commit => {
    const atMs = timestamp + sinceMs;
    return { ...commit, timestamp: atMs, observedAt: atMs };
  };
  return { ...partition, start: move(commits.start), end: move(commits.end) };
}

/** Burrow's /v3, with the offsets of alerts that were published, and times of now. */
export function serveBurrow(): Promise<Served> {
  return serve(({ url = '' }, response) => {
    const [, group = ''] = /^\/v3\/kafka\/eqiad\/consumer\/([^/]+)\/lag$/.exec(url) ?? [];
    const body = burrowGroups[decodeURIComponent(group)];
    response
      .writeHead(body === undefined ? 404 : 200, { 'content-type': 'application/json' })
      .end(body === undefined ? unknownPath : body());
  });
}

async function serve(answer: (request: IncomingMessage, response: ServerResponse) => void): Promise<Served> {
  const server = createServer(answer);
  // Whoever forgets to stop it is not kept alive by it.
  server.unref();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
