import { Composer, isAlias, isMap, isPair, isScalar, isSeq, parseDocument, Parser, visit } from 'yaml';
import type { CST, Document, Node, YAMLMap, YAMLSeq } from 'yaml';
import { LineIndex } from './lineIndex';
import type { Range } from './model';
import { Problems } from './problems';
import { t } from '../l10n';

export type YamlTree =
  | { readonly kind: 'scalar'; readonly value: unknown; readonly source: string; readonly range: Range }
  | { readonly kind: 'list'; readonly items: readonly YamlTree[]; readonly range: Range; readonly block: boolean }
  | { readonly kind: 'mapping'; readonly entries: readonly YamlEntry[]; readonly range: Range; readonly block: boolean }
  /** Could not be read; the problem has been reported. */
  | { readonly kind: 'broken'; readonly range: Range };

export interface YamlEntry {
  readonly name: string;
  readonly keyRange: Range;
  readonly value: YamlTree;
}

/** The format needs 6 levels. yaml's composer is recursive, and near the end of the stack it can take the process down. */
const maxDepth = 60;
/** Parsing runs on every edit; ten thousand instances take about one million characters. */
const maxLength = 4_000_000;
/** Values that aliases may add to the document, so that a few lines cannot unfold into millions of instances. */
const maxAliasedNodes = 50_000;

const composerOptions = {
  // The same rules under every %YAML directive; merge keys are applied by TreeBuilder, which cuts cycles.
  schema: 'core',
  merge: false,
  stringKeys: true,
  uniqueKeys: false,
  resolveKnownTags: false,
  prettyErrors: false,
  logLevel: 'silent',
} as const;

/** For those who write into a document; whoever only reads takes the plain tree. */
export { isMap };
export type EditableYaml = Document.Parsed;

/** The document of `text` with its comments and layout, to be changed. Undefined: it has errors, or cannot be read. */
export function openYamlDocument(text: string): EditableYaml | undefined {
  const problems = new Problems();
  // A file of comments alone holds nothing, and has no error.
  if (readYamlDocument(text, problems) === undefined && problems.sorted().length > 0) return undefined;
  const document = parseDocument(text, { keepSourceTokens: true, logLevel: 'silent' });
  return document.errors.length === 0 ? document : undefined;
}

/**
 * The first document of `text` as a plain tree: aliases resolved (cycles cut), merge keys applied, duplicate keys
 * dropped, each of these reported. Undefined: there is nothing in it, or it could not be read at all (reported).
 * Never throws.
 */
export function readYamlDocument(text: string, problems: Problems): YamlTree | undefined {
  const lines = new LineIndex(text);
  if (text.length > maxLength) {
    problems.error(lines.range(0, 0), t`The inventory is longer than ${maxLength} characters and is not read.`);
    return undefined;
  }
  const tokens = [...new Parser().parse(text)];
  const deep = firstTooDeep(tokens);
  if (deep !== undefined) {
    problems.error(lines.range(deep, deep + 1), t`Nested more than ${maxDepth} levels deep. Nothing here needs that.`);
    return undefined;
  }
  const composer = new Composer(composerOptions);
  const documents = [...composer.compose(tokens, true, text.length)];
  const [document, second] = documents;
  if (document === undefined) return undefined;
  if (second !== undefined) {
    const [start] = second.range;
    problems.error(
      lines.range(start - 1, start),
      t`A second YAML document begins here. Only the first one is read; remove the \`---\`.`,
    );
  }
  reportSyntax(document, lines, problems);
  return document.contents === null ? undefined : new TreeBuilder(lines, problems, text).build(document.contents);
}

/** Where a scalar stands: the names of the keys above it, `*` for an item of a list. */
export interface ScalarPlace {
  /** Of the mapping that it is a key of, or of itself where it is a value. */
  readonly path: readonly string[];
  readonly role: 'key' | 'value';
  /** The other keys beside it. */
  readonly siblings: readonly string[];
  readonly isInBraces: boolean;
}

