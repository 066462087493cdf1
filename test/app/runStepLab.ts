import { runStep, type RunStepOptions, type StepOutcome, type StepRequest } from '../../src/app/runStep';
import type { FleetView } from '../../src/core/fleetView';
import { ok } from '../../src/core/outcome';
import { runbookLogic } from '../../src/core/runbookLogic';
import type { AuditEntry, CommandEnd } from '../../src/core/runbooks/auditEntry';
import type { SecretFile } from '../../src/core/runbooks/stepNeeds';
import type { RunbookPlan } from '../../src/core/runbooks/plan';
import { at } from '../core/buildFleet';
import { files } from '../core/runbooks/fleet';
import { silentLog } from './manualClock';

/** What happened, in order: `read db2100…`, `write /store/run.cnf`, `run …`, `remove`, `audit started`. */
export interface Attempt {
  readonly outcome: StepOutcome;
  readonly events: readonly string[];
  readonly entries: readonly AuditEntry[];
  readonly written: readonly SecretFile[];
  readonly line: string;
}

export interface Attack {
  readonly plan: RunbookPlan;
  readonly stepId?: string;
  /** What each reading brings, the last one from then on. */
  readonly views: readonly FleetView[];
  readonly end?: CommandEnd;
  readonly options?: Partial<RunStepOptions>;
  readonly request?: Partial<StepRequest>;
  readonly shell?: 'posix' | 'fish' | 'powershell';
  readonly signal?: AbortSignal;
}

/** Runs a step over fakes that record: no server and no terminal could be made to misbehave like this. */
export async function attempt(attack: Attack): Promise<Attempt> {
  const { plan, stepId = plan.steps[0]?.id ?? '', views, end = { kind: 'exited', code: 0 } } = attack;
  const events: string[] = [];
  const entries: AuditEntry[] = [];
  const written: SecretFile[] = [];
  let line = '';
  let nowMs = Date.parse(at);
  const waiting = [...views];
  let present = waiting[0];
  const options: RunStepOptions = {
    logic: runbookLogic,
    mayConnect: () => true,
    clock: {
      now: () => nowMs,
      random: () => 0.5,
      idleMs: () => 0,
      after: (delayMs, action) => {
        nowMs += delayMs;
        queueMicrotask(action);
        return () => undefined;
      },
    },
    log: silentLog,
    who: 'dba@bastion',
    read: (keys) => {
      events.push(`read ${keys.length}`);
      present = waiting.length > 1 ? waiting.shift() : waiting[0];
      return Promise.resolve();
    },
    view: () => present,
    confirm: (name) => {
      events.push(`confirm ${name}`);
      return Promise.resolve(name);
    },
    accountsOf: () => Promise.resolve(undefined),
    endOf: () => Promise.resolve(undefined),
    programs: { find: (names) => Promise.resolve(Object.fromEntries(names.map((name) => [name, `/bin/${name}`]))) },
    askSecret: ({ name }) => {
      events.push(`ask ${name}`);
      return Promise.resolve('canary');
    },
    passwordOf: ({ key }) => {
      events.push(`password ${key}`);
      return Promise.resolve(ok('pass canary'));
    },
    secretFiles: {
      folder: '/store',
      write: (each) => {
        events.push(`write ${each.map(({ path }) => path).join(' ')}`.trim());
        written.push(...each);
        let isThere = true;
        return Promise.resolve(() => {
          if (isThere) events.push('remove');
          isThere = false;
          return Promise.resolve();
        });
      },
    },
    audit: {
      append: (entry) => {
        events.push(`audit ${entry.kind}`);
        entries.push(entry);
        return Promise.resolve();
      },
      read: () => Promise.resolve({ entries, unreadable: 0 }),
    },
    filesOf: (_plan, shell) => () => ({ ...files, shell }),
    runner: {
      open: ({ name }) => {
        events.push(`open ${name}`);
        return Promise.resolve(
          ok({
            shell: attack.shell ?? 'posix',
            run: (text: string) => {
              events.push('run');
              line = text;
              return Promise.resolve(end);
            },
          }),
        );
      },
    },
    ...attack.options,
  };
  const request: StepRequest = {
    ...{ plan, stepId, shell: 'posix', done: new Set(), terminal: { plan: '1', name: 'target', isProduction: true } },
    onStarted: () => events.push('started'),
    onTyped: () => undefined,
    ...attack.request,
  };
  const outcome = await runStep(options, request, attack.signal ?? new AbortController().signal);
  return { outcome, events, entries, written, line };
}
