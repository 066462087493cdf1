import { chosenHost, type ChosenHost } from './chooseHost';
import { runInDesktop } from './desktop';
import { runInServer } from './serverSuite';

export interface SuiteOptions {
  /** The folder that holds the extension's package.json. */
  readonly extensionPath: string;
  /** A CommonJS file exporting `run(): Promise<void>`; a rejection is a failed suite. */
  readonly suitePath: string;
  readonly workspace: string;
  readonly settings?: Readonly<Record<string, unknown>>;
  /** What the extension host finds in its environment besides ours. */
  readonly env?: Readonly<Record<string, string>>;
  /** Workspace trust is on, and nobody says yes. Default: it is off, and every folder is trusted. */
  readonly restricted?: boolean;
  readonly timeoutMs?: number;
  readonly onLine?: (line: string) => void;
  /** Default: see chooseHost. */
  readonly host?: ChosenHost;
}

export interface SuiteResult {
  /** 0: the suite passed. */
  readonly exitCode: number;
  readonly host: ChosenHost;
  readonly version: string;
  /** What the extension host wrote to its console (server host only; the desktop writes to ours). */
  readonly log: readonly string[];
  /** What the extension under test wrote to its output channels. */
  readonly extensionLog: readonly string[];
  /** What was left unhandled in the extension host, see readHostErrors. */
  readonly hostErrors: readonly string[];
}

/** Runs a compiled suite inside a real extension host and waits for its end. Rejects when that does not come. */
export async function runSuite(options: SuiteOptions): Promise<SuiteResult> {
  const host = options.host ?? (await chosenHost());
  return host.kind === 'desktop' ? runInDesktop(options, host) : runInServer(options, host);
}