/** Finds the first scalar that reads so, in a text with whatever errors. Undefined: it is part of none, or of a comment. */
export function findScalar(text: string, value: string): ScalarPlace | undefined {
  if (text.length > maxLength) return undefined;
  const tokens = [...new Parser().parse(text)];
  if (firstTooDeep(tokens) !== undefined) return undefined;
  const [document] = new Composer(composerOptions).compose(tokens, true, text.length);
  let place: ScalarPlace | undefined;
  if (document === undefined) return undefined;
  visit(document, {
    Scalar(key, node, ancestors) {
      if (node.value !== value) return undefined;
      const isKey = key === 'key';
      const map = ancestors.findLast((each) => isMap(each) || isSeq(each));
      place = {
        path: ancestors.flatMap((each, index) => {
          if (isSeq(each)) return ['*'];
          if (!isPair(each) || !isScalar(each.key) || (isKey && index === ancestors.length - 1)) return [];
          return [String(each.key.value)];
        }),
        role: isKey ? 'key' : 'value',
        siblings: isMap(map)
          ? map.items.flatMap((pair) => (isScalar(pair.key) && pair.key !== node ? [String(pair.key.value)] : []))
          : [],
        isInBraces: ancestors.some((each) => (isMap(each) || isSeq(each)) && each.flow === true),
      };
      return visit.BREAK;
    },
  });
  return place;
}

/** Offset of a collection below `maxDepth`. Walks the token tree without recursion. */
function firstTooDeep(tokens: readonly CST.Token[]): number | undefined {
  const open = tokens.map((token) => ({ token, depth: 0 }));
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { token, depth } = next;
    if (depth > maxDepth) return token.offset;
    if (token.type === 'document') {
      if (token.value !== undefined) open.push({ token: token.value, depth });
    } else if ('items' in token) {
      for (const item of token.items) {
        if (item.key) open.push({ token: item.key, depth: depth + 1 });
        if (item.value) open.push({ token: item.value, depth: depth + 1 });
      }
    }
  }
  return undefined;
}

function reportSyntax(document: Document.Parsed, lines: LineIndex, problems: Problems): void {
  let previous: string | undefined;
  for (const { code, message, pos } of document.errors) {
    // Out of step once, the parser stumbles over every word that follows.
    const isSame = code === previous && code === 'UNEXPECTED_TOKEN';
    previous = code;
    if (isSame) continue;
    problems.error(lines.range(...pos), syntaxSentence(code, message));
  }
  for (const { code, message, pos } of document.warnings) {
    problems.warning(lines.range(...pos), syntaxSentence(code, message));
  }
}

function syntaxSentence(code: string, message: string): string {
  switch (code) {
    // The library's own words quote the text, which may be a password on the wrong line.
    case 'UNEXPECTED_TOKEN':
      return t`YAML: this does not belong here. A quote, bracket, comma or line break before it may be missing.`;
    case 'NON_STRING_KEY':
      return t`YAML: a key must be plain text. An IPv6 address in brackets needs quotes in a list: "[::1]:3306".`;
    case 'TAG_RESOLVE_FAILED':
      return t`YAML tags have no meaning here; the value is read without it.`;
    case 'TAB_AS_INDENT':
      return t`YAML: indent with blanks, not with tabs.`;
    case 'BAD_DQ_ESCAPE':
      return t`YAML: not an escape sequence of double-quoted text. Single quotes take backslashes as they are.`;
    default:
      return `YAML: ${message.charAt(0).toLowerCase()}${message.slice(1)}${/[.!?]$/.test(message) ? '' : '.'}`;
  }
}

/** Sizes count what an alias unfolds to, so that the budget holds for aliases of aliases. */
interface Anchored {
  readonly tree: YamlTree | undefined;
  readonly size: number;
}

class TreeBuilder {
  readonly #anchors = new Map<string, Anchored>();
  readonly #lines: LineIndex;
  readonly #problems: Problems;
  readonly #text: string;
  #aliased = 0;
  /** Nodes built so far, aliased ones counted as often as they are used. */
  #size = 0;

  constructor(lines: LineIndex, problems: Problems, text: string) {
    this.#lines = lines;
    this.#problems = problems;
    this.#text = text;
  }

  build(node: Node): YamlTree {
    const range = this.#rangeOf(node);
    if (isAlias(node)) return this.#resolve(node.source, range);
    const anchor = isScalar(node) || isMap(node) || isSeq(node) ? node.anchor : undefined;
    // While its content is being built the anchor has no tree: an alias to it from inside is a cycle.
    const open: Anchored = { tree: undefined, size: 0 };
    if (anchor !== undefined) this.#anchors.set(anchor, open);
    const before = this.#size;
    this.#size += 1;
    const tree = this.#buildContent(node, range);
    if (anchor !== undefined && this.#anchors.get(anchor) === open) {
      this.#anchors.set(anchor, { tree, size: this.#size - before });
    }
    return tree;
  }

