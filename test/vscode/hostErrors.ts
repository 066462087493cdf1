import { existsSync, readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';

/**
 * After how long VS Code's extension host tells of a promise that was rejected and is handled by nobody: a second, and
 * what a busy machine adds. A window that is closed before says nothing of it.
 */
export const unhandledAfterMs = 1500;

const hostLogs = ['exthost.log', 'remoteexthost.log'];
/** Where an entry of VS Code's logs begins; what follows until the next belongs to it. */
const entryBegin = /^(?=\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3} \[)/m;
const errorEntry = /^\S+ \S+ \[(?:error|critical)\] /;
/** Frames of the extensions that VS Code brings along. */
const ofVscode = /[/\\](?:lib[/\\]vscode|resources[/\\]app)[/\\]extensions[/\\]/;
/** What VS Code says of a view whose element was replaced, or whose window was loaded anew, while it was asking. */
const ofLateView = /\] (?:No tree item with id '[^\n]*' found\.|Unable to refresh tree view [\w.]+: Canceled)$/;
/** A click on a lens that was drawn anew at that instant. */
const ofLateLens = /\] Actual command not found, wanted to execute replideck\.[^\n]*$/;
/** A second window on a folder that is open already, in a language of which VS Code's own extensions have no texts. */
const ofSecondWindow = /\] (?:Error: EEXIST: [^\n]*vscode\.lock'|No bundle location found for extension vscode\.\S+)$/;
/** The same, reading the lock of the first window while that writes it. */
const ofHalfLock = /\] SyntaxError: [^\n]*\n\s+at JSON\.parse \(<anonymous>\)\n[^\n]*[/\\]extensionHostProcess\.js:/;
/** A connection was reset, and nobody's frame is on the stack: the one to the window, if that went away just then. */
const ofReset = /\] Error: (?:read|write) ECONNRESET\n\s+at [^\n]* \(node:internal\/[^\n]*\)$/;
const windowGone = '[ManagementConnection] The client has disconnected';
/** How far apart, in milliseconds, the two ends of one connection may tell of its end on a busy machine. */
const goneWithinMs = 2000;
/** A document that has just changed, and whose provider went with its window before VS Code had asked it. */
const ofLateDocument = /\] Error: unsupported uri-scheme: replideck-\w+\n/;
/** The end of a process in which extensions ran, but for the one that the end of its window brings. */
const endedBadly = /Extension Host Process exited with code: (?!0,)/;

/** The entries of the logs that are named so, anywhere below a user data folder. */
function entriesOf(userDataDir: string, names: readonly string[]): readonly string[] {
  if (!existsSync(userDataDir)) return [];
  return readdirSync(userDataDir, { recursive: true, encoding: 'utf8' })
    .filter((file) => names.includes(path.basename(file)))
    .flatMap((file) => readFileSync(path.join(userDataDir, file), 'utf8').split(entryBegin))
    .map((entry) => entry.trim());
}

/** When an entry was written, in milliseconds; only good to be compared with others of the same machine. */
const timeOf = (entry: string): number => Date.parse(`${entry.slice(0, 23).replace(' ', 'T')}Z`);

/** The processes in which extensions ran, by VS Code's own logs. */
export const hostProcesses = (userDataDir: string): readonly number[] =>
  entriesOf(userDataDir, hostLogs).flatMap((entry) => {
    const [, pid] = /Extension host with pid (\d+) started/.exec(entry) ?? [];
    return pid === undefined ? [] : [Number(pid)];
  });

/**
 * What was left unhandled where extensions run, each with its stack: rejected promises, exceptions outside of any call,
 * listeners that threw, an activation that failed, a process that crashed. An error without a frame of ours counts as
 * well: what a socket throws has none on its stack. Where there is no log that is told, for then nothing was watched.
 */
export function readHostErrors(userDataDir: string): readonly string[] {
  const entries = entriesOf(userDataDir, hostLogs);
  if (entries.length === 0) return ['The extension host has written no log: nothing was watched.'];
  const agent = entriesOf(userDataDir, ['remoteagent.log']);
  const gone = agent.filter((entry) => entry.includes(windowGone)).map(timeOf);
  const ofWindow = (entry: string) =>
    (ofReset.test(entry) || ofLateDocument.test(entry)) &&
    gone.some((at) => Math.abs(at - timeOf(entry)) <= goneWithinMs);
  return [
    ...entries.filter(
      (entry) =>
        errorEntry.test(entry) &&
        !ofVscode.test(entry) &&
        !ofLateView.test(entry) &&
        !ofLateLens.test(entry) &&
        !ofSecondWindow.test(entry) &&
        !ofHalfLock.test(entry) &&
        !ofWindow(entry),
    ),
    ...agent.filter((entry) => endedBadly.test(entry)),
  ];
}

/** The first lines of the errors, for a message. */
export const describeHostErrors = (errors: readonly string[]): string =>
  [
    `${errors.length} left unhandled in the extension host:`,
    ...errors.slice(0, 5).map((error) => error.split('\n').slice(0, 6).join('\n')),
  ].join('\n');
