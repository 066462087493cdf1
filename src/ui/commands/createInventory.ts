import * as vscode from 'vscode';
import type { FleetLogic } from '../../core/fleetLogic';
import type { KnownCluster } from '../../core/firstServer/foundServers';
import type { TrialVerdict } from '../../core/firstServer/judgeTrial';
import type { InventoryDraft, ListedServer } from '../../core/firstServer/renderInventory';
import { formatKey } from '../../core/inventory/address';
import { formatCount } from '../../core/words';
import type { TrialReader } from '../../ports';
import type { InventoryFile } from '../documents/inventoryFile';
import { proposeText } from '../documents/proposeText';
import { withProgress } from '../withProgress';
import { t } from '../../core/l10n';
import { showInformation, showWarning } from '../messages';

type Logic = FleetLogic['firstServer'];
type Answered = Extract<TrialVerdict, { readonly kind: 'answered' }>;

export interface CreateContext {
  readonly inventory: InventoryFile;
  readonly logic: () => Promise<Logic>;
  /** Clusters that an Orchestrator of the inventory knows and its text does not. */
  readonly importable: (text: string) => Promise<readonly KnownCluster[]>;
  /** Undefined: nothing may connect. */
  readonly reader: () => Promise<TrialReader | undefined>;
  /** Asks where it is not known. Undefined: the operator gave none. */
  readonly askPassword: (name: string, title: string) => Promise<string | undefined>;
  readonly forgetPassword: (name: string) => Promise<void>;
}

/** Asks for one server, tries it, offers what it knows of its fleet, and writes a commented inventory. */
export async function createInventory(context: CreateContext): Promise<void> {
  const { inventory } = context;
  if (inventory.state.kind === 'loading') await inventory.reload();
  const { state } = inventory;
  if (state.kind === 'noFolder' || state.kind === 'loading') {
    const choice = await showInformation(
      t`The inventory lives in a folder. Open the folder that should hold it, then create it.`,
      t`Open Folder`,
    );
    if (choice !== undefined) await vscode.commands.executeCommand('workbench.action.files.openFolder');
    return;
  }
  const isEmpty = state.kind === 'loaded' && state.inventory.instances.length === 0;
  const document = isEmpty ? await vscode.workspace.openTextDocument(state.uri) : undefined;
  if (state.kind !== 'missing' && document === undefined) {
    await vscode.window.showTextDocument(state.uri);
    void showInformation(t`This workspace has an inventory already: here it is. Nothing was created.`);
    return;
  }
  const logic = await context.logic();
  const reader = await context.reader();
  const known = document === undefined ? [] : await context.importable(document.getText());
  const answers = reader === undefined ? await askUntested(logic) : await askTested(context, logic, reader, known);
  if (answers === undefined) return;
  if (document !== undefined) await addTo(document, logic, answers);
  else if (state.kind === 'missing') await write(inventory, state.wanted, textOf(logic, answers));
  const { draft, more, answered } = answers;
  if (answered === undefined) return;
  const says = t`${answered.server} answers at ${formatKey(draft.host, draft.port)}.`;
  const named = formatCount(more.length + 1, 'server');
  void showInformation(
    document === undefined
      ? t`${says} The inventory names ${named}.`
      : t`${says} ${named} added to the inventory: save it, then they are read.`,
  );
}

interface Answers {
  readonly draft: InventoryDraft;
  readonly more: readonly ListedServer[];
  /** Undefined: it was not tried, or written although it failed. */
  readonly answered: Answered | undefined;
}

async function askUntested(logic: Logic): Promise<Answers | undefined> {
  const manage = t`Manage Workspace Trust`;
  const anyway = t`Create Without a Test`;
  const choice = await showInformation(
    t`This workspace is not trusted, so nothing connects to a server from it. The inventory can be created, and is read once you trust the workspace.`,
    manage,
    anyway,
  );
  if (choice === manage) await vscode.commands.executeCommand('workbench.trust.manage');
  if (choice !== anyway) return undefined;
  const draft = await askDraft(logic, undefined, 2);
  return draft && { draft, more: [], answered: undefined };
}

async function askTested(
  context: CreateContext,
  logic: Logic,
  reader: TrialReader,
  known: readonly KnownCluster[],
): Promise<Answers | undefined> {
  let before: InventoryDraft | undefined;
  for (;;) {
    const draft = await askDraft(logic, before, 4);
    if (draft === undefined) return undefined;
    before = draft;
    const verdict = await tryUntilSettled(context, logic, reader, draft, known);
    if (verdict === 'stop') return undefined;
    if (verdict === 'change') continue;
    if (verdict === 'anyway') return { draft, more: [], answered: undefined };
    const more = await pickFound(draft, verdict);
    return more && { draft, more, answered: verdict };
  }
}

