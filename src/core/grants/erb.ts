import type { TemplateVariable } from '../inventory/model';
import { placeholderMark, type Span } from './tokenizer';
import { t } from '../l10n';

/** A stretch of expanded text and where it comes from. */
export interface Piece {
  /** Offset in the expanded text. */
  readonly at: number;
  readonly length: number;
  readonly source: Span;
  /** Character for character as in the template; else the whole stretch comes from `source`. */
  readonly literal: boolean;
  /** Why nobody can tell whether this text will be there, or how often. */
  readonly uncertain?: string;
}

export interface ExpandedText {
  readonly text: string;
  readonly pieces: readonly Piece[];
  /** Expressions that the inventory gives no value, by the number in their placeholder. */
  readonly open: readonly string[];
  /** Code that is not evaluated, and tags that do not fit. */
  readonly notes: readonly (Span & { readonly message: string; readonly severity: 'error' | 'warning' })[];
}

type Node =
  | (Span & { readonly kind: 'text' })
  | (Span & { readonly kind: 'value'; readonly code: string })
  | (Span & { readonly kind: 'block'; readonly code: string; readonly tag: Span; readonly body: Node[] });

const opensBlock = /^(?:if|unless|case|while|until|for|begin)\b|\bdo\s*(?:\|[^|]*\|)?$|\{\s*\|[^|]*\|$/;
const continuesBlock = /^(?:else|elsif|when|in|rescue|ensure)\b/;
const closesBlock = /^(?:end|\})(?:\s*$|\.)/;

/** Growth beyond that is no grant file: loops inside loops can grow without end. */
const maxGrowth = 4_000_000;

/** More of them behind a list nobody writes. */
const maxMethods = 10;

/** Expands values and loops over literal lists. Everything else that is code stays unevaluated and says so. */
export function expandErb(template: string, variables: Readonly<Record<string, TemplateVariable>>): ExpandedText {
  const expansion = new Expansion(template, variables);
  const nodes = parseErb(template, expansion);
  expansion.emit(nodes, new Map(), undefined);
  return expansion.result();
}

/** Blocks inside blocks, more than any template has: each costs a level of the call stack. */
const maxDepth = 100;

interface Tag extends Span {
  readonly mark: string;
  readonly code: string;
  /** `-%>`: the line break after it goes. */
  readonly trims: boolean;
}

/** Tags in their order; a `<%` that is never closed is text. Linear in the length of the template. */
function findTags(template: string, expansion: Expansion): readonly Tag[] {
  const tags: Tag[] = [];
  for (let start = template.indexOf('<%'); start >= 0;) {
    const mark = template[start + 2] ?? '';
    if (mark === '%') {
      tags.push({ mark, code: '', trims: false, start, end: start + 3 });
    } else {
      const close = template.indexOf('%>', start + 2);
      if (close < 0) {
        expansion.note({ start, end: start + 2 }, 'error', t`This tag is never closed.`);
        break;
      }
      const trims = template[close - 1] === '-' && close - 1 > start + 1;
      const from = mark === '=' || mark === '#' || mark === '-' ? start + 3 : start + 2;
      const code = template.slice(from, Math.max(from, trims ? close - 1 : close)).trim();
      tags.push({ mark: from === start + 3 ? mark : '', code, trims, start, end: close + 2 });
    }
    start = template.indexOf('<%', tags.at(-1)?.end);
  }
  return tags;
}

