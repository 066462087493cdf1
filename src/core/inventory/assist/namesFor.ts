import { Problems } from '../problems';
import { readYamlDocument, type YamlTree } from '../yamlDocument';

/** Names that the file declares and a value at this place may refer to. */
export function namesFor(path: readonly string[], text: string): readonly string[] {
  const declaredUnder = declaring(path);
  if (declaredUnder === undefined) return [];
  const tree = readYamlDocument(text, new Problems());
  if (path.length === 3 && path[2] === 'primary') {
    const instances = step(step(step(tree, 'clusters'), path[1] ?? ''), 'instances');
    return instances?.kind === 'list' ? instances.items.flatMap(textOf) : [];
  }
  const mapping = step(tree, declaredUnder);
  return mapping?.kind === 'mapping' ? mapping.entries.map(({ name }) => name) : [];
}

/** The key at the root whose entries are meant. */
function declaring(path: readonly string[]): string | undefined {
  const last = path.at(-1);
  if (last === 'credentials' && path.length > 1) return 'credentials';
  if (last === 'section') return 'sections';
  if (last === 'datacenter') return 'datacenters';
  if (path[0] === 'clusters' && last === 'primary' && path.length === 3) return 'clusters';
  return path[0] === 'grantTemplates' && path[2] === 'clusters' ? 'clusters' : undefined;
}

function step(tree: YamlTree | undefined, name: string): YamlTree | undefined {
  return tree?.kind === 'mapping' ? tree.entries.find((entry) => entry.name === name)?.value : undefined;
}

/** The address of an item that is plain text; one that is a mapping may need its section to be told. */
function textOf(tree: YamlTree): readonly string[] {
  return tree.kind === 'scalar' && typeof tree.value === 'string' && tree.value !== '' ? [tree.value] : [];
}
