import { quoteCommand } from '../guard/quoteShell';
import type { Flavor } from '../replication/reading';
import { failed, ok, type Outcome } from '../outcome';
import { clientWords, identityStatement, placeWords, type CallFiles } from './clientPlace';
import type { ClientCall, DumpLoad, DumpRun } from './plan';
import { t } from '../l10n';

/**
 * Dumps run as pipes of what every DBA has at hand: mariadb-dump, sed and the client. sed puts the proof of the target
 * in front of the dump, and its position in place of the last line, which says that it came whole.
 */

const notHere = t`PowerShell has no pipe that leaves a dump unchanged, and no sed. Run this step from another shell.`;

/** `proof && install -m 600 … && mariadb-dump … --result-file=…`: a dump holds everything, so nobody else may read it. */
export function renderDump(
  proof: string,
  { run, path }: NonNullable<ClientCall['dump']>,
  files: CallFiles,
): Outcome<string, string> {
  if (files.shell === 'powershell') return failed(notHere);
  const file = files.resolve(path);
  const empty = quoteCommand(['install', '-m', '600', '/dev/null', file], files.shell);
  const dump = quoteCommand([...dumpWords(run, files), `--result-file=${file}`, ...run.options], files.shell);
  return joined(' && ', [ok(proof), empty, dump]);
}

/** `proof of the source && mariadb-dump … | sed … | mariadb …`, or `sed … FILE | mariadb …`. */
export function renderLoad(call: ClientCall, load: DumpLoad, files: CallFiles): Outcome<string, string> {
  const { shell } = files;
  if (shell === 'powershell') return failed(notHere);
  const client = quoteCommand(clientWords(call, files), shell);
  const edits = sedEdits(call, load).flatMap((edit) => ['-e', edit]);
  const { from } = load;
  if (from.kind === 'file') {
    return joined(' | ', [quoteCommand(['sed', ...edits, files.resolve(from.path)], shell), client]);
  }
  const { identity } = from.run.server;
  if (identity === undefined) return failed(t`${from.run.server.key} does not say who it is.`);
  const proof = quoteCommand([...clientWords(from.run, files), `--execute=${identityStatement(identity)};`], shell);
  const dump = quoteCommand([...dumpWords(from.run, files), ...from.run.options], shell);
  return joined(' && ', [proof, joined(' | ', [dump, quoteCommand(['sed', ...edits], shell), client])]);
}

/** What the dump was taken from, before what is in it. */
function dumpWords(run: DumpRun, files: CallFiles): readonly string[] {
  return [...placeWords(run.program, run, files), '--default-character-set=utf8mb4'];
}

function joined(by: string, parts: readonly Outcome<string, string>[]): Outcome<string, string> {
  const lines: string[] = [];
  for (const part of parts) {
    if (part.kind === 'failed') return part;
    lines.push(part.value);
  }
  return ok(lines.join(by));
}

/**
 * Edits of sed for a dump. Each reads the same in GNU's and BSD's. The position is kept when it is met, and what is
 * done with it comes in place of the last line, if that says that the dump came whole.
 */
function sedEdits(call: ClientCall, { position, last }: DumpLoad): readonly string[] {
  const { identity } = call.server;
  const first = [...(identity === undefined ? [] : [identityStatement(identity)]), ...call.statements];
  const prefix = `1s/^/${replacement(`${first.join('; ')}; `)}/`;
  if (position === undefined) {
    return last.length === 0 ? [prefix] : [prefix, `$s/^-- Dump completed.*/${replacement(`${last.join('; ')};`)}/`];
  }
  const { keep, take } = positionEdits[call.server.flavor][position];
  const end = replacement(`${last.join('; ')};`).replaceAll('{{position}}', '\\1');
  return [prefix, ...keep, `\${/^-- Dump completed/{g;s/${take}/${end}/;}}`];
}

interface PositionEdit {
  readonly keep: readonly string[];
  /** The kept text, with the position as its first group. */
  readonly take: string;
}

/** Where the dump says what it starts from. Both servers' programs write it the same way but for a word. */
const filePosition: PositionEdit = {
  keep: ['1,/^-- CHANGE [A-Z ]*TO [A-Z]*_LOG_FILE=/{/^-- CHANGE [A-Z ]*TO [A-Z]*_LOG_FILE=/h;}'],
  take: String.raw`^-- CHANGE [A-Z ]*TO \(.*\);.*$`,
};

/**
 * A line of a stored routine may look like the position. MariaDB writes the GTID position behind everything, so the
 * last one counts; all others stand in front of everything, so the first one counts.
 */
const positionEdits: Readonly<Record<Flavor, Readonly<Record<'gtid' | 'file', PositionEdit>>>> = {
  mariadb: {
    gtid: {
      keep: ['/^-- SET GLOBAL gtid_slave_pos=/h'],
      take: String.raw`^-- SET GLOBAL gtid_slave_pos=\(.*\);.*$`,
    },
    file: filePosition,
  },
  mysql: {
    gtid: {
      // A set of several uuids has a line for each.
      keep: [String.raw`1,/;\*\/$/{/^\/\* SET @@GLOBAL.GTID_PURGED=/,/;\*\/$/H;}`],
      take: String.raw`^.*SET @@GLOBAL.GTID_PURGED=\(.*\);\*\/$`,
    },
    file: filePosition,
  },
};

/** In the replacement of `s///` these three mean something. */
function replacement(text: string): string {
  return text.replace(/[\\/&]/g, '\\$&');
}
