import { booleanFor, nearestFix, numberFor } from './fixes';
import type { Fix, Range } from './model';
import { didYouMean } from './nearest';
import type { Problems } from './problems';
import type { YamlEntry, YamlTree } from './yamlDocument';
import { t } from '../l10n';

/** A value of the wanted type and where it stands. */
export interface Read<T> {
  readonly value: T;
  readonly range: Range;
}

export interface NumberLimits {
  readonly minimum: number;
  readonly maximum: number;
  readonly integer?: boolean;
}

/** Names of clusters, mirrors and the like end up in ids and as keys of records. */
const namePattern = /^(?!__proto__$)[^\u0000-\u001f\u007f]+$/;

/** Typed access to a mapping: each wrong type is reported at the value and read as absent. */
export class Mapping {
  readonly entries: readonly YamlEntry[];
  /** Where to say that something is missing in it. */
  readonly place: Range;
  readonly #problems: Problems;
  readonly #byName: ReadonlyMap<string, YamlEntry>;
  readonly #tree: MappingTree;

  constructor(tree: MappingTree, place: Range, problems: Problems) {
    const { entries } = tree;
    this.entries = entries;
    this.#tree = tree;
    this.place = place;
    this.#problems = problems;
    this.#byName = new Map(entries.map((entry) => [entry.name, entry]));
  }

  /** Undefined, and reported, where `tree` is no mapping. `label` as in "`x`" or "an item of `x`". */
  static from(tree: YamlTree, label: string, problems: Problems, keyRange?: Range): Mapping | undefined {
    if (tree.kind === 'mapping') {
      const first = tree.block ? tree.entries[0]?.keyRange : undefined;
      return new Mapping(tree, keyRange ?? first ?? tree.range, problems);
    }
    reportKind(tree, label, t`a mapping of keys and values`, problems, keyRange);
    return undefined;
  }

  get(name: string): YamlEntry | undefined {
    return this.#byName.get(name);
  }

  has(name: string): boolean {
    return this.#byName.has(name);
  }

