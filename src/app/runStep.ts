import type { Shell } from '../core/guard/quoteShell';
import { failed, ok, type Outcome } from '../core/outcome';
import { describeEnd, type AuditEntry, type CommandEnd, type StepResult } from '../core/runbooks/auditEntry';
import type { PlanSecret, PlanStep, RunbookPlan, StepCall } from '../core/runbooks/plan';
import type { GivenSecrets, WrittenAccount } from '../core/runbooks/stepNeeds';
import type { FilesOf } from '../core/runbooks/toRunbookReport';
import type { Verification } from '../core/runbooks/verifyStep';
import type { AuditLog, CommandRunner, Log, PlanTerminal, Programs, SecretFiles, TerminalWish } from '../ports';
import { auditRefusal, startedEntry } from './auditStep';
import { releaseStep, type ReleaseOptions } from './releaseStep';
import { verifyNow, type VerifyOptions } from './verifyNow';
import { t } from '../core/l10n';
import { messageOf } from '../core/messageOf';

export interface RunStepOptions extends ReleaseOptions, VerifyOptions {
  readonly runner: CommandRunner;
  readonly secretFiles: SecretFiles;
  readonly audit: AuditLog;
  readonly programs: Programs;
  readonly log: Log;
  /** `user@machine`. */
  readonly who: string;
  readonly filesOf: (plan: RunbookPlan, shell: Shell) => FilesOf;
  /** Undefined: called off. */
  readonly askSecret: (secret: PlanSecret) => PromiseLike<string | undefined>;
  /** A sentence where there is none. */
  readonly passwordOf: (account: WrittenAccount) => PromiseLike<Outcome<string, string>>;
}

export interface StepRequest {
  /** As it is shown. */
  readonly plan: RunbookPlan;
  readonly stepId: string;
  /** The shell that the shown command is written for. */
  readonly shell: Shell;
  readonly terminal: TerminalWish;
  /** Steps of this plan that were verified before. */
  readonly done: ReadonlySet<string>;
  /** Ids of checks that block, and why they do not count this time. */
  readonly override?: { readonly checks: readonly string[]; readonly reason: string };
  /** The command is about to start. */
  readonly onStarted: () => void;
  /** It stands in the terminal without Enter; `hasRun` says that the operator has pressed it. */
  readonly onTyped: (hasRun: () => void) => void;
}

export type StepOutcome =
  | { readonly kind: 'refused'; readonly why: string }
  /** The shell of the terminal reads other quotes than those shown: it has to be shown again. */
  | { readonly kind: 'otherShell'; readonly shell: Shell }
  | { readonly kind: StepResult; readonly words: string; readonly entry: AuditEntry };

const refused = (why: string): StepOutcome => ({ kind: 'refused', why });

/**
 * Runs one step as `runKnownStep` does, and writes a refusal to the audit log too: who tried what, and what stopped it.
 */
export async function runStep(
  options: RunStepOptions,
  request: StepRequest,
  signal: AbortSignal,
): Promise<StepOutcome> {
  const step = request.plan.steps.find(({ id }) => id === request.stepId);
  if (step === undefined) return refused(t`The plan has no such step.`);
  const outcome = await runKnownStep(options, request, step, signal);
  if (outcome.kind === 'refused') await auditRefusal(options, request, step, outcome.why);
  return outcome;
}

/**
 * Runs one step to its end: asks for what it needs, lets it go by `releaseStep`, hands its command to the terminal, and
 * believes only a reading made afterwards. Nothing runs that could not be written to the audit log before. Never rejects
 * once the command is started.
 */
async function runKnownStep(
  options: RunStepOptions,
  request: StepRequest,
  step: PlanStep,
  signal: AbortSignal,
): Promise<StepOutcome> {
  const { logic, mayConnect, filesOf } = options;
  const { plan, stepId, terminal: wish, override } = request;
  if (!mayConnect()) return refused(t`The workspace is not trusted, so no runbook runs.`);
  if (request.done.has(stepId)) return refused(t`It is done already.`);
  const lacking = await whyProgramsLack(options, step, override?.checks ?? []);
  if (lacking !== undefined) return refused(lacking);
  const before = await whyNotYet(options, request);
  if (before !== undefined) return refused(before);
  const given = await askForSecrets(options, step.call);
  if (given.kind === 'failed') return refused(given.reason);

  const opened = await options.runner.open(wish);
  if (opened.kind === 'failed') return refused(opened.reason);
  const terminal = opened.value;
  if (terminal.shell !== request.shell) return { kind: 'otherShell', shell: terminal.shell };
  const files = filesOf(plan, terminal.shell)(step);
  const command = logic.renderCall(step.call, files);
  if (command.kind === 'failed') return refused(command.reason);

  let typedName: string | undefined;
  const confirm = async (name: string): Promise<string | undefined> => (typedName = await options.confirm(name));
  const released = await releaseStep({ ...options, confirm }, plan, stepId, override?.checks);
  if (released.kind === 'failed') return refused(released.reason);
  if (signal.aborted) return refused(t`It was called off.`);

  const entry = startedEntry(options, request, step, command.value, typedName);
  const run = async (): Promise<StepOutcome> => {
    try {
      await options.audit.append(entry);
    } catch (error) {
      return refused(t`The audit log cannot be written, so nothing was run: ${messageOf(error)}`);
    }
    request.onStarted();
    const end = await runIn(terminal, command.value, signal, request.onTyped);
    await remove();
    return conclude(options, plan, step, entry, end, signal);
  };
  let remove: () => Promise<void>;
  try {
    remove = await options.secretFiles.write(logic.renderSecretFiles(step.call, files, given.value));
  } catch (error) {
    return refused(t`The files of the step cannot be written, so nothing was run: ${messageOf(error)}`);
  }
  try {
    return await run();
  } finally {
    await remove();
  }
}

