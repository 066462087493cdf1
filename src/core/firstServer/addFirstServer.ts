import { formatKey } from '../inventory/address';
import { parseInventory } from '../inventory/parseInventory';
import { isMap, openYamlDocument, type EditableYaml } from '../inventory/yamlDocument';
import { failed, ok, type Outcome } from '../outcome';
import type { ServerAddress } from './checkAnswers';
import type { InventoryDraft } from './renderInventory';
import { t } from '../l10n';

/**
 * The text of an inventory that names no server yet, with a first cluster and its login. Comments stay; names that are
 * taken are left alone.
 * @returns the whole text, or a sentence that says why it cannot be done
 */
export function addFirstServer(
  text: string,
  draft: InventoryDraft,
  more: readonly ServerAddress[],
): Outcome<string, string> {
  const document = openYamlDocument(text);
  if (document === undefined) return failed(t`The inventory has errors in its YAML. Mend them first.`);
  const root = document.contents as unknown;
  if (root !== null && !isMap(root)) return failed(t`The inventory is no mapping that begins with \`version: 1\`.`);
  if (!document.has('version')) document.set('version', 1);
  const login = freeName(document, 'credentials', 'monitor');
  const cluster = freeName(document, 'clusters', 'main');
  set(document, 'credentials', login, { user: draft.user, password: { secret: draft.secret } }, true);
  const keys = [draft, ...more].map(({ host, port }) => formatKey(host, port));
  set(document, 'clusters', cluster, { production: true, credentials: login, instances: keys }, false);
  const result = document.toString({ lineWidth: 0, flowCollectionPadding: true });
  // What cannot be read back must not be written.
  const { inventory } = parseInventory(result);
  const isThere = inventory.clusters.some(
    ({ name, instances }) => name === cluster && instances.length === keys.length,
  );
  return isThere ? ok(result) : failed(t`The servers could not be added in this layout. Add them by hand.`);
}

function freeName(document: EditableYaml, key: string, wanted: string): string {
  const present = document.get(key, true);
  const taken = isMap(present) ? present.items.map((item) => String(item.key)) : [];
  let name = wanted;
  for (let count = 2; taken.includes(name); count += 1) name = `${wanted}${count}`;
  return name;
}

function set(document: EditableYaml, key: string, name: string, value: unknown, isFlow: boolean): void {
  const before = document.get(key, true) as { readonly comment?: string | null } | undefined;
  if (!isMap(before)) {
    const empty = document.createNode({});
    if (typeof before?.comment === 'string') empty.commentBefore = before.comment;
    document.set(key, empty);
  }
  const node = document.createNode(value, { flow: isFlow });
  const parent = document.get(key, true);
  // An empty `{}` would keep all that comes into it in braces.
  if (isMap(parent) && parent.items.length === 0) parent.flow = false;
  document.setIn([key, name], node);
}
