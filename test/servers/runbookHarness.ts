import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { endOfFile } from '../../src/adapters/files/endOfFile';
import { systemClock } from '../../src/adapters/systemClock';
import { createMysqlReader } from '../../src/adapters/mysql/mysqlReader';
import { fleetLogic } from '../../src/core/fleetLogic';
import type { FleetView } from '../../src/core/fleetView';
import type { ServerAnswers } from '../../src/core/grants/fromServer';
import type { GrantFixes } from '../../src/core/grants/grantFix';
import type { InstanceSpec, Inventory } from '../../src/core/inventory/model';
import { renderCall, renderSqlFile, type CallFiles } from '../../src/core/runbooks/clientCall';
import type { ClientCall, PlanStep } from '../../src/core/runbooks/plan';
import { verifyStep, type Verification } from '../../src/core/runbooks/verifyStep';
import type { InstanceSnapshot } from '../../src/core/snapshot';
import { toFleetView } from '../../src/core/toFleetView';
import type { Sandbox } from '../sandbox/sandbox';
import { findExecutable } from '../sandbox/serverKinds';

export interface Ended {
  readonly code: number | null;
  readonly output: string;
  readonly endedMs: number;
  /** Where the canaries were seen while it ran: `/proc/1/cmdline`. */
  readonly leaks: readonly string[];
}