async function runIn(
  terminal: PlanTerminal,
  line: string,
  signal: AbortSignal,
  onTyped: StepRequest['onTyped'],
): Promise<CommandEnd> {
  try {
    return await terminal.run(line, signal, onTyped);
  } catch (error) {
    return { kind: 'unknown', why: messageOf(error) };
  }
}

/** A program that nobody has is no ground for an attempt; one that only the terminal finds may be overruled. */
async function whyProgramsLack(
  { logic, programs }: RunStepOptions,
  step: PlanStep,
  overridden: readonly string[],
): Promise<string | undefined> {
  const found = await programs.find(logic.programsOf([step.call]));
  const checks = logic.programChecks([step.call], found).filter(({ id }) => !overridden.includes(id));
  const [first] = logic.blockedBy(checks);
  return first;
}

/** A step relies on those before it: each was verified here, found done by the plan, or is so by a reading made now. */
async function whyNotYet(options: RunStepOptions, { plan, stepId, done }: StepRequest): Promise<string | undefined> {
  const at = plan.steps.findIndex(({ id }) => id === stepId);
  for (const [index, step] of plan.steps.slice(0, at).entries()) {
    if (done.has(step.id) || step.isDone !== undefined) continue;
    const verification = await verifyNow(options, step, options.clock.now(), 0, new AbortController().signal);
    if (verification.kind !== 'done') {
      return t`Step ${index + 1} comes first and is not done: ${inWords(verification)}.`;
    }
  }
  return undefined;
}

async function askForSecrets(
  { logic, askSecret, passwordOf }: RunStepOptions,
  call: StepCall,
): Promise<Outcome<GivenSecrets, string>> {
  const needs = logic.needsOf(call);
  const passwords = new Map<string, string>();
  for (const account of needs.accounts) {
    const password = await passwordOf(account);
    if (password.kind === 'failed') return password;
    passwords.set(account.key, password.value);
  }
  const secrets = new Map<string, string>();
  for (const secret of needs.secrets) {
    const text = await askSecret(secret);
    if (text === undefined) return failed(t`It was called off.`);
    if (text === '') return failed(t`There is no ${secret.label}, so nothing was run.`);
    if (text.length > secret.maxLength) {
      return failed(t`The ${secret.label} is longer than the ${secret.maxLength} characters that the server takes.`);
    }
    secrets.set(secret.name, text);
  }
  return ok({ secrets, passwords });
}

/** How long a server may take to show what a command did: a connection of a replica is not up at once. */
const patienceMs = 30_000;

async function conclude(
  options: RunStepOptions,
  plan: RunbookPlan,
  step: PlanStep,
  started: AuditEntry,
  end: CommandEnd,
  signal: AbortSignal,
): Promise<StepOutcome> {
  const { clock, audit, log } = options;
  const succeeded = end.kind === 'byHand' || (end.kind === 'exited' && end.code === 0);
  const verification: Verification =
    end.kind === 'notStarted'
      ? { kind: 'unknown', why: t`nothing was run` }
      : await verifyNow(options, step, clock.now(), succeeded ? patienceMs : 0, signal);
  const { result, words } = judge(end, verification);
  const entry: AuditEntry = {
    ...started,
    kind: 'ended',
    at: new Date(clock.now()).toISOString(),
    ...{ end, result, verification: options.logic.redact(inWords(verification)) },
  };
  log.info(`${plan.id} on ${plan.target.key}, ${step.title}: ${result}, ${words}`);
  try {
    await audit.append(entry);
    return { kind: result, words, entry };
  } catch (error) {
    return { kind: result, words: t`${words} The audit log has the start only: ${messageOf(error)}`, entry };
  }
}

/** What the server's word alone makes of a step. */
const results = { done: 'done', notDone: 'failed', unknown: 'unverified' } as const;

/**
 * The server's word is needed for `done`, and an exit code other than 0 speaks against it. Where nobody knows how the
 * command ended it may still be at work, so the operator has to look once more.
 */
export function judge(
  end: CommandEnd,
  verification: Verification,
): { readonly result: StepResult; readonly words: string } {
  const says = `${describeEnd(end)}; ${verification.kind === 'unknown' ? '' : t`the server says: `}${inWords(verification)}.`;
  const words = says.charAt(0).toUpperCase() + says.slice(1);
  if (end.kind === 'notStarted' || (end.kind === 'exited' && end.code !== 0)) return { result: 'failed', words };
  if (end.kind === 'exited' || end.kind === 'byHand') {
    return { result: results[verification.kind], words };
  }
  return { result: 'unverified', words };
}

export interface VerifyAgainOptions extends VerifyOptions {
  readonly audit: AuditLog;
}

/** Asks the server once more about a step whose command ended in an unknown way, or too early. */
export async function verifyAgain(
  options: VerifyAgainOptions,
  step: PlanStep,
  before: AuditEntry,
  signal: AbortSignal,
): Promise<Extract<StepOutcome, { entry: AuditEntry }>> {
  const { clock, audit, logic } = options;
  const verification = await verifyNow(options, step, clock.now(), 0, signal);
  const result = results[verification.kind];
  const entry: AuditEntry = {
    ...before,
    kind: 'verified',
    at: new Date(clock.now()).toISOString(),
    ...{ result, verification: logic.redact(inWords(verification)) },
  };
  await audit.append(entry);
  const words = verification.kind === 'unknown' ? verification.why : t`The server says: ${verification.measured}.`;
  return { kind: result, words, entry };
}

function inWords(verification: Verification): string {
  return (verification.kind === 'unknown' ? verification.why : verification.measured).replace(/\.$/, '');
}
