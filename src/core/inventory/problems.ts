import type { Fix, Problem, Range } from './model';

/** More than a person reads, and few enough for an editor to show. */
const maxProblems = 1000;

/** Gathers problems. Text that is read twice (through an alias) reports its problem once. */
export class Problems {
  readonly #found = new Map<string, Problem>();

  error(range: Range, message: string, fix?: Fix): void {
    this.#add({ severity: 'error', message, range, ...(fix && { fix }) });
  }

  warning(range: Range, message: string, fix?: Fix): void {
    this.#add({ severity: 'warning', message, range, ...(fix && { fix }) });
  }

  /** In the order of the document. */
  sorted(): readonly Problem[] {
    return [...this.#found.values()].sort(
      (a, b) =>
        a.range.start.line - b.range.start.line ||
        a.range.start.character - b.range.start.character ||
        (a.message < b.message ? -1 : 1),
    );
  }

  #add(problem: Problem): void {
    const { start, end } = problem.range;
    const identity = [start.line, start.character, end.line, end.character, problem.message].join(':');
    if (this.#found.size < maxProblems && !this.#found.has(identity)) this.#found.set(identity, problem);
  }
}
