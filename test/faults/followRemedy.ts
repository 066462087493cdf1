import { codeSpans } from '../../src/core/codeSpans';
import type { FindingReport } from '../../src/core/report';
import { readReplica } from '../sandbox/faultSteps';
import type { Sandbox } from '../sandbox/sandbox';
import type { ServerKind } from '../sandbox/serverKinds';

/** What stands in place of a placeholder, by the placeholder as the remedy has it: `<free number>`, `'…'`. */
export type Filling = Readonly<Record<string, string>>;

/** One line of a remedy, and what a person who follows it does. */
export interface RemedyStep {
  /** Finds the line, and names what is done: words that say something else break the test. */
  readonly says: RegExp;
  /** For the placeholders of the line's statements; several: the statements are run once with each. */
  readonly fill?: (sandbox: Sandbox) => Filling | readonly Filling[] | Promise<Filling | readonly Filling[]>;
  /** Instance to run the statements on; undefined: the one that the line begins with, else the finding's subject. */
  readonly on?: string;
  /** What the line asks for in words, done before its statements are run. */
  readonly carryOut?: (sandbox: Sandbox, finding: FindingReport) => Promise<void>;
  /** Which of the line's statements is for which flavor; undefined: all of them for both. */
  readonly runs?: Readonly<Record<ServerKind['flavor'], RegExp>>;
  /** Flavor that has the line; undefined: both. */
  readonly flavor?: ServerKind['flavor'];
}

/** How a remedy was carried out. */
export type RemedyOutcome =
  /** `statements`: by those of the remedy alone; `hand`: with something that it says in words. */
  | { readonly kind: 'mended'; readonly by: 'statements' | 'hand'; readonly done: readonly string[] }
  | { readonly kind: 'failed'; readonly reason: string; readonly done: readonly string[] }
  /** It cannot be carried out here, with the reason. */
  | { readonly kind: 'leftOut'; readonly reason: string };

const statementStart =
  /^(?:ALTER|CHANGE|CREATE|DELETE|DROP|FLUSH|GRANT|INSERT|KILL|PURGE|RESET|SELECT|SET (?:GLOBAL|SESSION|GTID_NEXT)|SHOW|START|STOP|TRUNCATE|UPDATE)\b/;
/** What an operator still has to put in: `<file>`, `…`, or `?` for what was not read. */
const placeholder = /<[a-z][\w ]*>|…|\?/i;

/** Statements of one line of a remedy, in order; those between the same backticks are one after another. */
export function statementsOf(line: string): readonly string[] {
  return codeSpans(line)
    .filter(({ text, isCode }) => isCode && statementStart.test(text))
    .flatMap(({ text }) => text.split(/;\s*/).filter((each) => each !== ''));
}

/** Fills placeholders. Throws where one is left: such a statement is not what anybody would run. */
export function fillIn(statement: string, filling: Filling): string {
  // The longer first: `'…'` before `…`.
  const keys = Object.keys(filling).sort((a, b) => b.length - a.length);
  const left = placeholder.exec(keys.reduce((rest, key) => rest.replaceAll(key, ''), statement));
  if (left !== null) throw new Error(`"${statement}" has a placeholder that nothing was given for: ${left[0]}`);
  return keys.reduce((filled, key) => filled.replaceAll(key, () => filling[key] ?? ''), statement);
}

/**
 * Does what the remedy of a finding says, as an administrator: runs the statements of the lines that `steps` choose,
 * and what they ask for in words. Gives what was done; rejects where a line is not there or a statement is refused.
 */
export async function followRemedy(
  sandbox: Sandbox,
  finding: FindingReport,
  steps: readonly RemedyStep[],
  done: string[],
): Promise<void> {
  const lines = finding.remedy.split('\n');
  for (const step of steps.filter(({ flavor = sandbox.kind.flavor }) => flavor === sandbox.kind.flavor)) {
    const line = lines.find((each) => step.says.test(each));
    if (line === undefined) throw new Error(`The remedy does not say ${String(step.says)}: ${finding.remedy}`);
    const wanted = step.runs?.[sandbox.kind.flavor] ?? /^/;
    const statements = statementsOf(line).filter((statement) => wanted.test(statement));
    if (statements.length === 0 && step.carryOut === undefined)
      throw new Error(`There is nothing to carry out in "${line}".`);
    if (step.carryOut !== undefined) {
      await step.carryOut(sandbox, finding);
      done.push(`by hand: ${line}`);
    }
    if (statements.length === 0) continue;
    const given = await step.fill?.(sandbox);
    for (const name of step.on === undefined ? await serversOf(sandbox, finding, line) : [step.on]) {
      done.push(`${name}: ${statements.join('; ')}`);
      for (const filling of [given ?? {}].flat())
        await sandbox.query(
          name,
          statements.map((statement) => fillIn(statement, filling)),
        );
    }
  }
}

/** `On db1:`, `On the source db1:` and `on both` name other servers than the subject. */
async function serversOf(sandbox: Sandbox, { subject, connection }: FindingReport, line: string): Promise<string[]> {
  const named = /^(?:Then on|On)(?: the (?:source|replica|primary))? `([^`]+)`/.exec(line)?.[1];
  if (named !== undefined) return [sandbox.instance(named).name];
  const { name } = sandbox.instance(subject);
  if (!/\bon both\b/i.test(line)) return [name];
  const status = await readReplica(sandbox, name, connection);
  const source = sandbox.instances.find(({ port }) => port === status?.sourcePort);
  return [name, ...(source === undefined ? [] : [source.name])];
}
