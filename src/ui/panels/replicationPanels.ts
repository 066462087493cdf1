import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import { subjectKeys } from './replication/subjectKeys';
import type { FleetView } from '../../core/fleetView';
import type {
  LagHistory,
  PanelAnswer,
  PanelRequest,
  PanelSection,
  PanelState,
  Subject,
  ToHost,
  ToPanel,
} from '../../protocol/replicationPanel';
import { parseSubject, parseToHost } from '../../protocol/parseToHost';

export interface PanelHost {
  readonly view: () => FleetView | undefined;
  readonly isReading: (key?: string) => boolean;
  readonly refresh: (subject: Subject) => Promise<void>;
  readonly history: (view: FleetView, subject: Subject, rangeSeconds: number) => LagHistory;
  /** Loaded on first use: it brings most of the panel's words. */
  readonly model: () => Promise<PanelModel>;
  readonly reportError: (what: string, error: unknown) => void;
}

export interface PanelModel {
  toPanelState(
    view: FleetView,
    subject: Subject,
    history: LagHistory,
    context: { reading: boolean; readinessOpen: boolean },
  ): PanelState;
  renderTicket(view: FleetView, subject: Subject): string;
  renderMirrorTicket(view: FleetView, name: string): string;
  renderReadiness(view: FleetView, cluster: string): string;
}

interface Open {
  readonly subject: Subject;
  readonly panel: vscode.WebviewPanel;
  rangeSeconds: number;
  /** The panel's script has said that it listens. */
  ready: boolean;
  readinessOpen: boolean;
  /** To be opened and scrolled to; until the panel has done it. */
  section: PanelSection | undefined;
}

export const replicationPanelType = 'replideck.replication';

/** Replication panels: one per instance or cluster, alive across window reloads. */
export class ReplicationPanels implements vscode.WebviewPanelSerializer, vscode.Disposable {
  readonly #extensionUri: vscode.Uri;
  readonly #host: PanelHost;
  readonly #open = new Map<string, Open>();
  readonly #visibility = new vscode.EventEmitter<void>();
  readonly onDidChangeVisibility = this.#visibility.event;

  constructor(extensionUri: vscode.Uri, host: PanelHost) {
    this.#extensionUri = extensionUri;
    this.#host = host;
  }

