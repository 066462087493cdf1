import { spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { createBurrowReader } from '../../src/adapters/burrow/burrowReader';
import { createOrchestratorReader } from '../../src/adapters/orchestrator/orchestratorReader';
import { systemClock } from '../../src/adapters/systemClock';
import { blockedBy } from '../../src/core/runbooks/checks';
import { fleetLogic } from '../../src/core/fleetLogic';
import type { FleetView } from '../../src/core/fleetView';
import type { BurrowSpec, OrchestratorSpec } from '../../src/core/inventory/model';
import { ok } from '../../src/core/outcome';
import { runbookLogic } from '../../src/core/runbookLogic';
import type { RunbookPlan } from '../../src/core/runbooks/plan';
import { toServiceSnapshot } from '../../src/core/services/linkServices';
import type { ServiceReading, ServiceSnapshot } from '../../src/core/services/model';
import { toFleetView } from '../../src/core/toFleetView';
import { attempt, type Attack, type Attempt } from '../app/runStepLab';
import { groupBody, groupName, partitionSample, stalled, unknownGroup } from '../core/burrow/samples';
import { recordedAnswer } from '../core/orchestrator/recorded';
import type { Clock } from '../../src/ports';
import { Servers } from './hostileServers';

/** Programs that write down their arguments and do to a folder what the real ones do to a server. */
const programs: Readonly<Record<string, string>> = {
  // As the real one: the words are joined, and the shell over there reads them again.
  ssh: 'shift 3; exec sh -c "$*"',
  sudo: 'exec "$@"',
  systemctl: `case $1 in
stop) rm -f "$LAB/running" ;;
start) if [ -e "$LAB/cache" ]; then : > "$LAB/forgotten"; fi; touch "$LAB/running" ;;
esac`,
  // As the real one: part of a name is enough for it where only one is known by that, and it is an error where none is.
  // While it runs, it writes back what its cache has.
  orchestrator: `all() { grep -vxF -f "$LAB/forgotten" "$LAB/instances"; }
case $2 in
all-instances) all ;;
forget) port=:\${4##*:}
  found=$(all | grep -F -e "\${4%$port}" | grep -e "$port\$")
  if [ "$(printf '%s\n' "$found" | wc -l)" != 1 ]; then found=$4; fi
  if ! all | grep -qxF -e "$found"; then echo not found >&2; exit 1; fi
  [ -e "$LAB/running" ] || echo "$found" >> "$LAB/forgotten" ;;
reset-hostname-resolve-cache) rm -f "$LAB/cache" ;;
*) exit 1 ;;
esac`,
  'orchestrator-client': `case $4 in
which-cluster-instances|clusters-alias) cat "$LAB/members" ;;
# Through jq, as the real one.
api) curl -s "$2/$6" | sed 's/":/": /g' ;;
relocate) echo "$6 $8" > "$LAB/moved" ;;
discover) echo "$6" > "$LAB/discovered" ;;
*) exit 1 ;;
esac`,
};

/** Programs of an upgrade. */
const packages: Readonly<Record<string, string>> = {
  'apt-get': '[ ! -e "$LAB/answer" ] || echo "${2#*=}" > "$LAB/version"',
  'dpkg-query': 'cat "$LAB/version"',
  // Where the statement fails, the client ends with 1.
  mariadb: '[ -e "$LAB/backend" ]',
  'mariadb-dump': `for word; do case $word in --result-file=*) file=\${word#*=} ;; esac; done
echo "-- Dump completed on $(date +%F)  7:00:00" > "$file"`,
};

type Entry = Record<string, unknown> & { Key: { Hostname: string; Port: number }; MasterKey: unknown };

const nameOf = ({ Key }: Entry): string => `${Key.Hostname}:${Key.Port}`;
const keyOf = (text: string) => ({ Hostname: text.split(':')[0], Port: Number(text.split(':')[1]) });

/** An Orchestrator and a Burrow that keep state, read by the product's own readers and changed by real bash. */
export class ServiceLab {
  readonly #servers = new Servers();
  readonly #snapshots: Record<string, ServiceSnapshot> = {};
  readonly folder: string;
  /** What the fakes were asked: `DELETE /v3/…`. */
  readonly asked: string[] = [];
  /** The logins that Burrow was given; empty: none. */
  readonly logins = new Set<string>();
  inventory = 'version: 1\n';
  /** As read at each look. */
  instances: FleetView['instances'] = {};
  environment: Readonly<Record<string, string>> = {};
  state = 'ghost-cluster';
  /** Of Burrow: whether it knows the group, and whether it is seen anew. */
  group: 'stalled' | 'fine' | 'unknown' | 'anew' | 'kept' = 'stalled';
  health: Readonly<Record<string, unknown>> = {};
  orchestrator: OrchestratorSpec | undefined;
  burrow: BurrowSpec | undefined;

  constructor(folder: string) {
    this.folder = folder;
    const bin = path.join(folder, 'bin');
    mkdirSync(bin);
    for (const [name, body] of Object.entries({ ...programs, ...packages })) {
      const log = `{ printf %s ${name}; printf ' <%s>' "$@"; echo; } >> "$LAB/calls"`;
      writeFileSync(path.join(bin, name), `#!/bin/bash\n${log}\n${body}\n`);
      chmodSync(path.join(bin, name), 0o755);
    }
    for (const name of ['running', 'cache', 'forgotten']) this.put(name, '');
  }

  put(name: string, text: string): void {
    writeFileSync(path.join(this.folder, name), text);
  }

  lines(name: string): readonly string[] {
    const file = path.join(this.folder, name);
    return existsSync(file) ? readFileSync(file, 'utf8').split('\n').filter(Boolean) : [];
  }

  has(name: string): boolean {
    return existsSync(path.join(this.folder, name));
  }

  /** What the stand-ins were called with, and forgets it. */
  calls(): readonly string[] {
    const found = this.lines('calls');
    rmSync(path.join(this.folder, 'calls'), { force: true });
    return found;
  }

  async start(): Promise<void> {
    const pace = { tls: { mode: 'preferred' }, pollSeconds: 10, timeoutSeconds: 5 } as const;
    const one = await this.#servers.serve(({ url = '' }, response) => {
      this.asked.push(url);
      // As behind the proxy that it mostly stands behind.
      if (!this.has('running')) {
        response.writeHead(502, { 'content-type': 'text/html' }).end('<title>502 Bad Gateway</title>');
        return;
      }
      const recorded = this.#answer(url);
      response.writeHead(recorded?.status ?? 404, recorded?.headers).end(recorded?.body);
    });
    this.orchestrator = { ...pace, name: 'main', url: one, discover: false };
    const other = await this.#servers.serve(({ url = '', method = '', headers }, response) => {
      this.asked.push(`${method} ${url}`);
      this.logins.add(headers.authorization ?? '');
      if (method === 'DELETE') {
        if (this.group !== 'kept') this.group = 'unknown';
        response.writeHead(200, { 'content-type': 'application/json' }).end('{"error":false,"message":"removed"}');
        return;
      }
      const body = this.#group();
      response.writeHead(body === unknownGroup ? 404 : 200, { 'content-type': 'application/json' }).end(body);
    });
    this.burrow = { ...pace, name: 'main', url: other, cluster: 'eqiad', groups: [groupName] };
  }

  #group(): string {
    if (this.group === 'unknown') return unknownGroup;
    if (this.group === 'fine') return groupBody();
    const now = Date.now() + 3_600_000;
    const fresh = partitionSample({ start: [now, 9, 0], end: [now + 1, 10, 0], complete: 0.2 });
    if (this.group === 'anew') return groupBody({ complete: 0.2, partitions: [fresh] });
    return groupBody({ status: 'ERR', partitions: [stalled] });
  }

  #answer(url: string): ReturnType<typeof recordedAnswer> {
    const recorded = recordedAnswer(this.state, url) ?? recordedAnswer('healthy', url);
    if (recorded === undefined) return undefined;
    const body = JSON.parse(recorded.body) as unknown;
    const changed =
      url === '/api/all-instances'
        ? this.#instances(body as Entry[])
        : url === '/api/health'
          ? { ...(body as object), Details: { ...(body as { Details: object }).Details, ...this.health } }
          : body;
    return { ...recorded, body: JSON.stringify(changed) };
  }

  #instances(entries: readonly Entry[]): readonly Entry[] {
    const [moved = '', below = ''] = this.lines('moved')[0]?.split(' ') ?? [];
    const [discovered] = this.lines('discovered');
    const [first] = entries;
    return [
      ...entries
        .filter((entry) => !this.lines('forgotten').includes(nameOf(entry)))
        .map((entry) => (nameOf(entry) === moved ? { ...entry, MasterKey: keyOf(below) } : entry)),
      ...(discovered === undefined || first === undefined
        ? []
        : [{ ...first, Key: keyOf(discovered) as Entry['Key'] }]),
    ];
  }

  /** Reads both once. */
  async view(): Promise<FleetView> {
    const options = {
      secrets: { get: () => Promise.resolve(undefined) },
      ...{ clock: systemClock, inventoryFolder: () => this.folder, environment: this.environment },
    };
    const { signal } = new AbortController();
    if (this.orchestrator !== undefined) {
      const reader = createOrchestratorReader(options);
      const spec = this.orchestrator;
      const target = {
        kind: 'orchestrator',
        key: 'orchestrator:main',
        name: 'main',
        spec,
        pollSeconds: 10,
        instances: {},
      } as const;
      this.#keep(await reader.read(target, signal), spec);
      await reader.dispose();
    }
    if (this.burrow !== undefined) {
      const reader = createBurrowReader(options);
      const spec = this.burrow;
      const target = {
        kind: 'burrow',
        key: 'burrow:main',
        name: 'main',
        spec,
        pollSeconds: 10,
        instances: {},
      } as const;
      this.#keep(await reader.read(target, signal), spec);
      await reader.dispose();
    }
    const inventory = {
      ...fleetLogic.parseInventory(this.inventory).inventory,
      orchestrators: this.orchestrator === undefined ? [] : [this.orchestrator],
      burrow: this.burrow === undefined ? [] : [this.burrow],
    };
    const takenAt = new Date().toISOString();
    const { [`orchestrator:main`]: one, [`burrow:main`]: other } = this.#snapshots;
    const services = Object.fromEntries([one, other].flatMap((each) => (each === undefined ? [] : [[each.key, each]])));
    const view = toFleetView({ takenAt, inventory, instances: {}, mirrors: {}, services, previous: {} });
    const read = Object.entries(this.instances).map(([key, each]) => {
      return [key, { ...each, snapshot: { ...each.snapshot, at: takenAt } }] as const;
    });
    return { ...view, instances: { ...view.instances, ...Object.fromEntries(read) } };
  }

  #keep<K extends 'orchestrator' | 'burrow'>(
    reading: ServiceReading<K>,
    spec: Parameters<typeof toServiceSnapshot<K>>[1],
  ): void {
    const before = this.#snapshots[reading.key] as ServiceSnapshot<K> | undefined;
    this.#snapshots[reading.key] = toServiceSnapshot<K>(reading, spec, before);
  }

  /** As after the window was closed: what was known before is not known any more. */
  forgetReadings(): void {
    for (const key of Object.keys(this.#snapshots)) Reflect.deleteProperty(this.#snapshots, key);
  }

  async plan(id: string, inputs: Readonly<Record<string, string>> = {}): Promise<RunbookPlan> {
    const target = id.startsWith('burrow') ? 'burrow:main' : 'orchestrator:main';
    return runbookLogic.planRunbook(await this.view(), id, target, inputs);
  }

  /** Runs a step by all guards, in real bash; what it verifies by are readings of the fakes. */
  async run(plan: RunbookPlan, stepId: string, attack: Partial<Attack> = {}): Promise<Attempt> {
    let view = await this.view();
    return attempt({
      ...{ plan, stepId, views: [view] },
      ...attack,
      options: {
        clock: { ...systemClock, after: (delayMs, action) => systemClock.after(Math.min(delayMs, 50), action) },
        read: async () => {
          view = await this.view();
        },
        view: () => view,
        endOf: (file) => Promise.resolve(existsSync(file) ? readFileSync(file, 'utf8') : undefined),
        runner: { open: () => Promise.resolve(ok({ shell: 'posix', run: (line: string) => this.bash(line) })) },
        ...attack.options,
      },
    });
  }

  /** Runs a line as the terminal of a plan does, with the stand-ins on its PATH. */
  bash(line: string): Promise<{ readonly kind: 'exited'; readonly code: number }> {
    const env = { PATH: `${path.join(this.folder, 'bin')}:${process.env['PATH'] ?? ''}`, LAB: this.folder };
    const shell = spawn('bash', ['--norc', '-c', line], { env, stdio: 'ignore', cwd: this.folder });
    return new Promise((resolve) =>
      shell.on('close', (code) => {
        resolve({ kind: 'exited', code: code ?? 1 });
      }),
    );
  }

  close(): Promise<void> {
    return this.#servers.close();
  }
}

/** Ids of the checks that block. */
export const blocking = (plan: RunbookPlan): readonly string[] =>
  plan.checks.flatMap((each) => (blockedBy([each]).length > 0 ? [each.id] : []));

/** A clock whose first pause takes a minute: whoever waits for a change asks only once more. */
export function impatient(): Clock {
  let skippedMs = 0;
  return {
    now: () => Date.now() + skippedMs,
    random: () => 0,
    idleMs: () => 0,
    after: (_, action) => {
      skippedMs += 60_000;
      const timer = setTimeout(action, 5);
      return () => {
        clearTimeout(timer);
      };
    },
  };
}
