import * as vscode from 'vscode';
import type { Shell } from '../../core/guard/quoteShell';
import { failed, ok, type Outcome } from '../../core/outcome';
import type { CommandEnd } from '../../core/runbooks/auditEntry';
import type { CommandRunner, PlanTerminal, TerminalWish } from '../../ports';
import { canReport, shellOf } from './shellOf';
import { t } from '../../core/l10n';

/** How long a new terminal may take to report its shell: its start files run first, on a busy machine for long. */
const integrationMs = 15_000;
/** The same for a shell that is not known to report at all. */
const unlikelyMs = 2000;
/** How long a command may take to end after ^C before it counts as running on. */
const interruptMs = 5000;
const controlC = '\u0003';
/** A terminal takes lines of 4095 bytes where the shell does not read it key by key, and drops the rest. */
const longestTyped = 4000;

interface Opened {
  readonly terminal: vscode.Terminal;
  /** Commands that run in it, ours and others'. */
  readonly executions: Set<vscode.TerminalShellExecution>;
  /** A line was typed into it without Enter: what became of that line nobody knows. */
  wasTyped: boolean;
}

type Ended = { readonly kind: 'ended'; readonly exitCode: number | undefined } | { readonly kind: 'closed' };

/** One terminal for each plan, which VS Code does not bring back after a restart. */
export class PlanTerminals implements CommandRunner, vscode.Disposable {
  readonly #opened = new Map<string, Opened>();
  readonly #changed = new vscode.EventEmitter<vscode.Terminal>();
  readonly #ended = new vscode.EventEmitter<vscode.TerminalShellExecutionEndEvent>();
  readonly #closed = new vscode.EventEmitter<vscode.Terminal>();
  readonly #registrations: vscode.Disposable;

  constructor() {
    this.#registrations = vscode.Disposable.from(
      vscode.window.onDidChangeTerminalShellIntegration(({ terminal }) => {
        this.#changed.fire(terminal);
      }),
      vscode.window.onDidStartTerminalShellExecution(({ terminal, execution }) => {
        this.#find(terminal)?.executions.add(execution);
      }),
      vscode.window.onDidEndTerminalShellExecution((event) => {
        this.#find(event.terminal)?.executions.delete(event.execution);
        this.#ended.fire(event);
      }),
      vscode.window.onDidCloseTerminal((terminal) => {
        for (const [plan, opened] of this.#opened) if (opened.terminal === terminal) this.#opened.delete(plan);
        this.#closed.fire(terminal);
      }),
    );
  }

