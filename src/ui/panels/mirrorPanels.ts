import * as vscode from 'vscode';
import type { Mirrors } from '../../app/mirrors';
import { MirrorWatch, type WatchState } from '../../app/mirrorWatch';
import type { FleetView } from '../../core/fleetView';
import type {
  MirrorPanelAnswer,
  MirrorPanelRequest,
  MirrorPanelSection,
  MirrorPanelState,
  MirrorSubject,
  RunbookOffer,
  ToMirrorPanel,
  WatchedEvents,
} from '../../protocol/mirrorPanel';
import { parseMirrorMessage, parseMirrorSubject } from '../../protocol/parseMirrorMessage';
import type { MirrorPanelContext } from './mirror/model';
import { WebviewPanels, type OpenPanel } from './webviewPanels';
import { t } from '../../core/l10n';

export interface MirrorPanelHost {
  readonly view: () => FleetView | undefined;
  readonly mirrors: Mirrors;
  readonly refresh: (key: string) => Promise<void>;
  /** Compares the contents with progress and, where it cannot, words of its own. */
  readonly compare: (name: string) => Promise<unknown>;
  /** Both values of a key side by side. */
  readonly openDiff: (name: string, destinationKey: string) => Promise<void>;
  /** What can be planned for a mirror. */
  readonly runbooks: (view: FleetView, key: string) => Promise<readonly RunbookOffer[]>;
  readonly planRunbook: (key: string, id: string) => Promise<void>;
  readonly model: () => Promise<MirrorPanelModel>;
  readonly reportError: (what: string, error: unknown) => void;
}

export interface MirrorPanelModel {
  toMirrorPanelState(view: FleetView, name: string, context: MirrorPanelContext): MirrorPanelState;
  toWatchedEvents(mirror: FleetView['mirrors'][number], watch: WatchState): WatchedEvents;
  renderMirrorTicket(view: FleetView, name: string): string;
}

interface Own {
  driftFilter: string;
  /** To be scrolled to; until the panel was told. */
  section: MirrorPanelSection | undefined;
  /** What the operator wants; it is watched while the panel is seen, too. */
  wantsWatch: boolean;
  watch: { readonly watch: MirrorWatch; readonly spec: string } | undefined;
}
type Open = OpenPanel<MirrorSubject, Own>;

/** Panels of etcd mirrors, one each. The source's events are watched while a panel is seen, and not otherwise. */
export class MirrorPanels extends WebviewPanels<MirrorSubject, Own, MirrorPanelRequest, MirrorPanelAnswer> {
  readonly #host: MirrorPanelHost;

  protected override readonly parseSubject = parseMirrorSubject;
  protected override readonly parseMessage = parseMirrorMessage;

  constructor(extensionUri: vscode.Uri, host: MirrorPanelHost) {
    super(extensionUri, 'mirror', host.reportError);
    this.#host = host;
  }

  show(name: string, section?: MirrorPanelSection): void {
    const open = this.reveal({ kind: 'mirror', name });
    if (section === undefined) return;
    open.own.section = section;
    void this.send(open);
  }

  protected override idOf({ name }: MirrorSubject): string {
    return name;
  }

  protected override titleOf({ name }: MirrorSubject): string {
    return name;
  }

  protected override createOwn(): Own {
    return { driftFilter: '', section: undefined, wantsWatch: true, watch: undefined };
  }

  protected override visibilityChanged(open: Open, isVisible: boolean): void {
    if (isVisible && open.ready && open.own.wantsWatch) this.#startWatch(open);
    else open.own.watch?.watch.stop();
  }

  protected override async answer(open: Open, request: MirrorPanelRequest): Promise<MirrorPanelAnswer> {
    const { subject, own } = open;
    const { name } = subject;
    switch (request.kind) {
      case 'refresh':
        await this.#host.refresh(keyOf(name));
        return { kind: 'done' };
      case 'copy':
        await vscode.env.clipboard.writeText(request.text);
        return { kind: 'done' };
      case 'copyTicket': {
        const view = this.#host.view();
        if (view === undefined) return { kind: 'failed', message: t`Nothing has been read yet.` };
        await vscode.env.clipboard.writeText((await this.#host.model()).renderMirrorTicket(view, name));
        return { kind: 'done' };
      }
      case 'compare':
        return (await this.#host.compare(name)) === undefined
          ? { kind: 'failed', message: t`The contents were not compared.` }
          : { kind: 'done' };
      case 'filterDrift':
        own.driftFilter = request.filter;
        await this.send(open);
        return { kind: 'done' };
      case 'openDiff':
        await this.#host.openDiff(name, request.key);
        return { kind: 'done' };
      case 'watch':
        own.wantsWatch = request.on;
        this.visibilityChanged(open, open.panel.visible);
        await this.#sendEvents(open);
        return { kind: 'done' };
      case 'planRunbook':
        await this.#host.planRunbook(keyOf(name), request.id);
        return { kind: 'done' };
    }
  }

  protected override async draw(open: Open): Promise<void> {
    const view = this.#host.view();
    if (view === undefined) return;
    const { subject, own } = open;
    const key = keyOf(subject.name);
    const [model, runbooks] = await Promise.all([this.#host.model(), this.#host.runbooks(view, key)]);
    const state = model.toMirrorPanelState(view, subject.name, {
      reading: this.#host.mirrors.isReading(key),
      driftFilter: own.driftFilter,
      runbooks,
    });
    open.panel.title = state.title;
    await this.post(open, { kind: 'state', state, sentAt: new Date().toISOString() } satisfies ToMirrorPanel);
    // The inventory may have changed, or have come only now.
    this.visibilityChanged(open, open.panel.visible);
    await this.#sendEvents(open);
    if (own.section === undefined) return;
    await this.post(open, { kind: 'reveal', section: own.section } satisfies ToMirrorPanel);
    own.section = undefined;
  }

  #startWatch(open: Open): void {
    const { name } = open.subject;
    const mirror = this.#host.view()?.mirrors.find(({ spec }) => spec.name === name);
    const spec = JSON.stringify(mirror?.spec);
    if (open.own.watch?.spec !== spec) {
      open.own.watch?.watch.stop();
      const options = this.#host.mirrors.watchOptions(name);
      const onChange = (): void => {
        void this.#sendEvents(open);
      };
      open.own.watch = options && { watch: new MirrorWatch({ ...options, onChange }), spec };
    }
    open.own.watch?.watch.start();
  }

  async #sendEvents(open: Open): Promise<void> {
    const mirror = this.#host.view()?.mirrors.find(({ spec }) => spec.name === open.subject.name);
    const { watch } = open.own;
    if (mirror === undefined || watch === undefined || !open.panel.visible) return;
    const model = await this.#host.model();
    await this.post(open, {
      kind: 'events',
      events: model.toWatchedEvents(mirror, watch.watch.state),
    } satisfies ToMirrorPanel);
  }
}

function keyOf(name: string): string {
  return `mirror:${name}`;
}