/** The first two of so many questions, filled with what was answered before. */
async function askDraft(
  logic: Logic,
  before: InventoryDraft | undefined,
  questions: 2 | 4,
): Promise<InventoryDraft | undefined> {
  const sentenceOf = (checked: ReturnType<Logic['checkAddress' | 'checkUser']>) =>
    checked.kind === 'failed' ? checked.reason : undefined;
  const address = await vscode.window.showInputBox({
    title: t`Create Inventory (1/${questions}): a server of the fleet`,
    prompt: t`host, host:port or [IPv6]:port of one server. It is asked for its replicas.`,
    placeHolder: 'db1.example.org:3306',
    value: before && formatKey(before.host, before.port),
    ignoreFocusOut: true,
    validateInput: (typed) => (typed === '' ? undefined : sentenceOf(logic.checkAddress(typed))),
  });
  // Nothing typed is nothing asked for.
  const checked = address === undefined || address === '' ? undefined : logic.checkAddress(address);
  if (checked?.kind !== 'ok') return undefined;
  const typed = await vscode.window.showInputBox({
    title: t`Create Inventory (2/${questions}): the account that reads`,
    prompt: t`An account that may look and not write is enough. Its password is asked for next.`,
    value: before?.user ?? 'replideck',
    ignoreFocusOut: true,
    validateInput: (user) => sentenceOf(logic.checkUser(user)),
  });
  const user = typed === undefined ? undefined : logic.checkUser(typed);
  if (user?.kind !== 'ok') return undefined;
  const { host, port } = checked.value;
  return { host, port, user: user.value, secret: logic.secretName(user.value, host) };
}

/** `change`: other answers are to be given; `anyway`: written although it did not answer. */
async function tryUntilSettled(
  { askPassword, forgetPassword }: CreateContext,
  logic: Logic,
  reader: TrialReader,
  draft: InventoryDraft,
  known: readonly KnownCluster[],
): Promise<Answered | 'stop' | 'change' | 'anyway'> {
  const key = formatKey(draft.host, draft.port);
  for (;;) {
    if ((await askPassword(draft.secret, t`Create Inventory (3/4): the password of ${draft.user}`)) === undefined)
      return 'stop';
    const trial = await withProgress(t`Trying ${key} as ${draft.user}`, (signal) =>
      reader.tryServer(logic.specOfDraft(draft), signal),
    );
    const verdict = logic.judgeTrial(draft, trial, known);
    if (verdict.kind === 'answered') return verdict;
    if (verdict.kind === 'cancelled') return 'change';
    const again = verdict.isLogin ? t`Other Password` : t`Try Again`;
    const change = t`Change Server or Account`;
    const anyway = t`Create Anyway`;
    const choice = await showWarning(verdict.words, again, change, anyway);
    if (choice === undefined) return 'stop';
    if (choice === change) return 'change';
    if (choice === anyway) return 'anyway';
    if (verdict.isLogin) await forgetPassword(draft.secret);
  }
}

/** Undefined: called off. Nothing connects to what is offered before it stands in the inventory. */
async function pickFound(draft: InventoryDraft, verdict: Answered): Promise<readonly ListedServer[] | undefined> {
  const { found, server, untold, isListDenied } = verdict;
  if (found.length === 0 && untold === 0) return [];
  const hidden =
    untold === 0
      ? ''
      : t` ${formatCount(untold, 'replica')} on its own machine ${untold === 1 ? t`does` : t`do`} not say at which port.`;
  const denied = isListDenied ? t` The account may not list the replicas (SHOW SLAVE HOSTS): ports are guessed.` : '';
  if (found.length === 0) {
    void showInformation(t`Add by hand:${hidden}`);
    return [];
  }
  const items = found.map((each) => ({
    label: each.key,
    description: each.isPortGuessed ? t`port ${each.port} is a guess` : '',
    detail: each.how,
    // A guess is for the operator to confirm.
    picked: !each.isPortGuessed,
    found: each,
  }));
  const picked = await vscode.window.showQuickPick(items, {
    title: t`Create Inventory (4/4): ${server} at ${formatKey(draft.host, draft.port)} knows these`,
    placeHolder: t`Which of them belong to the inventory?${denied}${hidden}`,
    canPickMany: true,
    ignoreFocusOut: true,
    matchOnDetail: true,
  });
  return picked?.map((item) => item.found);
}

const textOf = (logic: Logic, { draft, more, answered }: Answers): string =>
  logic.renderInventory(draft, more, answered?.flavor);

/** Creates the file, and opens it. Never writes over one that has appeared meanwhile. */
async function write(inventory: InventoryFile, uri: vscode.Uri, text: string): Promise<void> {
  const edit = new vscode.WorkspaceEdit();
  edit.createFile(uri, { contents: new TextEncoder().encode(text), overwrite: false });
  const isWritten = await vscode.workspace.applyEdit(edit);
  await inventory.reload();
  if (inventory.state.kind === 'missing') throw new Error(t`${uri.fsPath} could not be written.`);
  await vscode.commands.executeCommand('workbench.view.extension.replideck');
  await vscode.window.showTextDocument(uri);
  if (!isWritten) {
    void showWarning(t`An inventory has appeared meanwhile. It was left as it is, and nothing was written.`);
  }
}

async function addTo(document: vscode.TextDocument, logic: Logic, { draft, more }: Answers): Promise<void> {
  const added = logic.addFirstServer(document.getText(), draft, more);
  if (added.kind === 'failed') throw new Error(added.reason);
  await proposeText(document, added.value);
}
