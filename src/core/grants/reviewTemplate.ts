import type { TemplateVariable } from '../inventory/model';
import { accountKey, accountLabel } from './accountName';
import { accountsOf } from './buildModel';
import { checkTemplate } from './checkTemplate';
import { diffGrants, type GrantDiff } from './diffGrants';
import type { AccountState } from './diffItem';
import { knownNames, type ServerGrants } from './fromServer';
import { serverName, type GrantServer } from './grantServer';
import { ModelBuilder, type BuildOptions } from './modelBuilder';
import { placeItems, type PlacedNote, type PlacedStatement } from './placeItems';
import type { AccountStatement, SourceProblem } from './statements';
import { type GrantTemplate, parseTemplate, unique } from './template';
import type { Span } from './tokenizer';

export interface ReviewedInstance {
  readonly key: string;
  /** Undefined: not read yet. */
  readonly grants?: ServerGrants;
  /** What is known of the server without its grants. */
  readonly server?: GrantServer;
}

/** One entry of the inventory that names the file: its values, and the instances that it is for. */
export interface TemplateUse {
  readonly variables: Readonly<Record<string, TemplateVariable>>;
  readonly instances: readonly ReviewedInstance[];
}

/** Instances that say the same of one statement. */
export interface StatementGroup {
  readonly state: Exclude<AccountState, 'extra'>;
  readonly instances: readonly string[];
  readonly notes: readonly PlacedNote[];
}

/** A statement of the file, all rounds of a loop together. The span is of the file. */
export interface StatementReview extends Span {
  readonly accounts: readonly string[];
  /** The fewest instances first, as they are the outliers; those that match last. Empty: none was read. */
  readonly groups: readonly StatementGroup[];
}

export interface TemplateReview {
  /** A sentence when this is no file for these servers. */
  readonly refused: string | undefined;
  /** Of the template itself, with spans of the file. */
  readonly problems: readonly SourceProblem[];
  readonly statements: readonly StatementReview[];
  /** All instances that the template is for. */
  readonly instances: readonly string[];
  /** Accounts that only servers have, by label. */
  readonly extras: ReadonlyMap<string, readonly string[]>;
  /** By instance that was read: how many accounts of the template differ there or are missing. */
  readonly differing: ReadonlyMap<string, number>;
}

/** A dialect to read by while no server is known; what is said of it by name is left out. */
const assumedServer: GrantServer = { flavor: 'mariadb', versionId: 101100 };

/** Compares the text with everything that was read, statement by statement. Never throws. */
export function reviewTemplate(source: string, uses: readonly TemplateUse[]): TemplateReview {
  const review = new Review();
  for (const use of uses) review.add(source, use);
  return review.result();
}

/** The parsed template and its diff against one instance, as the report and the documents need them. */
export function compareTemplate(
  source: string,
  variables: TemplateUse['variables'],
  grants: ServerGrants,
): { readonly template: GrantTemplate; readonly diff: GrantDiff; readonly problems: readonly SourceProblem[] } {
  const { server } = grants.model;
  const template = parseTemplate(source, { variables, server });
  const names = knownNames(grants.model);
  return { template, diff: diffGrants(template.toModel(names), grants), problems: checkTemplate(template, names) };
}

interface Merged extends Span {
  readonly accounts: Set<string>;
  readonly byInstance: Map<string, { state: StatementGroup['state']; notes: PlacedNote[] }>;
}

const rank: Readonly<Record<StatementGroup['state'], number>> = { missing: 0, differs: 1, notCompared: 2, match: 3 };

class Review {
  readonly #statements = new Map<string, Merged>();
  readonly #problems: SourceProblem[] = [];
  readonly #instances = new Set<string>();
  readonly #extras = new Map<string, string[]>();
  readonly #differing = new Map<string, number>();
  #refused: string | undefined;