/** Text and tags as a tree of blocks, with the trim marks of Puppet's ERB applied. */
function parseErb(template: string, expansion: Expansion): readonly Node[] {
  const root: Node[] = [];
  const stack: Extract<Node, { kind: 'block' }>[] = [];
  let at = 0;
  let tooDeep = 0;
  const into = () => stack.at(-1)?.body ?? root;
  const pushText = (start: number, end: number) => {
    if (end > start) into().push({ kind: 'text', start, end });
  };
  for (const tag of findTags(template, expansion)) {
    const { mark, code, trims, start, end } = tag;
    if (mark === '%') {
      // `<%%` is a literal `<%`.
      pushText(at, start + 2);
      at = end;
      continue;
    }
    pushText(at, start - (mark === '-' ? indentationBefore(template, at, start) : 0));
    at = end + (trims ? (/^\r?\n/.exec(template.slice(end, end + 2))?.[0].length ?? 0) : 0);
    if (mark === '#') continue;
    if (mark === '=') {
      into().push({ kind: 'value', code, start, end });
    } else if (closesBlock.test(code)) {
      if (tooDeep > 0) tooDeep -= 1;
      else if (!stack.pop()) expansion.note(tag, 'error', t`This closes no block.`);
    } else if (opensBlock.test(code)) {
      const block = { kind: 'block' as const, code, tag, body: [], start, end };
      if (stack.length < maxDepth) {
        into().push(block);
        stack.push(block);
      } else if (tooDeep++ === 0) {
        expansion.note(tag, 'error', t`Blocks are nested too deep here: they are read as if they were not there.`);
      }
    } else if (!continuesBlock.test(code) && code !== '' && !code.startsWith('#')) {
      expansion.note(tag, 'warning', t`This code is not evaluated: what it sets counts as not known.`);
      expansion.forget(code);
    }
  }
  pushText(at, template.length);
  for (const { tag } of stack) expansion.note(tag, 'error', t`This block is never closed.`);
  return root;
}

/** How many blanks stand between the start of the line and the tag; 0 when something else does. */
function indentationBefore(template: string, from: number, start: number): number {
  let at = start;
  while (at > from && (template[at - 1] === ' ' || template[at - 1] === '\t')) at -= 1;
  return at === 0 || template[at - 1] === '\n' ? start - at : 0;
}

type Locals = ReadonlyMap<string, string>;

class Expansion {
  readonly #template: string;
  readonly #variables: Map<string, TemplateVariable>;
  readonly #parts: string[] = [];
  readonly #pieces: Piece[] = [];
  readonly #open: string[] = [];
  readonly #notes: ExpandedText['notes'][number][] = [];
  #length = 0;
  #full = false;

  constructor(template: string, variables: Readonly<Record<string, TemplateVariable>>) {
    this.#template = template;
    this.#variables = new Map(Object.entries(variables));
  }