  /** Reports every other key, with the nearest known one. */
  only(known: readonly string[]): void {
    for (const { name, keyRange } of this.entries) {
      if (known.includes(name)) continue;
      if (name === 'password') {
        this.#problems.error(keyRange, t`A password has no place here. Name an entry of \`credentials\`.`);
        continue;
      }
      const hint = didYouMean(name, known) || t` Known here: ${known.map((key) => `\`${key}\``).join(', ')}.`;
      const missing = known.filter((key) => !this.has(key));
      this.#problems.error(keyRange, t`Unknown key \`${name}\`.${hint}`, nearestFix(keyRange, name, missing));
    }
  }

  /** Reports a key that is not there. True: it is there, whatever its value. @param value what it has to be, where known */
  need(name: string, sentence: string, value = ''): boolean {
    if (this.has(name)) return true;
    this.#problems.error(this.place, sentence, this.#adding(name, value));
    return false;
  }

  /** Writes a key before the first one. Undefined: there is none that stands here itself. */
  #adding(name: string, value: string): Fix | undefined {
    const { block, range } = this.#tree;
    const [first] = this.entries;
    const title = `Add ${name}`;
    if (first === undefined && !block) {
      const at = { line: range.start.line, character: range.start.character + 1 };
      return { title, range: { start: at, end: at }, text: ` ${name}: ${value} ` };
    }
    const start = first?.keyRange.start;
    if (start === undefined || !isWithin(start, range)) return undefined;
    const text = block ? `${name}: ${value}\n${' '.repeat(start.character)}` : `${name}: ${value}, `;
    return { title, range: { start, end: start }, text };
  }

  text(name: string): Read<string> | undefined {
    const entry = this.get(name);
    return entry && readText(entry.value, `\`${name}\``, this.#problems, entry.keyRange);
  }

  number(name: string, limits: NumberLimits): Read<number> | undefined {
    const entry = this.get(name);
    if (!entry) return undefined;
    const kind = limits.integer ? t`a whole number` : t`a number`;
    const { value, range } = entry.value.kind === 'scalar' ? entry.value : { value: undefined, range: entry.keyRange };
    if (typeof value !== 'number') {
      const meant = typeof value === 'string' ? numberFor(name, value) : undefined;
      const isUsable = meant !== undefined && isInLimits(meant, limits);
      const fix = isUsable ? { title: t`Change to ${String(meant)}`, range, text: `${meant}` } : undefined;
      reportKind(entry.value, `\`${name}\``, kind, this.#problems, entry.keyRange, { fix, wants: 'number' });
      return undefined;
    }
    const { minimum, maximum } = limits;
    if (isInLimits(value, limits)) return { value, range };
    // Upper limits that are only technical are named to those who reach them.
    const wanted = maximum < 1e6 || value > maximum ? t`from ${minimum} to ${maximum}` : t`of ${minimum} or more`;
    this.#problems.error(range, t`\`${name}\` needs ${kind} ${wanted}.`);
    return undefined;
  }

  boolean(name: string): Read<boolean> | undefined {
    const entry = this.get(name);
    if (!entry) return undefined;
    if (entry.value.kind === 'scalar' && typeof entry.value.value === 'boolean') {
      return { value: entry.value.value, range: entry.value.range };
    }
    const written = entry.value.kind === 'scalar' && typeof entry.value.value === 'string' ? entry.value.value : '';
    const meant = booleanFor(written);
    const fix =
      meant === undefined
        ? undefined
        : { title: t`Change to ${String(meant)}`, range: entry.value.range, text: `${meant}` };
    reportKind(entry.value, `\`${name}\``, t`\`true\` or \`false\``, this.#problems, entry.keyRange, { fix });
    return undefined;
  }

  oneOf<T extends string>(name: string, choices: readonly T[], consequence = ''): Read<T> | undefined {
    const text = this.text(name);
    return text && readChoice(text, `\`${name}\``, choices, this.#problems, consequence);
  }

  mapping(name: string): Mapping | undefined {
    const entry = this.get(name);
    return entry && Mapping.from(entry.value, `\`${name}\``, this.#problems, entry.keyRange);
  }

  list(name: string): Read<readonly YamlTree[]> | undefined {
    const entry = this.get(name);
    if (!entry) return undefined;
    if (entry.value.kind === 'list') return { value: entry.value.items, range: entry.value.range };
    reportKind(entry.value, `\`${name}\``, t`a list`, this.#problems, entry.keyRange);
    return undefined;
  }

  /** The items that are text; an empty list is reported. */
  texts(name: string): readonly Read<string>[] | undefined {
    const list = this.list(name);
    if (list?.value.length === 0) this.#problems.error(list.range, t`\`${name}\` is empty. List at least one.`);
    return list?.value.flatMap((item) => readText(item, t`An item of \`${name}\``, this.#problems) ?? []);
  }

  /** One text, or a list of them. */
  textOrTexts(name: string): readonly Read<string>[] {
    const entry = this.get(name);
    if (entry?.value.kind === 'list') return this.texts(name) ?? [];
    const text = this.text(name);
    return text === undefined ? [] : [text];
  }

  /** Entries whose keys are names that the writer chose; unusable names are reported and left out. */
  named(): readonly YamlEntry[] {
    return this.entries.filter(({ name, keyRange }) => {
      if (namePattern.test(name)) return true;
      this.#problems.error(
        keyRange,
        t`This cannot be used as a name: it is empty, reserved, or has control characters.`,
      );
      return false;
    });
  }

  /** Named entries that are mappings themselves. */
  namedMappings(): readonly { readonly name: string; readonly mapping: Mapping }[] {
    return this.named().flatMap(({ name, keyRange, value }) => {
      const mapping = Mapping.from(value, `\`${name}\``, this.#problems, keyRange);
      return mapping ? [{ name, mapping }] : [];
    });
  }
}

type MappingTree = Extract<YamlTree, { readonly kind: 'mapping' }>;

function isInLimits(value: number, { minimum, maximum, integer }: NumberLimits): boolean {
  return value >= minimum && value <= maximum && (!integer || Number.isInteger(value));
}

/** What a merge brings stands elsewhere. */
function isWithin({ line, character }: Range['start'], { start, end }: Range): boolean {
  const isAfter = line > start.line || (line === start.line && character >= start.character);
  return isAfter && (line < end.line || (line === end.line && character <= end.character));
}

/** Text that is not empty. `label` begins the sentence. */
export function readText(
  tree: YamlTree,
  label: string,
  problems: Problems,
  keyRange?: Range,
): Read<string> | undefined {
  if (tree.kind === 'scalar' && typeof tree.value === 'string') {
    if (tree.value !== '') return { value: tree.value, range: tree.range };
    problems.error(tree.range, t`${label} is empty.`);
    return undefined;
  }
  reportKind(tree, label, t`text`, problems, keyRange, { wants: 'text' });
  return undefined;
}

export function readChoice<T extends string>(
  text: Read<string>,
  label: string,
  choices: readonly T[],
  problems: Problems,
  consequence = '',
): Read<T> | undefined {
  const value = choices.find((choice) => choice === text.value);
  if (value !== undefined) return { value, range: text.range };
  const all = choices.map((choice) => `\`${choice}\``).join(', ');
  const sentence = t`${label} is one of ${all}.${didYouMean(text.value, choices)}${consequence}`;
  problems.error(text.range, sentence, nearestFix(text.range, text.value, choices));
  return undefined;
}

/** "`x` needs a number, not text." Never quotes the value: it may be a password on the wrong line. */
export function reportKind(
  tree: YamlTree,
  label: string,
  wanted: string,
  problems: Problems,
  keyRange?: Range,
  { fix, wants }: { readonly fix?: Fix | undefined; readonly wants?: 'text' | 'number' } = {},
): void {
  // Reported already, as what it is.
  if (tree.kind === 'broken') return;
  const subject = label.charAt(0).toUpperCase() + label.slice(1);
  if (tree.kind === 'scalar' && (tree.value === null || tree.value === undefined)) {
    problems.error(
      tree.source === '' ? (keyRange ?? tree.range) : tree.range,
      t`${subject} has no value. It needs ${wanted}.`,
    );
    return;
  }
  const range = tree.kind !== 'scalar' && tree.block ? (keyRange ?? tree.range) : tree.range;
  const quotes = tree.kind === 'scalar' && wants === 'text' ? t` Put it in quotes if it is meant as text.` : '';
  const digits =
    tree.kind === 'scalar' && typeof tree.value === 'string' && wants === 'number' && /^-?[\d.]+$/.test(tree.value)
      ? t` Write it without quotes.`
      : '';
  problems.error(range, t`${subject} needs ${wanted}, not ${kindOf(tree)}.${quotes}${digits}`, fix);
}

function kindOf(tree: Exclude<YamlTree, { kind: 'broken' }>): string {
  if (tree.kind === 'list') return t`a list`;
  if (tree.kind === 'mapping') return t`a mapping`;
  switch (typeof tree.value) {
    case 'boolean':
      return `\`${String(tree.value)}\``;
    case 'number':
    case 'bigint':
      return t`a number`;
    default:
      return t`text`;
  }
}