  add(source: string, { variables, instances }: TemplateUse): void {
    const parsed = new Map<string, GrantTemplate>();
    const checked = new Set<string>();
    const templateFor = (server: GrantServer): GrantTemplate => {
      const id = JSON.stringify(server);
      const known = parsed.get(id) ?? parseTemplate(source, { variables, server });
      parsed.set(id, known);
      return known;
    };
    const check = (server: GrantServer, options: BuildOptions): void => {
      const id = JSON.stringify(server);
      if (checked.has(id)) return;
      checked.add(id);
      const assumed = server === assumedServer ? serverName(server) : undefined;
      const problems = checkTemplate(templateFor(server), options);
      this.#problems.push(
        ...(assumed === undefined ? problems : problems.filter(({ message }) => !message.includes(assumed))),
      );
    };
    for (const { key, grants } of instances) {
      this.#instances.add(key);
      if (grants === undefined) continue;
      const template = templateFor(grants.model.server);
      const names = knownNames(grants.model);
      check(grants.model.server, names);
      this.#addInstance(key, template, names, grants);
    }
    // Servers of which only the version is known, and a template for none, are checked all the same.
    const unread = instances.filter(({ grants }) => grants === undefined).flatMap(({ server }) => server ?? []);
    for (const server of unread) check(server, {});
    if (checked.size === 0) check(assumedServer, {});
    const [first] = parsed.values();
    if (first) this.#addStatements(first);
  }

  result(): TemplateReview {
    return {
      refused: this.#refused,
      problems: unique(this.#problems),
      statements: [...this.#statements.values()]
        .map(({ start, end, accounts, byInstance }) => ({
          ...{ start, end, accounts: [...accounts] },
          groups: groupInstances(byInstance),
        }))
        .sort((a, b) => a.start - b.start),
      instances: [...this.#instances],
      extras: this.#extras,
      differing: this.#differing,
    };
  }

  #addStatements(template: GrantTemplate): void {
    this.#refused ??= template.refused;
    const builder = new ModelBuilder(template.statements, template.server);
    for (const statement of template.statements) {
      if (isAboutAccounts(statement)) this.#merged(template, { statement, names: namesOf(statement, builder) });
    }
  }

  #addInstance(key: string, template: GrantTemplate, names: BuildOptions, grants: ServerGrants): void {
    this.#refused ??= template.refused;
    const builder = new ModelBuilder(template.statements, template.server, names);
    const statements = template.statements
      .filter(isAboutAccounts)
      .map((statement) => ({ statement, names: namesOf(statement, builder) }));
    const diff = diffGrants(template.toModel(names), grants);
    this.#differing.set(key, diff.accounts.filter(({ state }) => state === 'differs' || state === 'missing').length);
    for (const { name, expected, state } of diff.accounts) {
      if (expected !== undefined || state !== 'extra') continue;
      const label = accountLabel(name);
      this.#extras.set(label, [...(this.#extras.get(label) ?? []), key]);
    }
    for (const { placed, state, notes } of placeItems(statements, diff, template)) {
      const { byInstance } = this.#merged(template, placed);
      const known = byInstance.get(key);
      if (known === undefined) byInstance.set(key, { state, notes: [...notes] });
      else {
        // Another round of the loop: the worse of both is what the line says.
        if (rank[state] < rank[known.state]) known.state = state;
        known.notes.push(...notes);
      }
    }
  }

  #merged(template: GrantTemplate, { statement, names }: PlacedStatement): Merged {
    const { start, end } = template.toSource(statement);
    const id = `${start} ${end}`;
    const known = this.#statements.get(id) ?? { start, end, accounts: new Set<string>(), byInstance: new Map() };
    this.#statements.set(id, known);
    for (const name of names) known.accounts.add(accountLabel(name));
    return known;
  }
}

function isAboutAccounts(statement: AccountStatement): boolean {
  return statement.kind !== 'other';
}

function namesOf(statement: AccountStatement, builder: ModelBuilder): PlacedStatement['names'] {
  const position =
    statement.kind === 'createRole' || statement.kind === 'dropRole'
      ? 'role'
      : statement.kind.startsWith('grant') || statement.kind.startsWith('revoke')
        ? 'grantee'
        : 'user';
  const nodes = accountsOf(statement).filter(({ special }) => special !== 'currentUser');
  const names = new Map(nodes.map((node) => builder.name(node, position)).map((name) => [accountKey(name), name]));
  return [...names.values()];
}

/** Instances that agree are one group; outliers first, what matches last. */
function groupInstances(byInstance: Merged['byInstance']): readonly StatementGroup[] {
  const groups = new Map<string, { state: StatementGroup['state']; instances: string[]; notes: PlacedNote[] }>();
  for (const [key, { state, notes }] of byInstance) {
    const fingerprint = JSON.stringify([state, notes]);
    const group = groups.get(fingerprint);
    if (group) group.instances.push(key);
    else groups.set(fingerprint, { state, instances: [key], notes });
  }
  return [...groups.values()].sort(
    (a, b) =>
      Number(a.state === 'match') - Number(b.state === 'match') ||
      a.instances.length - b.instances.length ||
      rank[a.state] - rank[b.state],
  );
}
