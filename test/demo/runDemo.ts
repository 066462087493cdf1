// What demo.mjs starts once the dependencies are there. Descriptor 3 is for what was asked for; 1 and 2 for the rest.
import { writeSync } from 'node:fs';
import { onExit } from '../processes.mjs';
import { ensureServerHost, ensureTools, vscodeCache, withProgress } from '../provision.mjs';
import { findFault, renderFaults } from '../sandbox/faults';
import { type Sandbox, startSandbox } from '../sandbox/sandbox';
import { chosenHost } from '../vscode/chooseHost';
import { createOperator } from '../window/planWindow';
import { checkFleet } from './checkFleet';
import { openWindow, prepareWindow } from './openWindow';
import { sayWhatStays, sayWhatToSee } from './words';

const args = process.argv.slice(2);
const yes = args.includes('--yes');
const isCheck = args.includes('--check');
const output = (text: string) => {
  for (let rest = Buffer.from(`${text}\n`); rest.length > 0;) rest = rest.subarray(writeSync(3, rest));
};
const progress = (text: string) => process.stderr.write(`${text}\n`);

async function prepare(): Promise<void> {
  if (!isCheck) return prepareWindow(yes);
  if ((await chosenHost()).kind === 'desktop') return;
  await ensureServerHost({ yes });
  await ensureTools({ need: ['chromium'], yes, purpose: 'the demo' });
}

const stoppers: (() => Promise<void>)[] = [];
let stopping: Promise<void> | undefined;

/** Takes down what was started, last first; a signal and the normal end may both ask for it. */
function stopEverything(): Promise<void> {
  stopping ??= (async () => {
    const isStarted = stoppers.length > 0;
    for (const stop of stoppers.reverse()) await stop();
    if (isStarted) progress(sayWhatStays(vscodeCache()));
  })();
  return stopping;
}

/** Starts the sandbox; whatever ends this process takes it down, also while it is starting. */
function startFleet(): Promise<Sandbox> {
  const starting = new AbortController();
  const sandbox = startSandbox({ etcd: true, neighbours: true, signal: starting.signal, onProgress: progress });
  stoppers.push(async () => {
    starting.abort();
    await sandbox.then((started) => started.stop()).catch(() => undefined);
  });
  return sandbox;
}

async function main(): Promise<number> {
  if (args.includes('--list-faults')) {
    output(renderFaults());
    return 0;
  }
  const faults = args
    .filter((_, index) => args[index - 1] === '--fault')
    .map((name) => [name, findFault(name)] as const);
  await prepare();
  const sandbox = await startFleet();
  for (const what of sandbox.neighbours?.leftOut ?? []) progress(`Left out: ${what}.`);
  // What a person needs to run steps of plans; the check reads the fleet as it was built.
  if (!isCheck) await createOperator(sandbox, 'operator.cnf', sandbox.workspaceFolder);
  for (const [name, { title }] of faults) {
    const measured = await withProgress(`Injecting ${name}`, () => sandbox.fault(name));
    progress(`${name}: ${title}. Measured: ${measured}`);
  }
  if (isCheck) {
    const { report, problems } = await checkFleet(sandbox, faults, progress);
    output(JSON.stringify(report, undefined, 2));
    for (const problem of problems) progress(`Not as it is: ${problem}`);
    progress(problems.length === 0 ? 'The report shows the sandbox as it is.' : `${problems.length} differences.`);
    return problems.length === 0 ? 0 : 1;
  }
  const window = await withProgress('Opening VS Code', () =>
    openWindow(sandbox.workspaceFolder, sandbox.neighbours?.env ?? {}, progress),
  );
  stoppers.push(() => window.stop());
  output(window.text);
  progress(
    sayWhatToSee(
      sandbox.neighbours?.known ?? [],
      faults.map(([name]) => name),
    ),
  );
  progress(`The Replideck icon is in the activity bar. Workspace: ${sandbox.workspaceFolder}\nCtrl-C ends the demo.`);
  await window.closed;
  return 0;
}

onExit(stopEverything);
// demo.mjs passes on that it was told to stop; when it is gone, nobody is there to stop us later.
for (const event of ['message', 'disconnect'] as const)
  process.on(event, () => {
    void stopEverything().finally(() => process.exit(130));
  });
main()
  .catch((error: unknown) => {
    // What an interrupted step says is of no interest to who interrupted it.
    if (stopping === undefined) progress(error instanceof Error ? error.message : String(error));
    return 1;
  })
  .then(async (code) => {
    // A signal stops and exits by itself.
    if (stopping !== undefined) return;
    await stopEverything();
    process.exit(code);
  })
  .catch((error: unknown) => {
    progress(String(error));
    process.exit(1);
  });