  get anyVisible(): boolean {
    return [...this.#open.values()].some(({ panel }) => panel.visible);
  }

  /** Instances that a visible panel is about. */
  visibleKeys(view: FleetView | undefined): readonly string[] {
    const visible = [...this.#open.values()].filter(({ panel }) => panel.visible);
    return visible.flatMap(({ subject }) => subjectKeys(view, subject));
  }

  show(subject: Subject, section?: PanelSection): void {
    const existing = this.#open.get(idOf(subject));
    if (existing !== undefined) {
      existing.panel.reveal(undefined, false);
      if (section !== undefined) this.#point(existing, section);
      return;
    }
    const panel = vscode.window.createWebviewPanel(
      replicationPanelType,
      titleOf(subject),
      { viewColumn: vscode.ViewColumn.Active, preserveFocus: false },
      this.#options(),
    );
    const open = this.#adopt(panel, subject);
    if (section !== undefined) this.#point(open, section);
  }

  deserializeWebviewPanel(panel: vscode.WebviewPanel, state: unknown): Thenable<void> {
    const subject = parseSubject((state as { subject?: unknown } | undefined)?.subject);
    if (subject === undefined || this.#open.has(idOf(subject))) {
      panel.dispose();
    } else {
      panel.webview.options = this.#options();
      this.#adopt(panel, subject);
    }
    return Promise.resolve();
  }

  /** Sends the present state to every panel that is seen. */
  update(): void {
    for (const open of this.#open.values()) void this.#send(open);
  }

  dispose(): void {
    for (const { panel } of this.#open.values()) panel.dispose();
    this.#visibility.dispose();
  }

  #options(): vscode.WebviewOptions {
    return { enableScripts: true, localResourceRoots: [vscode.Uri.joinPath(this.#extensionUri, 'dist', 'media')] };
  }

  #point(open: Open, section: PanelSection): void {
    open.section = section;
    open.readinessOpen = true;
    void this.#send(open);
  }

  #adopt(panel: vscode.WebviewPanel, subject: Subject): Open {
    const open: Open = {
      ...{ subject, panel, rangeSeconds: 15 * 60 },
      ...{ ready: false, readinessOpen: false, section: undefined },
    };
    this.#open.set(idOf(subject), open);
    panel.iconPath = vscode.Uri.joinPath(this.#extensionUri, 'media', 'icon-panel.svg');
    panel.webview.onDidReceiveMessage((message: unknown) => {
      void this.#receive(open, message);
    });
    panel.onDidChangeViewState(() => {
      this.#visibility.fire();
      void this.#send(open);
    });
    panel.onDidDispose(() => {
      this.#open.delete(idOf(subject));
      this.#visibility.fire();
    });
    panel.webview.html = this.#html(panel.webview, titleOf(subject));
    this.#visibility.fire();
    return open;
  }

  async #receive(open: Open, raw: unknown): Promise<void> {
    const message: ToHost | undefined = parseToHost(raw);
    if (message === undefined) {
      this.#host.reportError('A panel sent a message that is not of its protocol', raw);
      return;
    }
    if (message.kind === 'ready') {
      open.ready = true;
      await this.#send(open);
      return;
    }
    let answer: PanelAnswer;
    try {
      answer = await this.#answer(open, message.request);
    } catch (error) {
      this.#host.reportError(`The panel's request ${message.request.kind} failed`, error);
      answer = { kind: 'failed', message: 'That did not work; the log "Replideck" says why.' };
    }
    await this.#post(open, { kind: 'answer', id: message.id, answer });
  }

  async #answer(open: Open, request: PanelRequest): Promise<PanelAnswer> {
    const view = this.#host.view();
    switch (request.kind) {
      case 'refresh':
        await this.#host.refresh(open.subject);
        return { kind: 'done' };
      case 'open':
        this.show(request.subject);
        return { kind: 'done' };
      case 'copy':
        await vscode.env.clipboard.writeText(request.text);
        return { kind: 'done' };
      case 'copyTicket':
        if (view === undefined) return { kind: 'failed', message: 'Nothing has been read yet.' };
        await vscode.env.clipboard.writeText((await this.#host.model()).renderTicket(view, open.subject));
        return { kind: 'done' };
      case 'copyReadiness':
        if (view === undefined || open.subject.kind !== 'cluster')
          return { kind: 'failed', message: 'Nothing has been read yet.' };
        await vscode.env.clipboard.writeText((await this.#host.model()).renderReadiness(view, open.subject.name));
        return { kind: 'done' };
      case 'readiness':
        open.readinessOpen = request.open;
        open.section = undefined;
        await this.#send(open);
        return { kind: 'done' };
      case 'history':
        open.rangeSeconds = request.rangeSeconds;
        if (view === undefined) return { kind: 'failed', message: 'Nothing has been read yet.' };
        return { kind: 'history', history: this.#host.history(view, open.subject, request.rangeSeconds) };
    }
  }

  async #send(open: Open): Promise<void> {
    const view = this.#host.view();
    if (!open.ready || !open.panel.visible || view === undefined) return;
    const { subject } = open;
    try {
      const model = await this.#host.model();
      const history = this.#host.history(view, subject, open.rangeSeconds);
      const reading = this.#host.isReading(subject.kind === 'instance' ? subject.key : undefined);
      const state = model.toPanelState(view, subject, history, { reading, readinessOpen: open.readinessOpen });
      open.panel.title = state.title;
      await this.#post(open, { kind: 'state', state, sentAt: new Date().toISOString() });
      if (open.section !== undefined) await this.#post(open, { kind: 'reveal', section: open.section });
    } catch (error) {
      this.#host.reportError(`The panel of ${idOf(subject)} could not be drawn`, error);
    }
  }

  async #post(open: Open, message: ToPanel): Promise<void> {
    // A panel that was closed meanwhile refuses messages; there is nobody left to tell.
    if (this.#open.get(idOf(open.subject)) === open) await open.panel.webview.postMessage(message);
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
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="${file('replication.css')}">
<title>${escapeHtml(title)}</title>
</head>
<body>
<main id="root"></main>
<script nonce="${nonce}" src="${file('replication.js')}"></script>
</body>
</html>`;
  }
}

function idOf(subject: Subject): string {
  return subject.kind === 'instance' ? subject.key : `cluster:${subject.name}`;
}

function titleOf(subject: Subject): string {
  return subject.kind === 'instance' ? subject.key : subject.name;
}

function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
