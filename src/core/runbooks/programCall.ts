import type { Effect } from '../guard/effect';
import { quoteCommand, quoteShell } from '../guard/quoteShell';
import { failed, ok, type Outcome } from '../outcome';
import type { CallFiles } from './clientCall';
import type { ProgramCall, ProgramRun, ProgramWord } from './plan';
import { t } from '../l10n';

/**
 * The command line of a call, whole: what is shown is what runs. A login stands in a file that the line names.
 * @returns the line, or a sentence that says why it cannot be written safely for this shell
 */
export function renderProgramCall(call: ProgramCall, files: CallFiles): Outcome<string, string> {
  if (call.server.identity === undefined) {
    return failed(t`${call.server.key} does not say who it is, so nothing may run on it.`);
  }
  // `&&` is no word of Windows PowerShell, and what a program prints would be searched by another program there.
  if (files.shell === 'powershell') return failed(t`This step is written for a POSIX shell or fish. Run it from one.`);
  const lines: string[] = [];
  for (const run of call.runs) {
    const line = renderRun(run, call, files);
    if (line.kind === 'failed') return line;
    lines.push(line.value);
  }
  return ok(lines.join(' && '));
}

function renderRun({ words, mustPrint }: ProgramRun, call: ProgramCall, files: CallFiles): Outcome<string, string> {
  const line = quoteCommand(
    words.map((word) => toText(word, call, files)),
    files.shell,
  );
  if (line.kind === 'failed' || mustPrint === undefined) return line;
  const wanted = quoteShell(mustPrint, files.shell);
  // The line that holds it is printed; no line and no way on where it is missing.
  return wanted.kind === 'failed' ? wanted : ok(`${line.value} | grep -iF -e ${wanted.value}`);
}

function toText(word: ProgramWord, { account, server }: ProgramCall, files: CallFiles): string {
  if (typeof word === 'string') return word;
  if ('path' in word) return files.resolve(word.path);
  return account.kind === 'optionFile' ? files.resolve(account.path) : files.optionFile(server.key);
}

/** A command line as an operator would type it on this machine, or why there is none. */
export function shellText(words: readonly string[]): string {
  const line = quoteCommand(words, 'posix');
  return line.kind === 'ok' ? line.value : line.reason;
}

/**
 * A file for `curl --config` with a login. Never shown and never kept.
 * @throws when the login holds what such a file cannot carry
 */
export function renderCurlConfig(user: string, password: string): string {
  const login = `${user}:${password}`;
  // A quoted value of curl knows these escapes and no other; a NUL ends it.
  if (login.includes('\0')) throw new Error(t`A login with a NUL cannot be given to curl.`);
  if (user.includes(':')) throw new Error(t`HTTP has no way to send a user name with a colon.`);
  const escapes: Readonly<Record<string, string>> = {
    '\\': '\\\\',
    '"': '\\"',
    '\n': '\\n',
    '\r': '\\r',
    '\t': '\\t',
    '\v': '\\v',
  };
  return `user = "${login.replace(/[\\"\n\r\t\v]/g, (character) => escapes[character] ?? character)}"\n`;
}

/** The worst of all programs of a call. Whatever is not known to be harmless counts as destructive. */
export function effectOfRuns(runs: readonly ProgramRun[]): Effect {
  return worst(runs.map(({ words }) => effectOfWords(words.filter((word) => typeof word === 'string'))));
}

/** What else Orchestrator can do moves or changes servers, some of it without a look at their data. */
const orchestratorEffects: Readonly<Record<string, Effect>> = {
  'all-instances': 'read',
  'clusters-alias': 'read',
  'which-cluster-instances': 'read',
  discover: 'write',
  relocate: 'write',
  'reset-hostname-resolve-cache': 'write',
};

/** Its calls are all alike: the command tells what it does, and `api` the path. */
function effectOfOrchestrator(words: readonly string[]): Effect {
  const command = words[words.indexOf('-c') + 1] ?? '';
  if (command === 'api') return words[words.indexOf('-P') + 1] === 'health' ? 'read' : 'destructive';
  return orchestratorEffects[command] ?? 'destructive';
}

/** What follows `ssh -t -- HOST`: commands with `|` and `&&` between them, most of them as root. */
function effectOfRemote(words: readonly string[]): Effect {
  const at = words.findIndex((word) => word === '|' || word === '&&');
  if (at >= 0) return worst([effectOfRemote(words.slice(0, at)), effectOfRemote(words.slice(at + 1))]);
  const [program, first] = words[0] === 'sudo' ? words.slice(1) : words;
  if (program === 'systemctl') return first === 'start' || first === 'stop' ? 'write' : 'destructive';
  if (program === 'grep') return 'read';
  return program === 'orchestrator' ? effectOfOrchestrator(words) : 'destructive';
}

function worst(effects: readonly Effect[]): Effect {
  return effects.includes('destructive') ? 'destructive' : effects.includes('write') ? 'write' : 'read';
}

function effectOfWords(words: readonly string[]): Effect {
  const [program] = words;
  const method = words[words.indexOf('--request') + 1];
  switch (program) {
    case 'curl': {
      const isPlain = !words.some((word) => /^--(?:request|data|form|upload|json|next)/.test(word));
      return isPlain ? 'read' : method === 'PUT' && !words.includes('--next') ? 'write' : 'destructive';
    }
    case 'etcdctl':
      if (words.includes('del')) return 'destructive';
      return words.includes('make-mirror') ? 'write' : words.includes('endpoint') ? 'read' : 'destructive';
    case 'orchestrator':
    case 'orchestrator-client':
      return effectOfOrchestrator(words);
    case 'ssh':
      return effectOfRemote(words.slice(4));
    default:
      return 'destructive';
  }
}
