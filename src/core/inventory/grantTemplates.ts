import type { Clusters } from './clusters';
import type { Declared } from './declared';
import type { GrantTemplateSpec, TemplateVariable } from './model';
import { nearestFix } from './fixes';
import { didYouMean } from './nearest';
import type { Problems } from './problems';
import type { YamlEntry, YamlTree } from './yamlDocument';
import { Mapping, reportKind } from './yamlReader';
import { t } from '../l10n';

/** `discovers`: an orchestrator may bring clusters that the inventory does not name. */
export function readGrantTemplates(
  root: Mapping,
  declared: Declared,
  clusters: Clusters,
  discovers: boolean,
): readonly GrantTemplateSpec[] {
  return (root.list('grantTemplates')?.value ?? []).flatMap((item) => {
    const mapping = Mapping.from(item, t`An item of \`grantTemplates\``, declared.problems);
    return (mapping && readGrantTemplate(mapping, declared, clusters, discovers)) ?? [];
  });
}

function readGrantTemplate(
  mapping: Mapping,
  { problems }: Declared,
  { names }: Clusters,
  discovers: boolean,
): GrantTemplateSpec | undefined {
  mapping.only(['files', 'clusters', 'on', 'variables']);
  mapping.need('files', t`A grant template needs its \`files\`, as in \`grants/*.sql\`.`);
  mapping.need('clusters', t`A grant template needs the \`clusters\` that it is for.`);
  const files = mapping.text('files')?.value;
  const clusters = mapping.texts('clusters')?.filter(({ value, range }) => {
    if (names.has(value)) return true;
    const hint = didYouMean(value, names);
    const fix = nearestFix(range, value, names);
    if (discovers) {
      problems.warning(range, t`Cluster \`${value}\` is not named here; an orchestrator may bring it.${hint}`, fix);
    } else {
      problems.error(range, t`Unknown cluster \`${value}\`.${hint}`, fix);
    }
    return discovers;
  });
  // Grants replicate: what the primary has is what the cluster was given.
  const on = mapping.oneOf('on', ['primary', 'all'] as const)?.value ?? 'primary';
  const variables = readVariables(mapping, problems);
  if (files === undefined || clusters === undefined) return undefined;
  return { files, clusters: clusters.map(({ value }) => value), on, variables };
}

function readVariables(mapping: Mapping, problems: Problems): GrantTemplateSpec['variables'] {
  const entries = mapping.mapping('variables')?.named() ?? [];
  return Object.fromEntries(
    entries.flatMap((entry): (readonly [string, TemplateVariable])[] => {
      if (holdsSecret(entry.name)) {
        problems.error(
          entry.value.range,
          t`The inventory holds no password in clear. Leave this variable out: without a value it fits any password.`,
        );
        return [];
      }
      const value = readVariable(entry, problems);
      return value === undefined ? [] : [[entry.name, value]];
    }),
  );
}

function readVariable({ name, keyRange, value }: YamlEntry, problems: Problems): TemplateVariable | undefined {
  if (value.kind !== 'list') return readScalar(value, `\`${name}\``, problems, keyRange);
  return value.items.flatMap((item) => readScalar(item, t`An item of \`${name}\``, problems) ?? []);
}

/** Text, or a number as it is written: a template takes it as text in any case. */
function readScalar(
  tree: YamlTree,
  label: string,
  problems: Problems,
  keyRange?: YamlEntry['keyRange'],
): string | undefined {
  if (tree.kind === 'scalar' && typeof tree.value === 'string') return tree.value;
  if (tree.kind === 'scalar' && typeof tree.value === 'number') return tree.source;
  reportKind(tree, label, t`text or a number`, problems, keyRange, { wants: 'number' });
  return undefined;
}

function holdsSecret(name: string): boolean {
  return /(^|[_.-])(pass|passwd|password|passphrase|pwd|secret|token)$|Pass(word|phrase)?$|Secret$/.test(name);
}
