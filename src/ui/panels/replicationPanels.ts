import * as vscode from 'vscode';
import type { FleetView } from '../../core/fleetView';
import { parseSubject, parseToHost } from '../../protocol/parseToHost';
import type {
  LagHistory,
  PanelAnswer,
  PanelRequest,
  PanelSection,
  PanelState,
  Subject,
  ToPanel,
} from '../../protocol/replicationPanel';
import { subjectKeys } from './replication/subjectKeys';
import { WebviewPanels, type OpenPanel } from './webviewPanels';
import { t } from '../../core/l10n';

export interface PanelHost {
  readonly view: () => FleetView | undefined;
  readonly isReading: (key?: string) => boolean;
  readonly refresh: (subject: Subject) => Promise<void>;
  readonly history: (view: FleetView, subject: Subject, rangeSeconds: number) => LagHistory;
  /** Loaded on first use: it brings most of the panel's words. */
  readonly model: () => Promise<PanelModel>;
  /** Undefined: there is no such runbook. */
  readonly runbookTitle: (id: string) => Promise<string | undefined>;
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

interface Own {
  rangeSeconds: number;
  readinessOpen: boolean;
  /** To be opened and scrolled to; until the panel has done it. */
  section: PanelSection | undefined;
}
type Open = OpenPanel<Subject, Own>;

export const replicationPanelType = 'replideck.replication';

/** Replication panels: one per instance or cluster. */
export class ReplicationPanels extends WebviewPanels<Subject, Own, PanelRequest, PanelAnswer> {
  readonly #host: PanelHost;

  protected override readonly idOf = idOf;
  protected override readonly titleOf = titleOf;
  protected override readonly parseSubject = parseSubject;
  protected override readonly parseMessage = parseToHost;

  constructor(extensionUri: vscode.Uri, host: PanelHost) {
    super(extensionUri, 'replication', host.reportError);
    this.#host = host;
  }

  /** Instances that a visible panel is about. */
  visibleKeys(view: FleetView | undefined): readonly string[] {
    return this.visibleSubjects.flatMap((subject) => subjectKeys(view, subject));
  }

  show(subject: Subject, section?: PanelSection): void {
    const open = this.reveal(subject);
    if (section === undefined) return;
    open.own.section = section;
    open.own.readinessOpen = true;
    void this.send(open);
  }

  protected override createOwn(): Own {
    return { rangeSeconds: 15 * 60, readinessOpen: false, section: undefined };
  }

  protected override async answer(open: Open, request: PanelRequest): Promise<PanelAnswer> {
    const view = this.#host.view();
    const { subject, own } = open;
    switch (request.kind) {
      case 'refresh':
        await this.#host.refresh(subject);
        return { kind: 'done' };
      case 'open':
        this.show(request.subject);
        return { kind: 'done' };
      case 'copy':
        await vscode.env.clipboard.writeText(request.text);
        return { kind: 'done' };
      case 'copyTicket':
        if (view === undefined) return nothingRead;
        await vscode.env.clipboard.writeText((await this.#host.model()).renderTicket(view, subject));
        return { kind: 'done' };
      case 'planRunbook': {
        const { id, key, connection } = request;
        const query =
          connection === undefined ? '' : new URLSearchParams({ connection: connection || '(default)' }).toString();
        await vscode.commands.executeCommand('replideck.runbook.plan', `${key} ${id}?${query}`);
        return { kind: 'done' };
      }
      case 'copyReadiness':
        if (view === undefined || subject.kind !== 'cluster') return nothingRead;
        await vscode.env.clipboard.writeText((await this.#host.model()).renderReadiness(view, subject.name));
        return { kind: 'done' };
      case 'readiness':
        own.readinessOpen = request.open;
        own.section = undefined;
        await this.send(open);
        return { kind: 'done' };
      case 'history':
        own.rangeSeconds = request.rangeSeconds;
        if (view === undefined) return nothingRead;
        return { kind: 'history', history: this.#host.history(view, subject, request.rangeSeconds) };
    }
  }

  protected override async draw(open: Open): Promise<void> {
    const view = this.#host.view();
    if (view === undefined) return;
    const { subject, own } = open;
    const model = await this.#host.model();
    const history = this.#host.history(view, subject, own.rangeSeconds);
    const reading = this.#host.isReading(subject.kind === 'instance' ? subject.key : undefined);
    const state = model.toPanelState(view, subject, history, { reading, readinessOpen: own.readinessOpen });
    open.panel.title = state.title;
    const runbookTitles = await this.#titlesOf(state.findings);
    const sentAt = new Date().toISOString();
    await this.post(open, { kind: 'state', state: { ...state, runbookTitles }, sentAt } satisfies ToPanel);
    if (own.section !== undefined) {
      await this.post(open, { kind: 'reveal', section: own.section } satisfies ToPanel);
    }
  }

  async #titlesOf(findings: PanelState['findings']): Promise<Readonly<Record<string, string>>> {
    const ids = [...new Set(findings.flatMap(({ runbook }) => runbook ?? []))];
    return Object.fromEntries(
      await Promise.all(ids.map(async (id) => [id, (await this.#host.runbookTitle(id)) ?? id] as const)),
    );
  }
}

const nothingRead = { kind: 'failed', message: t`Nothing has been read yet.` } as const;

function idOf(subject: Subject): string {
  return subject.kind === 'instance' ? subject.key : `cluster:${subject.name}`;
}

function titleOf(subject: Subject): string {
  return subject.kind === 'instance' ? subject.key : subject.name;
}