/** Runs the commands of plans as an operator would, in bash, and reads as the extension does. */
export class RunbookLab {
  readonly #sandbox: Sandbox;
  readonly #reader = createMysqlReader({
    secrets: { get: () => Promise.resolve(undefined) },
    clock: systemClock,
    log: { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined },
    inventoryFolder: () => this.#sandbox.workspaceFolder,
    environment: {},
    homeFolder: '/nonexistent',
  });
  readonly #previous = new Map<string, InstanceSnapshot>();
  readonly #inventory: Inventory;
  readonly #bin: string;
  readonly optionFile: string;
  readonly #sqlFile: string;
  /** Of the account that runs the plans: must be seen nowhere. */
  readonly canary = 'canary "of\' the #dba\\';
  readonly otherCanary = "second c'anary";
  /** What a plan that applies a template asks for beside the fleet. */
  grantFixes: (() => Promise<GrantFixes>) | undefined;

  constructor(sandbox: Sandbox) {
    this.#sandbox = sandbox;
    const text = readFileSync(path.join(sandbox.workspaceFolder, 'replideck.yaml'), 'utf8');
    this.#inventory = fleetLogic.parseInventory(text).inventory;
    this.#bin = path.join(sandbox.folder, 'bin');
    this.optionFile = path.join(sandbox.folder, "dba's option file.cnf");
    this.#sqlFile = path.join(sandbox.folder, 'a step.sql');
  }

  async prepare(): Promise<void> {
    const { kind } = this.#sandbox;
    const literal = `'${this.canary.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`;
    await Promise.all(
      this.#sandbox.instances.map(({ name }) =>
        this.#sandbox.query(name, [
          'SET SESSION sql_log_bin = 0',
          `CREATE USER dba@'127.0.0.1' IDENTIFIED BY ${literal}`,
          "GRANT ALL PRIVILEGES ON *.* TO dba@'127.0.0.1' WITH GRANT OPTION",
        ]),
      ),
    );
    const quoted = this.canary.replaceAll('\\', '\\\\').replaceAll('"', '\\"');
    writeFileSync(this.optionFile, `[client]\nuser = dba\npassword = "${quoted}"\n`, { mode: 0o600 });
    mkdirSync(this.#bin);
    if (kind.flavor !== 'mysql') return;
    const client = this.#mysqlClient();
    symlinkSync(client, path.join(this.#bin, 'mysql'));
    const dump = path.join(path.dirname(client), path.basename(client).replace('mysql', 'mysqldump'));
    if (existsSync(dump)) symlinkSync(dump, path.join(this.#bin, 'mysqldump'));
    else {
      // The client is a script that runs the one of an unpacked server; its dump program lies beside that one.
      const script = readFileSync(client, 'utf8').replace(/\/mysql(?="|$)/m, '/mysqldump');
      writeFileSync(path.join(this.#bin, 'mysqldump'), script, { mode: 0o755 });
    }
  }

  /** The client of the server's own version, beside it; the one on PATH may be MariaDB's under another name. */
  #mysqlClient(): string {
    const { server } = this.#sandbox.kind;
    const beside = findExecutable(path.basename(server).replace('mysqld', 'mysql'), { PATH: path.dirname(server) });
    return beside ?? findExecutable('mysql') ?? '/nonexistent/mysql';
  }

  /** Inputs for every plan here: an account that may do it. */
  get inputs(): Readonly<Record<string, string>> {
    return { optionFile: this.optionFile };
  }

  spec(name: string): InstanceSpec {
    const { key } = this.#sandbox.instance(name);
    return this.#inventory.instances.find((each) => each.key === key)!;
  }

  async view(): Promise<FleetView> {
    const { signal } = new AbortController();
    const readings = await Promise.all(this.#inventory.instances.map((spec) => this.#reader.read(spec, signal)));
    const instances = Object.fromEntries(readings.map((each) => [each.key, fleetLogic.toInstanceSnapshot(each)]));
    const view = toFleetView({
      takenAt: new Date().toISOString(),
      inventory: this.#inventory,
      instances,
      mirrors: {},
      services: {},
      previous: Object.fromEntries(this.#previous),
    });
    for (const [key, each] of Object.entries(instances)) this.#previous.set(key, each);
    return this.grantFixes === undefined ? view : { ...view, grantFixes: await this.grantFixes() };
  }

  files(): CallFiles {
    const resolve = (file: string): string => path.resolve(this.#sandbox.workspaceFolder, file);
    return { shell: 'posix', optionFile: () => '/nonexistent', sqlFile: this.#sqlFile, resolve };
  }

  /** Runs one call in bash, and looks for the canaries in every process meanwhile. */
  async run(call: ClientCall): Promise<Ended> {
    const rendered = renderCall(call, this.files());
    if (rendered.kind === 'failed') throw new Error(rendered.reason);
    const { identity } = call.server;
    if (call.secrets.length > 0 && identity !== undefined) {
      const secrets = new Map(call.secrets.map(({ name }) => [name, this.otherCanary]));
      writeFileSync(this.#sqlFile, renderSqlFile(call, identity, secrets), { mode: 0o600 });
    }
    try {
      return await this.#bash(rendered.value);
    } finally {
      rmSync(this.#sqlFile, { force: true });
    }
  }

  async #bash(line: string): Promise<Ended> {
    const shell = spawn('bash', ['--norc', '-c', line], {
      env: { PATH: `${this.#bin}:${process.env['PATH'] ?? ''}`, HOME: this.#sandbox.folder },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    shell.stdout.on('data', (data: Buffer) => (output += data.toString()));
    shell.stderr.on('data', (data: Buffer) => (output += data.toString()));
    let code: number | null | undefined;
    const closed = new Promise<void>((resolve) => {
      shell.on('close', (status) => {
        code = status;
        resolve();
      });
    });
    const leaks: string[] = [];
    while (code === undefined) {
      leaks.push(...findInProcesses([this.canary, this.otherCanary]));
      await Promise.race([closed, sleep(5)]);
    }
    return { code, output, endedMs: Date.now(), leaks };
  }

  async accounts(name: string): Promise<ServerAnswers> {
    const spec = { ...this.spec(name), credentials: { name: 'dba', optionFile: this.optionFile } };
    const read = await this.#reader.readGrants(spec, new AbortController().signal);
    if (read.kind === 'failed') throw new Error(read.reason.text);
    return read.value;
  }

  /** One reading with another account. */
  async viewAs(name: string, user: string, password: string): Promise<InstanceSnapshot> {
    const file = path.join(this.#sandbox.folder, 'other.cnf');
    writeFileSync(file, `[client]\nuser = ${user}\npassword = "${password}"\n`, { mode: 0o600 });
    const spec = { ...this.spec(name), credentials: { name: user, optionFile: file } };
    return fleetLogic.toInstanceSnapshot(await this.#reader.read(spec, new AbortController().signal));
  }

  /** Reads again until the step is done, for at most 20 seconds. */
  async verify(step: PlanStep, endedMs: number, limitMs = 20_000): Promise<Verification> {
    const wantsAccounts = step.expectation.kind === 'account';
    const name = this.#sandbox.instances.find(({ key }) => key === step.expectation.key)!.name;
    for (;;) {
      const view = await this.view();
      const verification = verifyStep(step, {
        ...{ view, endedMs },
        ...(wantsAccounts ? { accounts: await this.accounts(name) } : {}),
        ...(step.expectation.kind === 'dumpFile' ? { fileEnds: await this.#fileEnds(step.expectation.path) } : {}),
      });
      if (verification.kind === 'done' || Date.now() > endedMs + limitMs) return verification;
      await sleep(200);
    }
  }

  async #fileEnds(file: string): Promise<ReadonlyMap<string, string>> {
    const end = await endOfFile(this.files().resolve(file));
    return new Map(end === undefined ? [] : [[file, end]]);
  }

  async dispose(): Promise<void> {
    await this.#reader.dispose();
  }
}

/** Where texts stand in the command lines and environments of all processes: `/proc/1/cmdline`. */
export function findInProcesses(texts: readonly string[]): readonly string[] {
  const found: string[] = [];
  for (const pid of readdirSync('/proc')) {
    if (!/^\d+$/.test(pid)) continue;
    for (const file of [`/proc/${pid}/cmdline`, `/proc/${pid}/environ`]) {
      try {
        const content = readFileSync(file, 'utf8');
        if (texts.some((text) => content.includes(text))) found.push(file);
      } catch {
        // It ended, or it is another user's.
      }
    }
  }
  return found;
}
