import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { groupBody, partitionSample, stalled, unknownPath } from '../core/burrow/samples';
import { recordedAnswer } from '../core/orchestrator/recorded';

/** An HTTP server of this process on the loopback address. */
export interface Served {
  readonly url: string;
  stop(): Promise<void>;
}

/** What a real Orchestrator answered in the state that `state` names at the moment; nothing that was not recorded. */
export function serveOrchestrator(state: () => string): Promise<Served> {
  return serve(({ url = '' }, response) => {
    const recorded = recordedAnswer(state(), url) ?? recordedAnswer('healthy', url);
    if (recorded === undefined) response.writeHead(404).end('404 page not found\n');
    else response.writeHead(recorded.status, recorded.headers).end(recorded.body);
  });
}

/** Consumer groups that a served Burrow knows, by what it says of them. */
export const burrowGroups: Readonly<Record<string, () => string>> = {
  'eventlogging-client-side': () => groupBody({ partitions: [partitionSample({ partition: 3 }), partitionSample()] }),
  'eventlogging-valid-mixed': () => groupBody({ status: 'ERR', partitions: [stalled, partitionSample()] }),
};

/** Burrow's /v3, with the offsets of alerts that were published. */
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