  result(): ExpandedText {
    return { text: this.#parts.join(''), pieces: this.#pieces, open: this.#open, notes: this.#notes };
  }

  note(span: Span, severity: 'error' | 'warning', message: string): void {
    this.#notes.push({ start: span.start, end: span.end, severity, message });
  }

  /** The code may set it. */
  forget(code: string): void {
    // Only from where a word begins: from each of its letters a long one would take as long as it is.
    for (const [, name] of code.matchAll(/(?<!\w)@?(\w+)\s*(?:=[^=~]|\|\|=|\+=|<<)/g))
      this.#variables.delete(name ?? '');
  }

  emit(nodes: readonly Node[], locals: Locals, uncertain: string | undefined): void {
    for (const node of nodes) {
      if (this.#full) return;
      if (node.kind === 'text') this.#push(this.#template.slice(node.start, node.end), node, true, uncertain);
      else if (node.kind === 'value') this.#emitValue(node, locals, uncertain);
      else this.#emitBlock(node, locals, uncertain);
    }
  }

  #emitValue(node: Extract<Node, { kind: 'value' }>, locals: Locals, uncertain: string | undefined): void {
    const value = this.#valueOf(node.code, locals);
    if (value === undefined) {
      const number = this.#open.push(node.code) - 1;
      this.#push(`${placeholderMark.open}${number}${placeholderMark.close}`, node, false, uncertain);
    } else {
      this.#push(value, node, false, uncertain);
    }
  }

  #emitBlock(node: Extract<Node, { kind: 'block' }>, locals: Locals, uncertain: string | undefined): void {
    const loop = /^(.+?)\.each\s*(?:do|\{)\s*\|\s*(\w+)\s*\|$/.exec(node.code);
    const name = loop?.[2];
    if (loop?.[1] === undefined || name === undefined) {
      const word = /^\w+/.exec(node.code)?.[0] ?? t`This block`;
      this.emit(node.body, locals, uncertain ?? t`\`${word}\` is logic of the template, which is not evaluated.`);
      return;
    }
    const items = this.#listOf(loop[1].trim());
    if (!items) {
      const without = new Map(locals);
      without.delete(name);
      this.emit(node.body, without, uncertain ?? t`The inventory gives no list for \`${loop[1].trim()}\`.`);
      return;
    }
    for (const item of items) this.emit(node.body, new Map(locals).set(name, item), uncertain);
  }

  /** Undefined: nobody but Ruby can tell. */
  #valueOf(code: string, locals: Locals): string | undefined {
    const text = /^'([^'\\]*)'$|^"([^"\\#]*)"$/.exec(code);
    if (text) return text[1] ?? text[2];
    if (/^[a-z_]\w*$/.test(code)) return locals.get(code);
    const value = this.#variables.get(variableName(code) ?? '');
    return typeof value === 'string' ? value : undefined;
  }

  #listOf(code: string): readonly string[] | undefined {
    const { base, methods } = splitMethods(code);
    if (methods.length > maxMethods) return undefined;
    let items = literalList(base);
    const value = items ? undefined : this.#variables.get(variableName(base) ?? '');
    if (typeof value === 'object') items = [...value];
    for (const method of methods) {
      if (method === 'sort') items?.sort();
      else if (method === 'reverse') items?.reverse();
      else if (method === 'uniq' && items) items = [...new Set(items)];
    }
    return items;
  }

  #push(text: string, source: Span, literal: boolean, uncertain: string | undefined): void {
    if (text === '') return;
    if (this.#length + text.length > maxGrowth + this.#template.length) {
      this.#full = true;
      this.note(source, 'error', t`The template grows too long here: its loops are not followed any further.`);
      return;
    }
    this.#parts.push(text);
    this.#pieces.push({
      at: this.#length,
      length: text.length,
      source: { start: source.start, end: source.end },
      literal,
      ...(uncertain !== undefined && { uncertain }),
    });
    this.#length += text.length;
  }
}

/** `@x.uniq.sort` is `@x`, and `uniq` before `sort`. Read from the end, where each is looked at once. */
function splitMethods(code: string): { readonly base: string; readonly methods: readonly string[] } {
  const methods: string[] = [];
  let end = code.length;
  for (;;) {
    const method = /\.(sort|uniq|reverse|to_a|flatten)$/.exec(code.slice(Math.max(0, end - 8), end))?.[1];
    if (method === undefined) return { base: code.slice(0, end).trim(), methods: methods.reverse() };
    methods.push(method);
    end -= method.length + 1;
  }
}

/** `@x`, `scope['x']`, `scope.lookupvar('x')`. */
function variableName(code: string): string | undefined {
  const match = /^@(\w+)$|^(?:scope\[|scope\.lookupvar\()\s*['"](?:::)?([\w:]+)['"]\s*[\])]$/.exec(code);
  return match?.[1] ?? match?.[2];
}

/** `['a', 'b']` and `%w[a b]`. */
function literalList(code: string): string[] | undefined {
  const words = /^%w[[({]([^\])}]*)[\])}]$/.exec(code);
  if (words) return (words[1] ?? '').split(/\s+/).filter((word) => word !== '');
  const list = /^\[([\s\S]*)\]$/.exec(code)?.[1]?.trim();
  if (list === undefined) return undefined;
  if (list === '') return [];
  const items = list.split(/\s*,\s*/).map((item) => /^'([^'\\]*)'$|^"([^"\\#]*)"$/.exec(item));
  return items.every((item) => item !== null) ? items.map((item) => item[1] ?? item[2] ?? '') : undefined;
}
