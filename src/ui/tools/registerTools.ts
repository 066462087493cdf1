import * as vscode from 'vscode';
import { toolNames, type ToolName } from './toolNames';
import { t } from '../../core/l10n';
import { withSignal } from '../withProgress';

/** What a model gives: texts by the names of the tool's input schema. */
export type ToolInput = Readonly<Record<string, unknown>>;

export interface Tool {
  /** Whom it would ask, one line each, for the confirmation; undefined: nobody, since the input names nothing known. */
  hosts(input: ToolInput): Promise<{ readonly title: string; readonly lines: readonly string[] } | undefined>;
  /** @throws with a sentence for the model */
  answer(input: ToolInput, signal: AbortSignal): Promise<object>;
}

export interface ToolParts {
  readonly tools: Readonly<Record<ToolName, Tool>>;
  readonly renderAnswer: (answer: object, maxCharacters: number) => string;
}

const setting = 'languageModelTools';
/** Where the model does not say how much it can take. */
const defaultTokens = 10_000;
/** JSON takes about this many of them for a token; fewer would only waste room. */
const charactersPerToken = 3;

/** Hands the tools to VS Code while the setting says so. Their code comes with the first call. */
export function registerTools(parts: () => Promise<ToolParts>): vscode.Disposable {
  let registered: vscode.Disposable | undefined;
  const follow = (): void => {
    const on = vscode.workspace.getConfiguration('replideck').get<boolean>(setting, true);
    if (!on) registered?.dispose();
    registered = on
      ? (registered ?? vscode.Disposable.from(...toolNames.map((name) => register(name, parts))))
      : undefined;
  };
  follow();
  const subscription = vscode.workspace.onDidChangeConfiguration((event) => {
    if (event.affectsConfiguration(`replideck.${setting}`)) follow();
  });
  return new vscode.Disposable(() => {
    subscription.dispose();
    registered?.dispose();
  });
}

function register(name: ToolName, parts: () => Promise<ToolParts>): vscode.Disposable {
  return vscode.lm.registerTool<ToolInput>(name, {
    async prepareInvocation({ input }) {
      const asked = await (await parts()).tools[name].hosts(input);
      if (asked === undefined) return undefined;
      // As code: a name in an inventory must not become a link.
      const message = new vscode.MarkdownString(t`Replideck reads and gives the answer to the language model:`);
      message.appendCodeblock(asked.lines.join('\n'), 'text');
      return { invocationMessage: asked.title, confirmationMessages: { title: asked.title, message } };
    },
    async invoke({ input, tokenizationOptions }, token) {
      const { tools, renderAnswer } = await parts();
      const answer = await withSignal(token, (signal) => tools[name].answer(input, signal));
      if (token.isCancellationRequested) throw new vscode.CancellationError();
      const room = (tokenizationOptions?.tokenBudget ?? defaultTokens) * charactersPerToken;
      const text = new vscode.LanguageModelTextPart(renderAnswer(answer, room));
      return new vscode.LanguageModelToolResult([text]);
    },
  });
}
