// Takes the sandbox down when its starter is gone, however it went. Started by processGroup.ts with a pipe to the
// starter on standard input: lines of JSON arrive on it, and its end without a {"done":true} means the starter died.
//   {"folder":"/tmp/replideck-x"}       what to remove
//   {"pid":123,"startedAt":"4711"}      what to kill, if it still is the process that started then
// Kills at once: the data is thrown away with the folder.
import { execFileSync } from 'node:child_process';
import { readFileSync, readdirSync, rmSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';

const processes = new Map();
let folder;
let done = false;

// The terminal's Ctrl-C and its closing are the starter's business.
for (const signal of ['SIGINT', 'SIGHUP', 'SIGTERM']) process.on(signal, () => {});

function startedAt(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' ? undefined : fields[19];
  } catch (error) {
    if (process.platform === 'linux') return undefined;
    try {
      return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim();
    } catch {
      return undefined;
    }
  }
}

/** Servers of this folder that the starter had no time to tell of. Clients and editors in it are left alone. */
function strayPids() {
  if (process.platform !== 'linux' || folder === undefined) return [];
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        const args = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
        return args.some((arg) => /^--data-?dir=/.test(arg) && arg.includes(`=${folder}/`));
      } catch {
        return false;
      }
    })
    .map(Number);
}

function kill(pid) {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // Gone already.
  }
}

const alive = () => [...processes].filter(([pid, started]) => startedAt(pid) === started).map(([pid]) => pid);

for await (const line of createInterface({ input: process.stdin })) {
  const message = JSON.parse(line);
  if (message.folder !== undefined) folder = message.folder;
  if (message.pid !== undefined) processes.set(message.pid, message.startedAt);
  if (message.ended !== undefined) processes.delete(message.ended);
  if (message.done === true) done = true;
}

if (!done) {
  for (let round = 0; round < 50; round += 1) {
    const left = [...alive(), ...strayPids()];
    if (left.length === 0 && round > 0) break;
    left.forEach(kill);
    await sleep(100);
  }
  if (folder !== undefined) rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
}
