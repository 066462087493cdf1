import { spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { createEtcdReader } from '../../src/adapters/etcd/etcdReader';
import { systemClock } from '../../src/adapters/systemClock';
import { compareMirror } from '../../src/app/compareMirror';
import { fleetLogic } from '../../src/core/fleetLogic';
import type { FleetView, MirrorView } from '../../src/core/fleetView';
import type { EtcdMirrorSpec } from '../../src/core/inventory/model';
import type { MirrorState } from '../../src/core/mirror/model';
import { runbookLogic } from '../../src/core/runbookLogic';
import type { CallFiles } from '../../src/core/runbooks/clientCall';
import type { PlanStep, RunbookPlan, StepCall } from '../../src/core/runbooks/plan';
import type { Verification } from '../../src/core/runbooks/verification';
import { toFleetView } from '../../src/core/toFleetView';
import type { MirrorReader } from '../../src/ports';
import type { EtcdSandbox } from '../sandbox/etcdSandbox';
import { waitFor } from '../sandbox/waitFor';

const { mirror: logic } = fleetLogic;
const never = new AbortController().signal;

export interface Ended {
  readonly code: number | null;
  readonly output: string;
}

/** Plans for mirrors and carries the commands out in bash, as an operator would; reads as the extension does. */
export class MirrorLab {
  readonly #folder: string;
  readonly #bin: string;
  readonly #states = new Map<string, MirrorState>();
  readonly reader: MirrorReader;
  specs: readonly EtcdMirrorSpec[] = [];

  constructor(folder: string, { mirrorProgram }: EtcdSandbox, environment: Record<string, string> = {}) {
    this.#folder = folder;
    this.#bin = path.join(folder, 'bin');
    mkdirSync(this.#bin);
    symlinkSync(mirrorProgram, path.join(this.#bin, 'etcd-mirror'));
    this.reader = createEtcdReader({
      secrets: { get: () => Promise.resolve(undefined) },
      clock: systemClock,
      inventoryFolder: () => folder,
      environment,
    });
  }

  /** Reads every mirror once, and compares the contents unless told otherwise. */
  async view(compares = true): Promise<FleetView> {
    for (const spec of this.specs) {
      const before = this.#states.get(spec.name);
      const reading = await this.reader.read(spec, logic.waitIndexOf(before), never);
      let state = logic.addReading(before, logic.toMirrorSnapshot(reading, spec));
      if (compares) {
        const limits = { maxBytes: 10_000_000, deadlineMs: 10_000 };
        const compared = await compareMirror(
          { spec, reader: this.reader, logic, clock: systemClock, ...limits },
          never,
        );
        if (compared.kind === 'ok') state = { ...state, comparison: compared.value };
      }
      this.#states.set(spec.name, state);
    }
    const inventory = { ...fleetLogic.parseInventory('version: 1\n').inventory, etcdMirrors: this.specs };
    const mirrors = Object.fromEntries(this.#states);
    return toFleetView({
      takenAt: new Date().toISOString(),
      inventory,
      instances: {},
      services: {},
      mirrors,
      previous: {},
    });
  }

  async mirror(name: string): Promise<MirrorView> {
    const found = (await this.view()).mirrors.find(({ spec }) => spec.name === name);
    if (found === undefined) throw new Error(`no mirror ${name}`);
    return found;
  }

  async plan(id: string, name: string, inputs: Readonly<Record<string, string>> = {}): Promise<RunbookPlan> {
    return runbookLogic.planRunbook(await this.view(), id, `mirror:${name}`, inputs);
  }

  readonly files: CallFiles = {
    shell: 'posix',
    optionFile: () => path.join(this.#folder, "a login's file"),
    sqlFile: '/nonexistent',
    resolve: (file) => path.resolve(this.#folder, file),
  };

  command(call: StepCall): string {
    const rendered = runbookLogic.renderCall(call, this.files);
    if (rendered.kind === 'failed') throw new Error(rendered.reason);
    return rendered.value;
  }

  /** @param password of the account that the inventory names, where it names one */
  async run(call: StepCall, password = ''): Promise<Ended> {
    const shell = this.start(call, password);
    let output = '';
    shell.stdout?.on('data', (data: Buffer) => (output += data.toString()));
    shell.stderr?.on('data', (data: Buffer) => (output += data.toString()));
    const code = await new Promise<number | null>((resolve) => shell.on('close', resolve));
    rmSync(this.files.optionFile(''), { force: true });
    return { code, output };
  }

  /** Starts a command that may go on; its group ends by `process.kill(-pid)`. */
  start(call: StepCall, password = ''): ChildProcess {
    const passwords = new Map(runbookLogic.needsOf(call).accounts.map(({ key }) => [key, password]));
    for (const { path: file, content } of runbookLogic.renderSecretFiles(call, this.files, {
      secrets: new Map(),
      passwords,
    })) {
      writeFileSync(file, content, { mode: 0o600 });
    }
    return spawn('bash', ['--norc', '-c', this.command(call)], {
      env: { PATH: `${this.#bin}:${process.env['PATH'] ?? ''}`, HOME: this.#folder },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
  }

  /** Reads again until the step is done, for at most 20 seconds. */
  async verify(step: PlanStep, endedMs: number): Promise<Verification> {
    let last: Verification = { kind: 'unknown', why: 'not read' };
    await waitFor(async () => {
      last = runbookLogic.verifyStep(step, { view: await this.view(), endedMs });
      return last.kind === 'done' ? true : undefined;
    }, 20_000);
    return last;
  }
}
