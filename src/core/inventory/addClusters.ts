import { failed, ok, type Outcome } from '../outcome';
import { formatKey } from './address';
import { parseInventory } from './parseInventory';
import { plainOrQuoted } from './plainOrQuoted';
import { isMap, openYamlDocument, type EditableYaml } from './yamlDocument';
import { t } from '../l10n';

export interface NewCluster {
  readonly name: string;
  readonly instances: readonly { readonly host: string; readonly port: number }[];
}

/**
 * The text of an inventory with more clusters at the end of `clusters`. Everything that stands there stays as it is:
 * comments, order, blank lines and quotes. Clusters of names that it has are left out.
 * @returns the whole text, or a sentence that says why it cannot be done
 */
export function addClusters(text: string, clusters: readonly NewCluster[]): Outcome<string, string> {
  const document = openYamlDocument(text);
  if (document === undefined) return failed(t`The inventory has errors in its YAML. Mend them first.`);
  const root = document.contents;
  if (root !== null && !isMap(root)) return failed(t`The inventory is no mapping that begins with \`version: 1\`.`);
  const existing = root?.get('clusters', true);
  const known = isMap(existing) ? existing.items.map(({ key }) => String(key)) : [];
  const wanted = clusters.filter(({ name }) => !known.includes(name));
  if (wanted.length === 0) return ok(text);

  const isBlock = isMap(existing) && existing.flow !== true && existing.items.length > 0;
  const added =
    isBlock && existing.range
      ? insertAt(text, existing.range[1], wanted, indentOf(text, existing.range[0]))
      : existing === undefined
        ? append(text, wanted)
        : undefined;
  const result = added ?? byDocument(document, wanted);
  // What cannot be read back must not be written.
  const { inventory } = parseInventory(result);
  const isThere = wanted.every(({ name }) => inventory.clusters.some((cluster) => cluster.name === name));
  return isThere ? ok(result) : failed(t`The clusters could not be added in this layout. Add them by hand.`);
}

/** Behind the last line of the last cluster; comments and blank lines after it stay after it. */
function insertAt(text: string, end: number, clusters: readonly NewCluster[], indent: number): string {
  const before = text.slice(0, end).trimEnd();
  const rest = text.slice(before.length);
  // What stands behind the last value on its line is a comment about it.
  const lineEnd = rest.search(/\r?\n/);
  const head = lineEnd < 0 ? text : before + rest.slice(0, lineEnd);
  const tail = lineEnd < 0 ? '\n' : rest.slice(lineEnd);
  return head + lineBreak(text) + render(clusters, indent, lineBreak(text)) + tail;
}

function append(text: string, clusters: readonly NewCluster[]): string {
  const eol = lineBreak(text);
  const head = text.trim() === '' ? `version: 1${eol}` : text.endsWith('\n') ? text : text + eol;
  return `${head}clusters:${eol}${render(clusters, 2, eol)}${eol}`;
}

/** `clusters` in braces, or without a value: the library lays it out. */
function byDocument(document: EditableYaml, clusters: readonly NewCluster[]): string {
  if (!isMap(document.get('clusters', true))) document.set('clusters', document.createNode({}));
  for (const { name, instances } of clusters) {
    document.setIn(
      ['clusters', name],
      document.createNode({ instances: instances.map(({ host, port }) => formatKey(host, port)) }),
    );
  }
  return document.toString({ lineWidth: 0, flowCollectionPadding: true });
}

function render(clusters: readonly NewCluster[], indent: number, eol: string): string {
  const pad = (depth: number): string => ' '.repeat(indent + depth);
  return clusters
    .flatMap(({ name, instances }) => [
      `${pad(0)}${plainOrQuoted(name)}:`,
      `${pad(2)}instances:`,
      ...instances.map(({ host, port }) => `${pad(4)}- ${plainOrQuoted(formatKey(host, port))}`),
    ])
    .join(eol);
}

function indentOf(text: string, offset: number): number {
  return offset - (text.lastIndexOf('\n', offset - 1) + 1);
}

function lineBreak(text: string): string {
  return text.includes('\r\n') ? '\r\n' : '\n';
}
