import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Row } from '../../../src/core/replication/reading';

const root = join(import.meta.dirname, '../../recordings');

type Recorded = Readonly<Record<string, unknown>>;

/** A recorded JSON file, by its path inside test/recordings. */
export function readRecording(path: string): Recorded {
  return JSON.parse(readFileSync(join(root, path), 'utf8')) as Recorded;
}

export function listRecordings(folder: string): readonly string[] {
  return readdirSync(join(root, folder))
    .filter((name) => name.endsWith('.json'))
    .sort()
    .map((name) => `${folder}/${name}`);
}

/** Rows as our adapter hands them over: text or NULL. The recordings hold what the driver makes of them by default. */
export function toRows(recorded: unknown): readonly Row[] {
  return (recorded as readonly Recorded[]).map((row) =>
    Object.fromEntries(Object.entries(row).map(([name, value]) => [name, toText(value)])),
  );
}

function toText(value: unknown): string | null {
  if (typeof value === 'string' || typeof value === 'number') {
    return String(value);
  }
  return value === null ? null : Buffer.from((value as { data: number[] }).data).toString('utf8');
}

/** `worker_errors` and `applier_retries` as the server query makes them from performance_schema. */
export function recordedExtras(recorded: Recorded): Pick<Row, 'worker_errors' | 'applier_retries'> {
  const schema = recorded['performance_schema'] as Record<string, readonly Recorded[]> | undefined;
  const workers = schema?.['replication_applier_status_by_worker'];
  const appliers = schema?.['replication_applier_status'];
  return {
    worker_errors:
      workers === undefined
        ? null
        : JSON.stringify(
            workers
              .filter((worker) => worker['LAST_ERROR_NUMBER'] !== 0)
              .map((worker) => ({
                channel: worker['CHANNEL_NAME'],
                errno: worker['LAST_ERROR_NUMBER'],
                text: worker['LAST_ERROR_MESSAGE'],
                at: worker['LAST_ERROR_TIMESTAMP'],
              })),
          ),
    applier_retries:
      appliers === undefined
        ? null
        : JSON.stringify(
            appliers.map((applier) => ({
              channel: applier['CHANNEL_NAME'],
              count: applier['COUNT_TRANSACTIONS_RETRIES'],
            })),
          ),
  };
}
