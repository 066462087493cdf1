import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { InstanceSpec } from '../../src/core/inventory/model';
import type { InstanceReading, ReachFailure } from '../../src/core/replication/reading';
import { createMysqlReader, type MysqlReader, type MysqlReaderOptions } from '../../src/adapters/mysql/mysqlReader';
import { createBastions } from '../../src/adapters/ssh/bastions';
import { systemClock } from '../../src/adapters/systemClock';
import type { Log } from '../../src/ports';

export interface TestReader extends MysqlReader {
  readonly logged: string[];
  /** One read that nobody cancels. */
  once(spec: InstanceSpec): Promise<InstanceReading>;
}

/** `sshCommand`: the program for `via: ssh://…` and arguments that come before ours. */
export type TestReaderOptions = Partial<MysqlReaderOptions> & { readonly sshCommand?: readonly [string, ...string[]] };

/** A reader whose log is kept; `secrets` are by name. */
export function createTestReader(
  secrets: Readonly<Record<string, string>> = {},
  { sshCommand, ...more }: TestReaderOptions = {},
): TestReader {
  const logged: string[] = [];
  const note = (message: string, cause?: unknown): void => {
    logged.push(
      cause === undefined ? message : `${message} ${cause instanceof Error ? cause.stack : JSON.stringify(cause)}`,
    );
  };
  const log: Log = { debug: note, info: note, warn: note, error: note };
  const bastions = sshCommand && createBastions({ command: sshCommand, environment: process.env });
  const reader = createMysqlReader({
    secrets: { get: (name) => Promise.resolve(secrets[name]) },
    clock: systemClock,
    log,
    inventoryFolder: () => '/',
    environment: process.env,
    homeFolder: '/nonexistent',
    ...(bastions && { bastions }),
    ...more,
  });
  const dispose = async (): Promise<void> => {
    await reader.dispose();
    await bastions?.dispose();
  };
  return { ...reader, dispose, logged, once: (spec) => reader.read(spec, new AbortController().signal) };
}

/** An instance on this machine, plain text, with an account named `u` and no password, unless told otherwise. */
export function instance(port: number, more: Partial<InstanceSpec> = {}): InstanceSpec {
  return {
    key: `127.0.0.1:${port}`,
    host: '127.0.0.1',
    port,
    clusters: ['test'],
    credentials: { name: 'test', user: 'u' },
    tls: { mode: 'disabled' },
    thresholds: { lagWarnSeconds: 15, lagCritSeconds: 300 },
    pollSeconds: 10,
    timeoutSeconds: 2,
    ...more,
  };
}

export function failureOf(reading: InstanceReading): ReachFailure {
  if (reading.result.kind !== 'failed') {
    throw new Error(`Expected a failure, got ${JSON.stringify(reading.result)}`);
  }
  return reading.result.failure;
}

export type Answered = Extract<InstanceReading['result'], { kind: 'answered' }>;

export function answeredOf(reading: InstanceReading): Answered {
  if (reading.result.kind !== 'answered') {
    throw new Error(`Expected an answer, got ${JSON.stringify(reading.result)}`);
  }
  return reading.result;
}

export const recording = (name: string): unknown =>
  JSON.parse(readFileSync(path.join(import.meta.dirname, '..', 'recordings', name), 'utf8'));
