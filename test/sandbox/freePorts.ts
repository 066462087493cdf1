import { createServer, type Server } from 'node:net';

// Ports handed out by this process, so that two sandboxes started at once do not get the same one between the
// closing of our probe and the server's own listen.
const handedOut = new Set<number>();

function listen(): Promise<{ server: Server; port: number }> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      if (address === null || typeof address === 'string') reject(new Error('A TCP socket without a port.'));
      else resolve({ server, port: address.port });
    });
  });
}

/** TCP ports on 127.0.0.1 that nothing listens on at this moment, all different. */
export async function freePorts(count: number): Promise<number[]> {
  const found: number[] = [];
  const servers: Server[] = [];
  while (found.length < count) {
    const { server, port } = await listen();
    servers.push(server);
    if (handedOut.has(port)) continue;
    handedOut.add(port);
    found.push(port);
  }
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return found;
}
