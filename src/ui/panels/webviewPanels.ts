import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import type { MessageToHost } from '../../protocol/parseMessage';
import { t } from '../../core/l10n';

/** A panel that is open, and what its kind keeps of it. */
export interface OpenPanel<Subject, Own> {
  readonly subject: Subject;
  readonly panel: vscode.WebviewPanel;
  readonly own: Own;
  /** The panel's script has said that it listens. */
  ready: boolean;
}

export interface Failed {
  readonly kind: 'failed';
  /** Words for the operator: what happened and what to do. */
  readonly message: string;
}

/**
 * Panels of one kind: at most one per subject, alive across window reloads. Every request is answered, also when it
 * fails, and a state goes only to a panel that listens and is seen.
 */
export abstract class WebviewPanels<Subject, Own, Request extends { readonly kind: string }, Answer>
  implements vscode.WebviewPanelSerializer, vscode.Disposable
{
  readonly #extensionUri: vscode.Uri;
  readonly #page: string;
  readonly #reportError: (what: string, error: unknown) => void;
  readonly #open = new Map<string, OpenPanel<Subject, Own>>();
  readonly #visibility = new vscode.EventEmitter<void>();
  readonly onDidChangeVisibility = this.#visibility.event;

  /** @param page names its script and style below dist/media, and with `replideck.` before it the type of the panel */
  constructor(extensionUri: vscode.Uri, page: string, reportError: (what: string, error: unknown) => void) {
    this.#extensionUri = extensionUri;
    this.#page = page;
    this.#reportError = reportError;
  }

  protected abstract idOf(subject: Subject): string;
  protected abstract titleOf(subject: Subject): string;
  /** What a panel kept of itself for the next start of the window. */
  protected abstract parseSubject(subject: unknown): Subject | undefined;
  protected abstract parseMessage(message: unknown): MessageToHost<Request> | undefined;
  protected abstract createOwn(subject: Subject): Own;
  protected abstract answer(open: OpenPanel<Subject, Own>, request: Request): Promise<Answer | Failed>;
  /** Posts the present state. */
  protected abstract draw(open: OpenPanel<Subject, Own>): Promise<void>;

  get anyVisible(): boolean {
    return this.visibleSubjects.length > 0;
  }

  protected get visibleSubjects(): readonly Subject[] {
    return [...this.#open.values()].filter(({ panel }) => panel.visible).map(({ subject }) => subject);
  }

  deserializeWebviewPanel(panel: vscode.WebviewPanel, state: unknown): Thenable<void> {
    const subject = this.parseSubject((state as { subject?: unknown } | undefined)?.subject);
    if (subject === undefined || this.#open.has(this.idOf(subject))) {
      panel.dispose();
    } else {
      panel.webview.options = this.#options();
      this.#adopt(panel, subject);
    }
    return Promise.resolve();
  }

  /** Sends the present state to every panel that is seen. */
  update(): void {
    for (const open of this.#open.values()) void this.send(open);
  }

  dispose(): void {
    for (const { panel } of this.#open.values()) panel.dispose();
    this.#visibility.dispose();
  }

  /** Shows the panel of a subject, opened where it was not. */
  protected reveal(subject: Subject): OpenPanel<Subject, Own> {
    const existing = this.#open.get(this.idOf(subject));
    if (existing !== undefined) {
      existing.panel.reveal(undefined, false);
      return existing;
    }
    const panel = vscode.window.createWebviewPanel(
      `replideck.${this.#page}`,
      this.titleOf(subject),
      { viewColumn: vscode.ViewColumn.Active, preserveFocus: false },
      this.#options(),
    );
    return this.#adopt(panel, subject);
  }

  /** Draws it, if it is seen. */
  protected async send(open: OpenPanel<Subject, Own>): Promise<void> {
    if (!open.ready || !open.panel.visible) return;
    try {
      await this.draw(open);
    } catch (error) {
      this.#reportError(`The panel of ${this.idOf(open.subject)} could not be drawn`, error);
    }
  }

  protected async post(open: OpenPanel<Subject, Own>, message: unknown): Promise<void> {
    // A panel that was closed meanwhile refuses messages; there is nobody left to tell.
    if (this.#open.get(this.idOf(open.subject)) === open) await open.panel.webview.postMessage(message);
  }

  /** It was shown, hidden or closed. */
  protected visibilityChanged(_open: OpenPanel<Subject, Own>, _isVisible: boolean): void {
    // Most kinds have nothing that depends on it.
  }

  #options(): vscode.WebviewOptions {
    return { enableScripts: true, localResourceRoots: [vscode.Uri.joinPath(this.#extensionUri, 'dist', 'media')] };
  }

  #adopt(panel: vscode.WebviewPanel, subject: Subject): OpenPanel<Subject, Own> {
    const open: OpenPanel<Subject, Own> = { subject, panel, own: this.createOwn(subject), ready: false };
    this.#open.set(this.idOf(subject), open);
    panel.iconPath = vscode.Uri.joinPath(this.#extensionUri, 'media', 'icon-panel.svg');
    panel.webview.onDidReceiveMessage((message: unknown) => {
      void this.#receive(open, message);
    });
    panel.onDidChangeViewState(() => {
      this.visibilityChanged(open, panel.visible);
      this.#visibility.fire();
      void this.send(open);
    });
    panel.onDidDispose(() => {
      this.#open.delete(this.idOf(subject));
      this.visibilityChanged(open, false);
      this.#visibility.fire();
    });
    panel.webview.html = this.#html(panel.webview, this.titleOf(subject));
    this.#visibility.fire();
    return open;
  }

  async #receive(open: OpenPanel<Subject, Own>, raw: unknown): Promise<void> {
    const message = this.parseMessage(raw);
    if (message === undefined) {
      this.#reportError('A panel sent a message that is not of its protocol', raw);
      return;
    }
    if (message.kind === 'ready') {
      open.ready = true;
      this.visibilityChanged(open, open.panel.visible);
      await this.send(open);
      return;
    }
    let answer: Answer | Failed;
    try {
      answer = await this.answer(open, message.request);
    } catch (error) {
      this.#reportError(`The panel's request ${message.request.kind} failed`, error);
      answer = { kind: 'failed', message: t`That did not work; the log "Replideck" says why.` };
    }
    await this.post(open, { kind: 'answer', id: message.id, answer });
  }

  #html(webview: vscode.Webview, title: string): string {
    const nonce = randomBytes(16).toString('base64');
    const file = (name: string) =>
      webview.asWebviewUri(vscode.Uri.joinPath(this.#extensionUri, 'dist', 'media', name)).toString();
    const policy = [
      `default-src 'none'`,
      `script-src 'nonce-${nonce}'`,
      `style-src ${webview.cspSource}`,
      `img-src ${webview.cspSource}`,
      `font-src ${webview.cspSource}`,
      `connect-src 'none'`,
      `form-action 'none'`,
    ].join('; ');
    return `<!DOCTYPE html>
<html lang="${vscode.l10n.bundle === undefined ? 'en' : vscode.env.language}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="${file(`${this.#page}.css`)}">
<title>${escapeHtml(title)}</title>
</head>
<body>
<main id="root"></main>
<script type="application/json" id="messages">${vscode.l10n.bundle === undefined ? '' : escapeScript(JSON.stringify(vscode.l10n.bundle))}</script>
<script nonce="${nonce}" src="${file('charts.js')}"></script>
<script nonce="${nonce}" src="${file(`${this.#page}.js`)}"></script>
</body>
</html>`;
  }
}

function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}

/** JSON that no browser takes for the end of its element. */
function escapeScript(json: string): string {
  return json.replaceAll('<', '\\u003c');
}
