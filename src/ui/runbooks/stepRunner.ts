import { hostname, userInfo } from 'node:os';
import * as vscode from 'vscode';
import { auditRefusal } from '../../app/auditStep';
import { runStep, verifyAgain, type RunStepOptions, type StepOutcome } from '../../app/runStep';
import { failed, ok } from '../../core/outcome';
import type { PlanCheck, PlanSecret, RunbookPlan } from '../../core/runbooks/plan';
import { withAccount } from '../grants/withAccount';
import { askName } from './askName';
import type { OpenPlan } from './planDocuments';
import type { Runbooks } from './runbooks';
import { t } from '../../core/l10n';
import { showWarning } from '../messages';

/** Starts, watches and calls off the steps of open plans, and asks what has to be asked. */
export class StepRunner {
  readonly #runbooks: Runbooks;
  /** Keys of servers on which a step is under way: two plans must not write to one server at once. */
  readonly #busy = new Set<string>();

  constructor(runbooks: Runbooks) {
    this.#runbooks = runbooks;
  }

  /** @param version of the plan as it was shown; undefined: as it is shown now */
  async run(query: string, stepId: string, version?: number): Promise<void> {
    const open = this.#runbooks.find(query);
    const plan = open?.shown?.plan;
    const step = plan?.steps.find(({ id }) => id === stepId);
    if (open === undefined || plan === undefined || step === undefined) {
      refuse(t`This plan is no longer open.`);
      return;
    }
    const { key } = (await this.#runbooks.parts()).runbookLogic.needsOf(step.call).server;
    const why = this.#whyNot(open, key, version);
    if (why !== undefined) {
      refuse(why);
      await auditRefusal(await this.#options(open), { plan }, step, why);
      return;
    }
    const abort = new AbortController();
    open.session.running = { stepId, abort };
    this.#busy.add(key);
    try {
      await this.#runHeld(open, query, plan, stepId, abort.signal);
    } finally {
      delete open.session.running;
      this.#busy.delete(key);
      this.#runbooks.refresh();
    }
  }

  #whyNot({ version: shown, session }: Readonly<OpenPlan>, key: string, version?: number): string | undefined {
    if (version !== undefined && version !== shown) {
      return t`The plan has changed since this was shown. Look at it again, then run the step.`;
    }
    if (!this.#runbooks.options.mayConnect()) return t`The workspace is not trusted, so no runbook runs.`;
    return session.running !== undefined || this.#busy.has(key)
      ? t`Another step is under way on ${key}. Wait for its end, or call it off.`
      : undefined;
  }

  /** The operator has pressed Enter, or wants the server to be asked once more. */
  async verify(query: string, stepId: string): Promise<void> {
    const open = this.#runbooks.find(query);
    const step = open?.shown?.plan.steps.find(({ id }) => id === stepId);
    if (open === undefined || step === undefined) {
      refuse(t`This plan is no longer open.`);
      return;
    }
    const { session } = open;
    if (session.running?.stepId === stepId && session.running.hasRun !== undefined) {
      session.running.hasRun();
      return;
    }
    const before = session.entries.get(stepId);
    if (session.running !== undefined || before === undefined) {
      refuse(t`This step has not been run here.`);
      return;
    }
    this.#conclude(
      open,
      stepId,
      await verifyAgain(await this.#options(open), step, before, new AbortController().signal),
    );
  }

  /** False: no step of the plan runs. */
  callOff(query: string): boolean {
    const running = this.#runbooks.find(query)?.session.running;
    running?.abort.abort();
    return running !== undefined;
  }

  async #runHeld(
    open: Readonly<OpenPlan>,
    query: string,
    plan: RunbookPlan,
    stepId: string,
    signal: AbortSignal,
  ): Promise<void> {
    const { session } = open;
    const options = await this.#options(open);
    const override = await this.#askOverride(plan);
    if (override === 'refused') {
      const step = plan.steps.find(({ id }) => id === stepId);
      if (step !== undefined) await auditRefusal(options, { plan }, step, plan.blocked.join(' '));
      return;
    }
    const { isProduction, key } = plan.target;
    const says = options.logic.guardWords(plan, stepId, session.progress);
    const outcome = await runStep(
      { ...options, confirm: (name) => askName(name, says, t`run this step`) },
      {
        ...{ plan, stepId, shell: session.shell, done: session.done },
        terminal: { plan: query, name: isProduction ? `PROD ${key}` : key, isProduction },
        ...(override === undefined ? {} : { override }),
        onStarted: () => {
          session.started ??= plan;
          session.progress[stepId] = { kind: 'running', words: t`It runs in the terminal.` };
          this.#runbooks.refresh();
          this.#runbooks.reveal(query, stepId);
        },
        onTyped: (hasRun) => {
          session.progress[stepId] = {
            kind: 'typed',
            words: t`The command stands in the terminal. Press Enter there, and come back when it has ended.`,
          };
          if (session.running !== undefined) session.running.hasRun = hasRun;
          this.#runbooks.refresh();
        },
      },
      signal,
    );
    if (outcome.kind === 'refused') {
      refuse(outcome.why);
      return;
    }
    if (outcome.kind === 'otherShell') {
      session.shell = outcome.shell;
      refuse(t`The terminal runs another shell, so the command is now shown with its quotes. Run the step again.`);
      return;
    }
    this.#conclude(open, stepId, outcome);
  }

  #conclude({ session }: Readonly<OpenPlan>, stepId: string, outcome: Extract<StepOutcome, { words: string }>): void {
    session.progress[stepId] = { kind: outcome.kind, words: outcome.words };
    session.entries.set(stepId, outcome.entry);
    if (outcome.kind === 'done') session.done.add(stepId);
    else session.done.delete(stepId);
    this.#runbooks.refresh();
    if (outcome.kind !== 'done') void showWarning(t`The step is not done. ${outcome.words}`);
  }

