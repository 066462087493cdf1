// Nothing that was started here outlives the process that started it: every starter registers how to stop, and that
// runs on the normal end, on a signal, and on an exception. Only processes that we know by id are ended.
import { spawnSync } from 'node:child_process';

const patienceMs = 10_000;
const stoppers = new Set();
let listens = false;
let isStopping = false;

/** Calls what is registered, last first; gives the promises of those that need time. */
function stopAll() {
  const waits = [];
  for (const stop of [...stoppers].reverse()) {
    stoppers.delete(stop);
    try {
      waits.push(stop());
    } catch (error) {
      process.stderr.write(`${String(error)}\n`);
    }
  }
  return Promise.allSettled(waits);
}

function stopBySignal(exitCode) {
  if (isStopping) process.exit(exitCode);
  isStopping = true;
  setTimeout(() => process.exit(exitCode), patienceMs);
  void stopAll().then(() => process.exit(exitCode));
}

/**
 * Runs `stop` when this process ends, however it ends short of SIGKILL. On a signal a promise that it returns is
 * waited for (ten seconds, or until a second signal); on a plain exit only what it does at once counts.
 * The returned function takes the registration back.
 */
export function onExit(stop) {
  if (!listens) {
    listens = true;
    process.on('exit', () => void stopAll());
    process.on('SIGINT', () => stopBySignal(130));
    process.on('SIGTERM', () => stopBySignal(143));
    process.on('SIGHUP', () => stopBySignal(129));
  }
  stoppers.add(stop);
  return () => stoppers.delete(stop);
}

/** The process and all that descend from it, children after parents. */
export function processTree(pid) {
  const { stdout } = spawnSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' });
  const children = new Map();
  for (const line of (stdout ?? '').split('\n')) {
    const [child, parent] = line.trim().split(/\s+/).map(Number);
    children.set(parent, [...(children.get(parent) ?? []), child]);
  }
  const tree = [pid];
  for (const parent of tree) tree.push(...(children.get(parent) ?? []));
  return tree;
}

/** Whether the process is there, be it as a zombie. */
export function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** Signals the process and all that descend from it, as they are now; those gone already are passed over. */
export function stopTree(pid, signal = 'SIGTERM') {
  if (pid === undefined) return;
  for (const each of processTree(pid)) {
    try {
      process.kill(each, signal);
    } catch {
      // Gone already.
    }
  }
}

/** The environment for a VS Code, an npm or a test: without what a surrounding VS Code or debugger left in ours. */
export function cleanEnvironment(extra = {}) {
  const inherited = Object.entries(process.env).filter(
    ([name]) => !/^(VSCODE_(?!PATH$)|ELECTRON_|NODE_OPTIONS$|npm_(lifecycle|package|command|execpath))/.test(name),
  );
  return { ...Object.fromEntries(inherited), ...extra };
}
