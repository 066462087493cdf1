import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

/**
 * Below the ports that systems give to outgoing connections: one of those could be taken by anybody's connection
 * between our probe and the server's own listen.
 */
const firstPort = 15_000;
const endPort = 32_000;
const attempts = 1000;

// By this process, so that two sandboxes started at once do not get the same one.
const tried = new Set<number>();

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => {
      resolve(false);
    });
    server.listen(port, '127.0.0.1', () => {
      server.close(() => {
        resolve(true);
      });
    });
  });
}

/** TCP ports on 127.0.0.1 that nothing listens on at this moment, all different. */
export async function freePorts(count: number): Promise<number[]> {
  const found: number[] = [];
  for (let attempt = 0; found.length < count; attempt += 1) {
    if (attempt === attempts) throw new Error(`No ${count} free ports between ${firstPort} and ${endPort}.`);
    const port = randomInt(firstPort, endPort);
    if (tried.has(port)) continue;
    tried.add(port);
    if (await isFree(port)) found.push(port);
  }
  return found;
}
