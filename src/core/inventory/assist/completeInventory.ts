import type { Position, Range } from '../model';
import { plainOrQuoted } from '../plainOrQuoted';
import { findScalar } from '../yamlDocument';
import { keyWords } from './keyWords';
import { namesFor } from './namesFor';
import { keysOf, formsOf, nodesAt, type SchemaNode } from './schemaNodes';
import { t } from '../../l10n';

/** One thing that may be written at a place. */
export interface Completion {
  readonly kind: 'key' | 'value';
  readonly label: string;
  /** Markdown. */
  readonly documentation: string;
  /** A snippet in VS Code's syntax. */
  readonly snippet: string;
  readonly isRequired: boolean;
}

export interface Completions {
  /** What is replaced: the word that the cursor stands in. */
  readonly range: Range;
  readonly items: readonly Completion[];
}

/** Stands in the text for what is being typed: no key, no value and no comment reads so. */
const marker = 'replideckCursor0';
/** Of a word that is being typed: all that ends no plain scalar. */
const wordBefore = /[^\s,{}[\]'"#:]*$/;
const wordAfter = /^[^\s,{}[\]'"#:]*/;

/**
 * What may be written at a position: keys that the mapping there does not have yet, the values of a key, and names that
 * are declared elsewhere in the file. Works in a text with errors, as text is while somebody types.
 */
export function completeInventory(schema: SchemaNode, text: string, position: Position): Completions | undefined {
  const lines = text.split(/\r\n|\n|\r/);
  const line = lines[position.line];
  if (line === undefined) return undefined;
  const typed = wordBefore.exec(line.slice(0, position.character))?.[0] ?? '';
  const rest = wordAfter.exec(line.slice(position.character))?.[0] ?? '';
  const start = position.character - typed.length;
  const end = position.character + rest.length;
  const before = line.slice(0, start);
  const after = line.slice(end);
  // Alone on its line, a word is a key to be.
  const isAlone = /^\s*(?:- +)*$/.test(before) && /^\s*(?:#.*)?$/.test(after);
  const hasColon = /^\s*:/.test(after);
  const changed = lines.with(position.line, `${before}${marker}${isAlone ? ':' : ''}${after}`).join('\n');
  const place = findScalar(changed, marker);
  if (place === undefined) return undefined;
  // Not spread: the editor's own positions keep their fields in their class.
  const at = (character: number): Position => ({ line: position.line, character });
  const range = { start: at(start), end: at(end) };
  const { path, role, siblings, isInBraces } = place;
  const keys = role === 'key' ? keyItems(schema, path, siblings, hasColon, isInBraces) : [];
  // `- ` may begin a mapping, and may be a value.
  const isItem = isAlone && path.at(-1) === '*' && siblings.length === 0;
  const values = role === 'value' || isItem ? valueItems(schema, path, text, !isInBraces && !isAlone) : [];
  const items = [...keys, ...values];
  return items.length === 0 ? undefined : { range, items };
}

function keyItems(
  schema: SchemaNode,
  path: readonly string[],
  siblings: readonly string[],
  hasColon: boolean,
  isInBraces: boolean,
): readonly Completion[] {
  const nodes = nodesAt(schema, path);
  return keysOf(nodes)
    .filter(([name]) => !siblings.includes(name))
    .map(([name, node]) => {
      const forms = formsOf(schema, node);
      return {
        kind: 'key',
        label: name,
        documentation: keyWords(schema, forms),
        snippet: hasColon ? name : `${name}:${isInBraces ? ' ' : opening(forms)}`,
        isRequired: nodes.some(({ required = [] }) => required.includes(name)),
      };
    });
}

/** What follows the colon: a mapping and a list begin on a line of their own. */
function opening(forms: readonly SchemaNode[]): string {
  const types = new Set(forms.flatMap(({ type = [] }) => type));
  const isEither = forms.some((form) => form.const !== undefined) || types.size !== 1;
  if (!isEither && types.has('object')) return '\n  $0';
  if (!isEither && types.has('array')) return '\n  - $0';
  return ' ';
}

function valueItems(
  schema: SchemaNode,
  path: readonly string[],
  text: string,
  mayOpenBraces: boolean,
): readonly Completion[] {
  const forms = nodesAt(schema, path);
  const item = (label: string, documentation = '', snippet = escapeSnippet(label)): Completion => ({
    ...{ kind: 'value', label, documentation, snippet, isRequired: false },
  });
  const own = forms.flatMap((form): readonly Completion[] => {
    const { type, enum: names, enumDescriptions = [], const: only, default: given } = form;
    if (names !== undefined) return names.map((name, index) => item(name, enumDescriptions[index]));
    if (only !== undefined) return [item(String(only), form.description)];
    if (type === 'boolean')
      return ['true', 'false'].map((word) =>
        item(word, given === undefined ? '' : t`Unless given: \`${String(given)}\`.`),
      );
    if (given !== undefined) return [item(String(given), t`What counts where it is not given.`)];
    return type === 'object' && mayOpenBraces
      ? braces(form).map((keys) => item(`{ ${keys.join(', ')} }`, form.description, inBraces(keys)))
      : [];
  });
  const names = namesFor(path, text).map((name) => item(name, '', escapeSnippet(plainOrQuoted(name))));
  return [...own, ...names];
}

/** The keys that a mapping in braces would begin with: all that it needs, or one of those that exclude each other. */
function braces({ required = [], maxProperties, properties = {} }: SchemaNode): readonly (readonly string[])[] {
  if (required.length > 0) return [required];
  return maxProperties === 1 ? Object.keys(properties).map((name) => [name]) : [];
}

const inBraces = (keys: readonly string[]): string =>
  `{ ${keys.map((key, index) => `${key}: \${${index + 1}}`).join(', ')} }`;

function escapeSnippet(text: string): string {
  return text.replaceAll(/[\\$}]/g, '\\$&');
}
