/** A JSON schema as far as media/inventory.schema.json goes. */
export interface SchemaNode {
  readonly $ref?: string;
  readonly definitions?: Readonly<Record<string, SchemaNode>>;
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly additionalProperties?: boolean | SchemaNode;
  readonly items?: SchemaNode;
  readonly oneOf?: readonly SchemaNode[];
  readonly required?: readonly string[];
  readonly maxProperties?: number;
  readonly enum?: readonly string[];
  readonly enumDescriptions?: readonly string[];
  readonly const?: string | number | boolean;
  readonly default?: string | number | boolean;
  readonly minimum?: number;
  readonly maximum?: number;
}

/** Where something stands: names of keys, and `*` for an item of a list. */
export type SchemaPath = readonly string[];

/** What the schema says of a place: one node, or one for each form that the value may have. The first has the words. */
export function nodesAt(schema: SchemaNode, path: SchemaPath): readonly SchemaNode[] {
  let nodes = formsOf(schema, schema);
  for (const name of path) {
    nodes = nodes.flatMap((node) => stepsFrom(node, name).flatMap((next) => formsOf(schema, next)));
  }
  return nodes;
}

/** Required keys first, in the order of the schema. */
export function keysOf(nodes: readonly SchemaNode[]): readonly (readonly [name: string, node: SchemaNode])[] {
  return nodes.flatMap(({ properties = {}, required = [] }) => {
    const entries = Object.entries(properties);
    return [
      ...entries.filter(([name]) => required.includes(name)),
      ...entries.filter(([name]) => !required.includes(name)),
    ];
  });
}

/** The node itself, then the forms that it allows. */
export function formsOf(schema: SchemaNode, node: SchemaNode): readonly SchemaNode[] {
  const name = node.$ref?.replace('#/definitions/', '');
  if (name !== undefined) {
    const target = schema.definitions?.[name];
    return target === undefined ? [] : formsOf(schema, target);
  }
  return [node, ...(node.oneOf ?? []).flatMap((form) => formsOf(schema, form))];
}

function stepsFrom(node: SchemaNode, name: string): readonly SchemaNode[] {
  if (name === '*') return node.items === undefined ? [] : [node.items];
  const named = Object.entries(node.properties ?? {}).find(([key]) => key === name);
  if (named !== undefined) return [named[1]];
  return typeof node.additionalProperties === 'object' ? [node.additionalProperties] : [];
}