  #buildContent(node: Node, range: Range): YamlTree {
    if (isScalar(node)) return { kind: 'scalar', value: node.value, source: node.source ?? '', range };
    if (isMap(node)) {
      // `[::1]:3306` in a list is a mapping with a list as its key, which has been reported as such.
      if (node.items.length > 0 && node.items.every(({ key }) => !isScalar(key))) return { kind: 'broken', range };
      return { kind: 'mapping', entries: this.#entries(node), range, block: node.flow !== true };
    }
    if (isSeq(node)) return { kind: 'list', items: this.#items(node), range, block: node.flow !== true };
    return { kind: 'broken', range };
  }

  #items(seq: YAMLSeq): YamlTree[] {
    return seq.items.map((item) =>
      // `[a: 1]` is a list of pairs in the library's model only when a tag asks for it; anything else is a node.
      isNode(item) ? this.build(item) : { kind: 'broken', range: this.#rangeOf(seq) },
    );
  }

  #entries(map: YAMLMap): YamlEntry[] {
    const own: YamlEntry[] = [];
    const names = new Set<string>();
    const merged: YamlEntry[] = [];
    for (const { key, value } of map.items) {
      // Other keys have been reported by the composer.
      if (!isScalar(key) || typeof key.value !== 'string') continue;
      const keyRange = this.#rangeOf(key);
      const tree: YamlTree = isNode(value)
        ? this.build(value)
        : { kind: 'scalar', value: null, source: '', range: keyRange };
      if (key.value === '<<' && key.type === 'PLAIN') {
        merged.push(...this.#mergeSources(tree));
      } else if (names.has(key.value)) {
        this.#problems.error(keyRange, t`\`${key.value}\` is given twice here. The first one counts.`);
      } else {
        names.add(key.value);
        own.push({ name: key.value, keyRange, value: tree });
      }
    }
    // What the mapping says itself wins over what it merges, and an earlier merge over a later one.
    for (const entry of merged) {
      if (names.has(entry.name)) continue;
      names.add(entry.name);
      own.push(entry);
    }
    return own;
  }

  #mergeSources(tree: YamlTree): YamlEntry[] {
    const sources = tree.kind === 'list' ? tree.items : [tree];
    return sources.flatMap((source) => {
      if (source.kind === 'mapping') return source.entries;
      if (source.kind !== 'broken') {
        this.#problems.error(source.range, t`\`<<\` merges a mapping, or a list of mappings; this is neither.`);
      }
      return [];
    });
  }

  #resolve(name: string, range: Range): YamlTree {
    const anchored = this.#anchors.get(name);
    if (anchored === undefined) {
      this.#problems.error(range, t`No anchor \`&${name}\` stands before this alias.`);
      return { kind: 'broken', range };
    }
    if (anchored.tree === undefined) {
      this.#problems.error(range, t`This alias is a cycle: it stands inside the value of its own anchor \`&${name}\`.`);
      return { kind: 'broken', range };
    }
    const isWithin = this.#aliased <= maxAliasedNodes;
    this.#aliased += anchored.size;
    if (this.#aliased > maxAliasedNodes) {
      if (isWithin) {
        const sentence = t`The aliases up to here unfold to more than ${maxAliasedNodes} values.`;
        this.#problems.error(range, t`${sentence} This one and those below are not read.`);
      }
      return { kind: 'broken', range };
    }
    this.#size += anchored.size;
    return { ...anchored.tree, range };
  }

  #rangeOf(node: Node): Range {
    const [start, end] = node.range ?? [0, 0];
    // A block collection ends at the next token; the blank space before that is not part of it.
    const block = (isMap(node) || isSeq(node)) && node.flow !== true;
    return this.#lines.range(start, block ? start + this.#text.slice(start, end).trimEnd().length : end);
  }
}

function isNode(value: unknown): value is Node {
  return isAlias(value) || isScalar(value) || isMap(value) || isSeq(value);
}
