import type { Position, Range } from '../model';
import { Problems } from '../problems';
import { readYamlDocument, type YamlTree } from '../yamlDocument';
import { keyWords } from './keyWords';
import { nodesAt, type SchemaNode, type SchemaPath } from './schemaNodes';

export interface InventoryHover {
  readonly range: Range;
  /** Markdown of the schema's own words. */
  readonly markdown: string;
}

/** What the key at a position means. Undefined: there is no key, or none that the format has. */
export function hoverInventory(schema: SchemaNode, text: string, position: Position): InventoryHover | undefined {
  const tree = readYamlDocument(text, new Problems());
  const found = tree && keyAt(tree, position, []);
  if (found === undefined) return undefined;
  const markdown = keyWords(schema, nodesAt(schema, found.path));
  return markdown === '' ? undefined : { range: found.range, markdown };
}

function keyAt(
  tree: YamlTree,
  position: Position,
  path: SchemaPath,
): { readonly path: SchemaPath; readonly range: Range } | undefined {
  if (tree.kind === 'list') {
    for (const item of tree.items) {
      const found = keyAt(item, position, [...path, '*']);
      if (found !== undefined) return found;
    }
  }
  if (tree.kind === 'mapping') {
    for (const { name, keyRange, value } of tree.entries) {
      if (contains(keyRange, position)) return { path: [...path, name], range: keyRange };
      const found = keyAt(value, position, [...path, name]);
      if (found !== undefined) return found;
    }
  }
  return undefined;
}

function contains({ start, end }: Range, { line, character }: Position): boolean {
  const isAfterStart = line > start.line || (line === start.line && character >= start.character);
  return isAfterStart && (line < end.line || (line === end.line && character <= end.character));
}
