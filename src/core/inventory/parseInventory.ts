import { readClusters } from './clusters';
import { Declared } from './declared';
import { readGrantTemplates } from './grantTemplates';
import type { Inventory, ParsedInventory, Range } from './model';
import { Problems } from './problems';
import {
  readBackups,
  readBurrow,
  readEtcdMirrors,
  readOrchestrators,
  readPipelines,
  readPrometheus,
  References,
} from './services';
import { readYamlDocument } from './yamlDocument';
import { Mapping, reportKind } from './yamlReader';
import { t } from '../l10n';

/** The keys of format version 1, in the order in which people write them. */
export const inventoryKeys = [
  'version',
  'defaults',
  'credentials',
  'sections',
  'datacenters',
  'clusters',
  'grantTemplates',
  'etcdMirrors',
  'orchestrators',
  'prometheus',
  'backups',
  'pipelines',
  'burrow',
] as const;

const emptyInventory: Inventory = {
  clusters: [],
  instances: [],
  grantTemplates: [],
  etcdMirrors: [],
  orchestrators: [],
  prometheus: [],
  backups: [],
  pipelines: [],
  burrow: [],
  outside: [],
  locations: {},
};

/**
 * Reads `replideck.yaml`. Never throws, whatever the text: what cannot be read is a problem at its place and is left
 * out or defaulted, and the rest counts. Loads the YAML library, so load this file only when there is an inventory.
 */
export function parseInventory(text: string): ParsedInventory {
  const problems = new Problems();
  // VS Code counts positions without the byte order mark.
  const inventory = readInventory(text.replace(/^\uFEFF/, ''), problems);
  return { inventory, problems: problems.sorted() };
}

function readInventory(text: string, problems: Problems): Inventory {
  const tree = readYamlDocument(text, problems);
  const start: Range = { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } };
  if (tree === undefined || (tree.kind === 'scalar' && tree.value === null)) {
    if (problems.sorted().length === 0) {
      problems.error(tree?.range ?? start, t`The inventory is empty. It begins with \`version: 1\`.`);
    }
    return emptyInventory;
  }
  if (tree.kind !== 'mapping') {
    reportKind(tree, t`the inventory`, t`a mapping that begins with \`version: 1\``, problems);
    return emptyInventory;
  }
  const root = new Mapping(tree, tree.entries[0]?.keyRange ?? tree.range, problems);
  if (!isReadableVersion(root, problems)) return emptyInventory;
  root.only(inventoryKeys);
  const declared = new Declared(root, problems);
  const clusters = readClusters(root, declared);
  const orchestrators = readOrchestrators(root, declared);
  const references = new References(declared, clusters);
  const backups = readBackups(root, declared, references);
  const pipelines = readPipelines(root, declared, references);
  const discovers = orchestrators.some(({ discover }) => discover);
  return {
    clusters: clusters.clusters,
    instances: clusters.instances,
    grantTemplates: readGrantTemplates(root, declared, clusters, discovers),
    etcdMirrors: readEtcdMirrors(root, declared),
    orchestrators,
    ...(discovers && { discovery: declared.discovery() }),
    prometheus: readPrometheus(root, declared),
    backups,
    pipelines,
    burrow: readBurrow(root, declared),
    outside: [...references.outside.values()],
    locations: Object.fromEntries(clusters.locations),
  };
}

/**
 * Another version is another format: reading it as this one would report nonsense. A missing or unfinished one is
 * taken for 1, so that the fleet does not vanish while somebody types.
 */
function isReadableVersion(root: Mapping, problems: Problems): boolean {
  const sentence = t`The inventory says no format version. Write \`version: 1\` at the top.`;
  if (!root.need('version', sentence, '1')) return true;
  const value = root.get('version')?.value;
  if (value?.kind !== 'scalar' || typeof value.value !== 'number') {
    root.number('version', { minimum: 1, maximum: 1 });
    return true;
  }
  if (value.value === 1) return true;
  problems.error(
    value.range,
    t`This is format version ${value.value}; only version 1 can be read here. Nothing of this file is used.`,
  );
  return false;
}
