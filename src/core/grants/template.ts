import type { TemplateVariable } from '../inventory/model';
import { LineIndex } from '../inventory/lineIndex';
import { buildModel } from './buildModel';
import { expandErb, type Piece } from './erb';
import type { GrantServer } from './grantServer';
import type { GrantModel } from './model';
import type { BuildOptions } from './modelBuilder';
import { parseAccountStatements } from './parseAccountStatements';
import type { AccountStatement, SourceProblem } from './statements';
import { isTrivia, tokenize, type Span, type Token } from './tokenizer';
import { t } from '../l10n';

export interface TemplateOptions {
  /** Values of `<%= @x %>` and lists of loops, from the inventory. What is not in it stays open. */
  readonly variables?: Readonly<Record<string, TemplateVariable>>;
  /** Decides what the file means where the servers differ. */
  readonly server: GrantServer;
  readonly ansiQuotes?: boolean;
}

/** A template that was read. Spans of statements are in `sql`; `toSource` gives the place in the file. */
export class GrantTemplate {
  /** The file as it is on disk. */
  readonly source: string;
  /** After the values and loops of ERB. */
  readonly sql: string;
  readonly statements: readonly AccountStatement[];
  /** What is wrong with the text itself, with spans of the file, in its order. */
  readonly problems: readonly SourceProblem[];
  /** A sentence when this is no file for these servers; there are then no statements. */
  readonly refused: string | undefined;
  readonly server: GrantServer;
  readonly #pieces: readonly Piece[];
  readonly #lines: LineIndex;

  constructor(source: string, { variables = {}, server, ansiQuotes }: TemplateOptions) {
    this.source = source;
    this.server = server;
    this.#lines = new LineIndex(source);
    const expanded = expandErb(source, variables);
    this.sql = expanded.text;
    this.#pieces = expanded.pieces;
    const options = { ...server, ...(ansiQuotes !== undefined && { ansiQuotes }) };
    this.refused = postgresLook.test(this.sql) ? findPostgres(tokenize(this.sql, options)) : undefined;
    if (this.refused !== undefined) {
      this.statements = [];
      this.problems = [{ severity: 'warning', message: this.refused, start: 0, end: source.search(/[\r\n]|$/) }];
      return;
    }
    const { statements, problems } = parseAccountStatements(this.sql, options);
    this.statements = statements;
    const own = problems
      // Inside logic that is not evaluated, text in parts may read wrong and be right.
      .filter((problem) => this.#uncertainIn(problem) === undefined)
      .map((problem) => ({ ...problem, ...this.toSource(problem) }));
    this.problems = unique([...expanded.notes, ...own]);
  }

  /** Where in the file the expanded text comes from; of a value, the whole tag. Inside a loop, its body. */
  toSource({ start, end }: Span): Span {
    const first = this.#pieceAt(start);
    const last = end > start ? this.#pieceAt(end - 1) : first;
    if (!first || !last) return { start: this.source.length, end: this.source.length };
    const from = first.literal ? first.source.start + start - first.at : first.source.start;
    const to = last.literal ? last.source.start + end - last.at : last.source.end;
    // A statement over the border of two rounds of a loop ends before it began.
    return { start: Math.min(from, to), end: Math.max(from, to) };
  }

  /** One-based line in the file, of the first character that is meant. */
  lineOf(span: Span): number {
    return this.#lines.position(this.toSource(span).start).line + 1;
  }

  sourceLine(offset: number): number {
    return this.#lines.position(offset).line + 1;
  }

  /** Why the statement cannot be evaluated: it stands in logic, or in a loop without a list. */
  uncertain(statement: Span): string | undefined {
    return this.#uncertainIn(statement);
  }

  toModel(options: BuildOptions = {}): GrantModel {
    return buildModel(this.statements, this.server, {
      ...options,
      uncertain: (statement) => this.uncertain(statement),
    });
  }

  #uncertainIn({ start, end }: Span): string | undefined {
    for (let index = this.#indexAt(start); index < this.#pieces.length; index += 1) {
      const piece = this.#pieces[index];
      if (!piece || piece.at >= Math.max(end, start + 1)) return undefined;
      if (piece.uncertain !== undefined) return piece.uncertain;
    }
    return undefined;
  }

  #pieceAt(offset: number): Piece | undefined {
    return this.#pieces[this.#indexAt(offset)] ?? this.#pieces.at(-1);
  }

  #indexAt(offset: number): number {
    let low = 0;
    let high = this.#pieces.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.#pieces[middle]?.at ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}

/** Never throws. A file without any ERB is read as it is. */
export function parseTemplate(source: string, options: TemplateOptions): GrantTemplate {
  return new GrantTemplate(source, options);
}

/** In the order of the file, each once: a loop repeats its body's problems. */
export function unique(problems: readonly SourceProblem[]): readonly SourceProblem[] {
  const seen = new Map(problems.map((problem) => [`${problem.start} ${problem.end} ${problem.message}`, problem]));
  return [...seen.values()]
    .map(({ severity, message, start, end }) => ({ severity, message, start, end }))
    .sort((a, b) => a.start - b.start || a.end - b.end);
}

/** Cheap, and true for more than those: comments and strings are in it too. */
const postgresLook =
  /\b(?:ON\s+(?:SCHEMA|SEQUENCE|ALL|DATABASE)|DEFAULT\s+PRIVILEGES|ALTER\s+ROLE|CREATE\s+EXTENSION|OWNER\s+TO)\b/i;

const postgresWords: readonly (readonly string[])[] = [
  ['ON', 'SCHEMA'],
  ['ON', 'SEQUENCE'],
  ['ON', 'ALL', 'TABLES'],
  ['ON', 'ALL', 'SEQUENCES'],
  ['ON', 'ALL', 'FUNCTIONS'],
  ['ON', 'DATABASE'],
  ['ALTER', 'DEFAULT', 'PRIVILEGES'],
  ['ALTER', 'ROLE'],
  ['CREATE', 'EXTENSION'],
  ['OWNER', 'TO'],
];

/** PostgreSQL's grants look alike. A file with its words and no `user@host` is refused as a whole. */
function findPostgres(tokens: readonly Token[]): string | undefined {
  const words = tokens.filter((token) => !isTrivia(token)).map(({ word }) => word);
  if (words.includes('@')) return undefined;
  const found = postgresWords.find((wanted) =>
    words.some((word, index) => word === wanted[0] && wanted.every((one, ahead) => words[index + ahead] === one)),
  );
  return (
    found && t`This file is for PostgreSQL (\`${found.join(' ')}\`). Replideck compares grants of MariaDB and MySQL.`
  );
}