  async open(wish: TerminalWish): Promise<Outcome<PlanTerminal, string>> {
    let opened = this.#opened.get(wish.plan);
    if (opened === undefined || opened.terminal.exitStatus !== undefined) {
      opened = {
        terminal: vscode.window.createTerminal({
          name: wish.name,
          isTransient: true,
          iconPath: new vscode.ThemeIcon('checklist'),
          ...(wish.isProduction ? { color: new vscode.ThemeColor('terminal.ansiRed') } : {}),
          message: t`Replideck runs the steps of a plan here: ${wish.name}`,
        }),
        executions: new Set(),
        wasTyped: false,
      };
      this.#opened.set(wish.plan, opened);
    }
    const { terminal, executions } = opened;
    terminal.show(true);
    await this.#waitForIntegration(terminal);
    if (terminal.exitStatus !== undefined) return failed(t`The terminal ${wish.name} was closed.`);
    if (executions.size > 0) {
      return failed(t`Something else runs in the terminal ${wish.name}. End it there, or close the terminal.`);
    }
    const name = terminal.state.shell ?? vscode.env.shell;
    const shell = shellOf(name);
    return shell === undefined
      ? failed(
          t`The terminal runs ${name === '' ? t`a shell that is not known` : name}, whose quotes Replideck does not write. Choose bash, zsh, fish or PowerShell as default profile of the terminal.`,
        )
      : ok(this.#toPlanTerminal(opened, shell));
  }

  dispose(): void {
    this.#registrations.dispose();
    for (const emitter of [this.#changed, this.#ended, this.#closed]) emitter.dispose();
  }

  #find(terminal: vscode.Terminal): Opened | undefined {
    return [...this.#opened.values()].find((each) => each.terminal === terminal);
  }

  #toPlanTerminal(opened: Opened, shell: Shell): PlanTerminal {
    return {
      shell,
      run: (line, signal, onTyped) => {
        const integration = opened.terminal.shellIntegration;
        return integration === undefined
          ? this.#type(opened, line, signal, onTyped)
          : this.#execute(opened.terminal, integration, line, signal);
      },
    };
  }

  async #waitForIntegration(terminal: vscode.Terminal): Promise<void> {
    if (terminal.shellIntegration !== undefined) return;
    await new Promise<void>((resolve) => {
      const subscriptions: vscode.Disposable[] = [];
      const timer = setTimeout(end, isReporting() ? integrationMs : unlikelyMs);
      function end(): void {
        clearTimeout(timer);
        for (const subscription of subscriptions) subscription.dispose();
        resolve();
      }
      const mine = (changed: vscode.Terminal): void => {
        if (changed === terminal) end();
      };
      subscriptions.push(this.#changed.event(mine), this.#closed.event(mine));
    });
  }

  /** The shell says when it ends, and how. */
  async #execute(
    terminal: vscode.Terminal,
    integration: vscode.TerminalShellIntegration,
    line: string,
    signal: AbortSignal,
  ): Promise<CommandEnd> {
    let finish: (ended: Ended) => void = () => undefined;
    const ended = new Promise<Ended>((resolve) => (finish = resolve));
    let execution: vscode.TerminalShellExecution | undefined;
    const subscriptions = [
      this.#ended.event((event) => {
        if (event.execution === execution) finish({ kind: 'ended', exitCode: event.exitCode });
      }),
      this.#closed.event((closed) => {
        if (closed === terminal) finish({ kind: 'closed' });
      }),
    ];
    try {
      execution = integration.executeCommand(line);
      const first = await Promise.race([ended, aborted(signal)]);
      if (first !== 'aborted') return toEnd(first);
      terminal.sendText(controlC, false);
      const last = await Promise.race([ended, delay(interruptMs)]);
      if (last === 'late') return { kind: 'cancelled', isGone: false };
      return last.kind === 'closed' ? { kind: 'closed' } : { kind: 'cancelled', isGone: true };
    } finally {
      for (const subscription of subscriptions) subscription.dispose();
    }
  }

  /** Nobody says when it ends: the operator presses Enter, and says so. */
  async #type(
    opened: Opened,
    line: string,
    signal: AbortSignal,
    onTyped: (hasRun: () => void) => void,
  ): Promise<CommandEnd> {
    const { terminal } = opened;
    if (Buffer.byteLength(line) > longestTyped) {
      return {
        kind: 'notStarted',
        why: t`it is too long for a terminal without shell integration, which would cut it off`,
      };
    }
    terminal.show(false);
    // What is left on the line of an earlier attempt would be run with it.
    if (opened.wasTyped) terminal.sendText(controlC, false);
    opened.wasTyped = true;
    terminal.sendText(line, false);
    let subscription: vscode.Disposable | undefined;
    try {
      return await Promise.race([
        new Promise<CommandEnd>((resolve) => {
          onTyped(() => {
            resolve({ kind: 'byHand' });
          });
        }),
        new Promise<CommandEnd>((resolve) => {
          subscription = this.#closed.event((closed) => {
            if (closed === terminal) resolve({ kind: 'closed' });
          });
        }),
        aborted(signal).then((): CommandEnd => {
          terminal.sendText(controlC, false);
          return { kind: 'cancelled', isGone: false };
        }),
      ]);
    } finally {
      subscription?.dispose();
    }
  }
}

/** Whether VS Code puts its integration into new terminals of the default profile. */
function isReporting(): boolean {
  const isEnabled = vscode.workspace.getConfiguration('terminal.integrated.shellIntegration').get<boolean>('enabled');
  return isEnabled !== false && canReport(vscode.env.shell);
}

function toEnd(ended: Ended): CommandEnd {
  if (ended.kind === 'closed') return { kind: 'closed' };
  return ended.exitCode === undefined
    ? { kind: 'unknown', why: t`the shell did not tell it` }
    : { kind: 'exited', code: ended.exitCode };
}

function aborted(signal: AbortSignal): Promise<'aborted'> {
  return new Promise((resolve) => {
    const end = (): void => {
      resolve('aborted');
    };
    if (signal.aborted) end();
    else signal.addEventListener('abort', end, { once: true });
  });
}

function delay(ms: number): Promise<'late'> {
  return new Promise((resolve) => setTimeout(resolve, ms, 'late'));
}
