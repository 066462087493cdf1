import { strict as assert } from 'node:assert';
import { startFakeServer, type FakeOptions, type FakeServer } from './fakeServer';
import { createTestReader, type TestReader, type TestReaderOptions } from './harness';

export interface Fakes {
  readonly fake: (options?: FakeOptions) => Promise<FakeServer>;
  readonly reader: (secrets?: Record<string, string>, more?: TestReaderOptions) => TestReader;
}

/** The answer to the SELECT about the server, and how to know that statement. */
export const facts = {
  rows: [{ server_id: '7', hostname: 'db', port: '3306', now_utc: '2026-11-24 10:00:00.000000' }],
};
export const isFacts = (statement: string): boolean => statement.includes('AS now_utc');

/** Servers and readers that end with the test that made them, which fails if anything was left unhandled. */
export function useFakes(): Fakes {
  const servers: FakeServer[] = [];
  const readers: TestReader[] = [];
  const unhandled: unknown[] = [];
  const note = (error: unknown): void => {
    unhandled.push(error);
  };
  before(() => {
    process.on('unhandledRejection', note);
    process.on('uncaughtExceptionMonitor', note);
  });
  after(() => {
    process.off('unhandledRejection', note);
    process.off('uncaughtExceptionMonitor', note);
  });
  afterEach(async () => {
    await Promise.all(readers.splice(0).map((reader) => reader.dispose()));
    await Promise.all(servers.splice(0).map((server) => server.close()));
    assert.deepEqual(unhandled.splice(0), []);
  });
  return {
    fake: async (options = {}) => {
      const server = await startFakeServer(options);
      servers.push(server);
      return server;
    },
    reader: (secrets, more) => {
      const created = createTestReader(secrets, more);
      readers.push(created);
      return created;
    },
  };
}
