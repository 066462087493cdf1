import type { Members } from './clusters';
import type { Declared, Endpoint } from './declared';
import type { ExpectedPrimary } from './model';
import { didYouMean } from './nearest';
import type { YamlTree } from './yamlDocument';
import { Mapping, type Read, readText, reportKind } from './yamlReader';
import { t } from '../l10n';

/** The primaries that a cluster expects; each must be among its instances. */
export function readPrimary(
  cluster: Mapping,
  members: Members,
  declared: Declared,
  keys: ReadonlyMap<string, string>,
): ExpectedPrimary | undefined {
  const entry = cluster.get('primary');
  if (!entry) return undefined;
  const { value, keyRange } = entry;
  const { problems } = declared;
  if (value.kind === 'scalar' && typeof value.value === 'string') {
    const endpoint = readMember(value, members, declared, value.range);
    return endpoint && { kind: 'single', key: keys.get(endpoint.identity) ?? endpoint.key };
  }
  if (value.kind !== 'mapping') {
    reportKind(value, '`primary`', t`text, or a mapping from data centre to instance`, problems, keyRange);
    return undefined;
  }
  const mapping = new Mapping(value, keyRange, problems);
  if (mapping.entries.length === 0) problems.error(value.range, t`\`primary\` names no instance.`);
  const byDatacenter = new Map<string, string>();
  const taken = new Map<string, string>();
  for (const { name, keyRange: nameRange, value: tree } of mapping.named()) {
    checkDatacenter({ value: name, range: nameRange }, members, declared);
    const endpoint = readMember(tree, members, declared, nameRange);
    if (!endpoint) continue;
    const other = taken.get(endpoint.identity);
    if (other !== undefined) {
      problems.error(tree.range, t`This is the primary of \`${other}\` already; co-primaries are two servers.`);
      continue;
    }
    taken.set(endpoint.identity, name);
    byDatacenter.set(name, keys.get(endpoint.identity) ?? endpoint.key);
    const member = members.listed.find((instance) => instance.endpoint.identity === endpoint.identity);
    const actual = member?.spec.datacenter;
    if (actual !== undefined && actual !== name) {
      problems.warning(tree.range, t`\`${endpoint.key}\` is in data centre \`${actual}\`, not in \`${name}\`.`);
    }
  }
  return byDatacenter.size === 0 ? undefined : { kind: 'perDatacenter', keys: Object.fromEntries(byDatacenter) };
}

function readMember(
  tree: YamlTree,
  members: Members,
  declared: Declared,
  keyRange: Read<string>['range'],
): Endpoint | undefined {
  const text = readText(tree, '`primary`', declared.problems, keyRange);
  const endpoint = text && declared.endpoint(text);
  if (!endpoint) return undefined;
  if (members.listed.some((instance) => instance.endpoint.identity === endpoint.identity)) return endpoint;
  // Its item is there and could not be read: one problem is enough.
  if (members.brokenHosts.has(endpoint.host.toLowerCase())) return undefined;
  const hint = didYouMean(
    text.value,
    members.listed.flatMap(({ written, endpoint: { key } }) => [written, key]),
  );
  declared.problems.error(text.range, t`\`${text.value}\` is not among the instances of this cluster.${hint}`);
  return undefined;
}

/** A data centre may also be named by an instance alone. */
function checkDatacenter(name: Read<string>, members: Members, declared: Declared): void {
  if (members.listed.some(({ spec }) => spec.datacenter === name.value)) return;
  declared.checkDatacenter(name);
}
