import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runbooks } from '../../src/core/runbooks/registry';
import type { Runbook } from '../../src/core/runbooks/runbook';

const root = join(import.meta.dirname, '../..');

interface SchemaNode {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly default?: unknown;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly additionalProperties?: SchemaNode | boolean;
  readonly items?: SchemaNode;
  readonly oneOf?: readonly SchemaNode[];
  readonly definitions?: Readonly<Record<string, SchemaNode>>;
}

/** The page with each part between `<!-- name -->` and `<!-- /name -->` written anew. */
export function withParts(page: string, parts: Readonly<Record<string, string>>): string {
  return Object.entries(parts).reduce((text, [name, part]) => {
    const [begin, end] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
    const [from, to] = [text.indexOf(begin), text.indexOf(end)];
    if (from < 0 || to < from) throw new Error(`there is no part ${name}`);
    return `${text.slice(0, from + begin.length)}\n\n${part.trim()}\n\n${text.slice(to)}`;
  }, page);
}

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll(/\s+/g, ' ').trim();

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map(cell).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

/** Every key of the inventory, chapter by chapter, as the schema has it. */
export function renderKeys(): string {
  const schema = JSON.parse(readFileSync(join(root, 'media/inventory.schema.json'), 'utf8')) as SchemaNode;
  /** What it refers to, with what stands beside the reference. */
  const resolve = (node: SchemaNode): SchemaNode => {
    const name = node.$ref?.replace('#/definitions/', '');
    if (name === undefined) return node;
    return { ...schema.definitions?.[name], ...node };
  };
  /** The keys of a node, its mappings and lists opened; what is said once of `defaults` is not repeated. */
  const rows = (node: SchemaNode, path: string, required: boolean): (readonly string[])[] => {
    const { description = '', default: usual, enum: values, oneOf = [], ...rest } = resolve(node);
    const choices = values === undefined ? '' : ` One of ${values.map((value) => `\`${String(value)}\``).join(', ')}.`;
    const own = path === '' ? [] : [[`\`${path}\``, `${description}${choices}`, usualWords(usual, required)]];
    const prefix = path === '' ? '' : `${path}.`;
    const shapes = [rest, ...oneOf.map(resolve)];
    const inside = shapes.flatMap(({ properties = {}, required: needed = [], additionalProperties, items }) => [
      ...Object.entries(properties).flatMap(([key, child]) =>
        inherited(key, path) ? [] : rows(child, `${prefix}${key}`, needed.includes(key)),
      ),
      ...(typeof additionalProperties === 'object' && resolve(additionalProperties).properties !== undefined
        ? rows(additionalProperties, `${prefix}<name>`, false)
        : []),
      ...(items !== undefined && resolvedShapes(items).some(({ properties }) => properties !== undefined)
        ? rows(items, `${path}[]`, false)
        : []),
    ]);
    const passed = shared.filter(
      (key) => inherited(key, path) && shapes.some(({ properties = {} }) => key in properties),
    );
    const passing = passed.map((key) => `\`${key}\``).join(', ');
    return [
      ...own,
      ...inside,
      ...(passed.length === 0 ? [] : [[`\`${prefix}…\``, `As under \`defaults\`: ${passing}.`, '']]),
    ];
  };
  const resolvedShapes = (node: SchemaNode): readonly SchemaNode[] => {
    const resolved = resolve(node);
    return [resolved, ...(resolved.oneOf ?? []).map(resolve)];
  };
  const shared = Object.keys(schema.properties?.['defaults']?.properties ?? {});
  const inherited = (key: string, path: string): boolean => path.includes('<name>') && shared.includes(key);
  return Object.entries(schema.properties ?? {})
    .map(([chapter, node]) => {
      const all = rows(node, chapter, schema.required?.includes(chapter) ?? false);
      return `### ${chapter}\n\n${table(['key', 'what it is', 'unless given'], all)}`;
    })
    .join('\n\n');
}

function usualWords(usual: unknown, required: boolean): string {
  if (required) return 'needed';
  return usual === undefined ? '' : `\`${typeof usual === 'string' ? usual : JSON.stringify(usual)}\``;
}

const places: readonly (readonly [title: string, on: Runbook['on']])[] = [
  ['Instances', 'instance'],
  ['Etcd mirrors', 'mirror'],
  ['Orchestrator', 'orchestrator'],
  ['Burrow', 'burrow'],
];

/** Every runbook of the registry, by what it is for, with what it asks. */
export function renderRunbooks(): string {
  return places
    .map(([title, on]) => {
      const rows = runbooks
        .filter((runbook) => runbook.on === on)
        .map(({ id, title: name, summary, inputs }) => [
          `\`${id}\``,
          `**${name}.** ${summary}`,
          inputs.map(({ name: input, isOptional }) => `\`${input}\`${isOptional === true ? '?' : ''}`).join(', '),
        ]);
      return `### ${title}\n\n${table(['runbook', 'what it does', 'asks for'], rows)}`;
    })
    .join('\n\n');
}
