import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** What `up` leaves behind for the other commands, in a file of this user. */
export interface SupervisorState {
  readonly pid: number;
  readonly folder: string;
  /** Socket that takes one command per connection. */
  readonly control: string;
}

export type SupervisorCommand =
  { readonly kind: 'status' | 'down' } | { readonly kind: 'fault' | 'heal'; readonly name: string };

/** Text for the person who asked; `ok: false` for what went wrong. */
export interface SupervisorAnswer {
  readonly ok: boolean;
  readonly text: string;
}

export const stateFile = (): string => path.join(tmpdir(), `replideck-sandbox-${process.getuid?.() ?? 0}.json`);

/** Fails where the file is there already: two sandboxes of one user would be mistaken for each other. */
export function writeState(state: SupervisorState): void {
  writeFileSync(stateFile(), JSON.stringify(state), { mode: 0o600, flag: 'wx' });
}

export function removeState(): void {
  rmSync(stateFile(), { force: true });
}

/** The running sandbox of this user; undefined: none. A file that another user put there counts for nothing. */
export function readState(): SupervisorState | undefined {
  try {
    if (process.getuid !== undefined && statSync(stateFile()).uid !== process.getuid()) return undefined;
    return JSON.parse(readFileSync(stateFile(), 'utf8')) as SupervisorState;
  } catch {
    return undefined;
  }
}

/** Sends one command and waits for its answer; rejects where nobody listens any more. */
export function askSupervisor(state: SupervisorState, command: SupervisorCommand): Promise<SupervisorAnswer> {
  return new Promise((resolve, reject) => {
    const socket = createConnection(state.control);
    let answer = '';
    socket.on('data', (data) => (answer += data.toString()));
    socket.once('error', reject);
    socket.once('end', () => {
      if (answer === '') reject(new Error('The sandbox ended before it answered.'));
      else resolve(JSON.parse(answer) as SupervisorAnswer);
    });
    socket.end(JSON.stringify(command));
  });
}