  async #options({ session, request }: Readonly<OpenPlan>): Promise<Omit<RunStepOptions, 'confirm'>> {
    const { options } = this.#runbooks;
    const { fleet, mayConnect, clock, log, environment } = options;
    const [{ runbookLogic: logic }, tools, reader] = await Promise.all([
      this.#runbooks.parts(),
      options.tools(),
      options.reader(),
    ]);
    const filesOf = await this.#runbooks.filesIn();
    return {
      ...{ logic, mayConnect, clock, log, ...tools },
      who: `${userInfo().username}@${hostname()}`,
      ...this.#runbooks.readingFor(request),
      filesOf,
      endOf: (file) => tools.endOfFile(this.#runbooks.resolve(file)),
      askSecret: async (secret) => {
        const known = session.secrets.get(secret.name) ?? (await askSecret(secret));
        if (known !== undefined && known !== '') session.secrets.set(secret.name, known);
        return known;
      },
      passwordOf: async ({ password }) => {
        if (password.kind === 'env') {
          const value = environment[password.variable];
          return value === undefined ? failed(t`The environment variable ${password.variable} is not set.`) : ok(value);
        }
        const value = await options.askPassword(password.name);
        return value === undefined ? failed(t`No password was given for "${password.name}".`) : ok(value);
      },
      accountsOf: async (key, { account }, signal) => {
        const spec = fleet.view?.instances[key]?.spec;
        if (spec === undefined || !mayConnect()) return undefined;
        const optionFile = account.kind === 'optionFile' ? account.path : undefined;
        const read = await reader.readGrants(withAccount(spec, optionFile), signal);
        return read.kind === 'ok' ? read.value : undefined;
      },
    };
  }

  /** Undefined: nothing stands in the way. */
  async #askOverride(
    plan: RunbookPlan,
  ): Promise<{ readonly checks: readonly string[]; readonly reason: string } | undefined | 'refused'> {
    if (plan.blocked.length === 0) return undefined;
    const { blockedBy, overridable } = (await this.#runbooks.parts()).runbookLogic;
    const checks = overridable(plan.checks);
    const soft = blockedBy(checks);
    const why = t`Nothing was run. ${plan.blocked.join(' ')}`;
    if (plan.blocked.some((reason) => !soft.includes(reason))) {
      void showWarning(why);
      return 'refused';
    }
    const button = t`Overrule With a Reason...`;
    if ((await showWarning(why, button)) !== button) return 'refused';
    const reason = await askReason(checks);
    return reason === undefined ? 'refused' : { checks: checks.map(({ id }) => id), reason };
  }
}

function refuse(why: string): void {
  void showWarning(t`Nothing was run. ${why}`);
}

const shortestReason = 10;

function askReason(checks: readonly PlanCheck[]): Thenable<string | undefined> {
  return vscode.window.showInputBox({
    title: t`Overrule ${checks.map(({ id }) => id).join(', ')}`,
    prompt: t`Why is it right to go on? The reason is written to the audit log.`,
    ignoreFocusOut: true,
    validateInput: (text) =>
      text.trim().length < shortestReason ? t`A reason of at least ${shortestReason} characters.` : undefined,
  });
}

/** A new secret is asked for twice: nobody could log in with a slip of the finger. */
async function askSecret({ label, maxLength, isNew }: PlanSecret): Promise<string | undefined> {
  const ask = (prompt: string, isRight: (text: string) => string | undefined): Thenable<string | undefined> =>
    vscode.window.showInputBox({ title: label, prompt, password: true, ignoreFocusOut: true, validateInput: isRight });
  const first = await ask(t`The ${label}. It stands in a file of yours alone while the step runs.`, (text) =>
    text.length > maxLength ? t`The server takes at most ${maxLength} characters.` : undefined,
  );
  if (first === undefined || first === '' || isNew !== true) return first;
  return ask(t`The ${label} once more.`, (text) => (text === first ? undefined : t`It is not the same as before.`));
}
