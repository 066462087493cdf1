import type { AuditLog, Log, Programs } from '../../ports';
import { createAuditFile } from './auditFile';
import { endOfFile } from './endOfFile';
import { createPrograms } from './findPrograms';
import { WrittenSecretFiles } from './secretFiles';

export interface RunnerFileOptions {
  /** Each window gets a folder of its own in it. */
  readonly secretFolder: string;
  readonly auditFile: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly log: Log;
}

/** What steps leave on disk and look for there, as one chunk. */
export function createRunnerFiles({ secretFolder, auditFile, environment, log }: RunnerFileOptions): {
  readonly secretFiles: WrittenSecretFiles;
  readonly audit: AuditLog;
  readonly auditFile: string;
  readonly programs: Programs;
  /** The last characters of a file by its absolute path; undefined: there is none. */
  readonly endOfFile: (file: string) => Promise<string | undefined>;
} {
  return {
    secretFiles: new WrittenSecretFiles(secretFolder, log),
    audit: createAuditFile(auditFile),
    auditFile,
    endOfFile,
    programs: createPrograms(environment),
  };
}
