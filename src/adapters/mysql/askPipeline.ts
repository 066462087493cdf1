import type { InstanceSpec, PipelineSpec } from '../../core/inventory/model';
import { failed, ok, type Outcome } from '../../core/outcome';
import {
  countWindow,
  fittingTables,
  latestInstant,
  mostTables,
  newestOf,
  parsePattern,
  whyNotAsked,
} from '../../core/pipelines/planTables';
import type { PipelineSideReading, PipelineTableAnswers } from '../../core/pipelines/reading';
import type { Answer, ReachFailure } from '../../core/replication/reading';
import { cancelledFailure, type PollSettings } from './poll';
import { pipelineStatements, utcStatement, type PipelineStatements } from './serviceQueries';
import { survey, type Survey } from './survey';
import type { AskService } from './surveyReader';
import { t } from '../../core/l10n';

type Sides<T> = readonly [source: T, replica: T];

/** Lists, newest times and counts of one side, in three steps between which both sides wait for each other. */
interface SideLists {
  readonly columns: Answer;
  readonly sizes: Answer;
  readonly indexes: Answer;
}

/** Where both sides meet: each step needs what the other side said before. A side that fails hands in nothing. */
class Meeting<T> {
  readonly #values: (T | undefined)[] = [undefined, undefined];
  readonly #both: Promise<void>;
  #arrived = 0;
  #open: () => void = () => undefined;

  constructor() {
    this.#both = new Promise((resolve) => {
      this.#open = resolve;
    });
  }

  async meet(side: 0 | 1, value: T | undefined): Promise<readonly (T | undefined)[]> {
    this.hand(side, value);
    await this.#both;
    return this.#values;
  }

  hand(side: 0 | 1, value: T | undefined): void {
    this.#values[side] = value;
    this.#arrived += 1;
    if (this.#arrived === 2) this.#open();
  }
}

/** Asks both sides at once, each by the deadline of the pipeline. */
export const askPipeline: AskService<'pipeline'> = async ({ spec, instances }, settings, cancelled) => {
  const pattern = parsePattern(spec.tables);
  const statements = pattern && pipelineStatements(pattern.schema, spec);
  if (pattern === undefined || statements === undefined) {
    return failed({ reason: 'other', text: t`Its tables or its time column have a name that cannot be asked for.` });
  }
  const latestMs = latestInstant(settings.clock.now());
  const lists = new Meeting<SideLists>();
  const newest = new Meeting<Readonly<Record<string, Answer>>>();
  let leftOut = 0;

  const askSide = async (side: 0 | 1, key: string): Promise<PipelineSideReading> => {
    let met = 0;
    const outcome = await surveySide(instances[key], spec, settings, cancelled, async ({ ask }) => {
      const own = await askLists(ask, statements);
      if (own.kind === 'failed') return own;
      met = 1;
      const fitting = (await lists.meet(side, own.value)).map((each) =>
        each === undefined ? [] : baseTables(fittingTables(each.columns, pattern), each.sizes),
      );
      const all = [...new Set(fitting.flat())].sort();
      leftOut = Math.max(0, all.length - mostTables);
      const chosen = all.slice(0, mostTables).filter((name) => fitting[side]?.includes(name));
      const newestHere: Record<string, Answer> = {};
      for (const name of chosen) {
        const isAsked = whyNotAsked(name, own.value) === undefined;
        const answer = await ask(isAsked ? statements.newest(name, latestMs) : undefined);
        if (answer.kind === 'failed') return answer;
        newestHere[name] = answer.value;
      }
      met = 2;
      const both = await newest.meet(side, newestHere);
      const tables: Record<string, PipelineTableAnswers> = {};
      for (const name of chosen) {
        const buckets = await ask(bucketsOf(name, both, spec, statements));
        if (buckets.kind === 'failed') return buckets;
        tables[name] = { newest: newestHere[name] ?? { kind: 'notAsked' }, buckets: buckets.value };
      }
      return ok({ ...own.value, tables });
    });
    // The other side must not wait for one that has failed.
    if (met < 1) lists.hand(side, undefined);
    if (met < 2) newest.hand(side, undefined);
    return outcome.kind === 'ok' ? { kind: 'answered', ...outcome.value } : { kind: 'failed', failure: outcome.reason };
  };

  const sides: Sides<PipelineSideReading> = await Promise.all([askSide(0, spec.source), askSide(1, spec.replica)]);
  return cancelled.aborted ? failed(cancelledFailure) : ok({ source: sides[0], replica: sides[1], leftOut });
};

function surveySide<T>(
  server: InstanceSpec | undefined,
  spec: PipelineSpec,
  settings: PollSettings,
  cancelled: AbortSignal,
  work: (survey: Survey) => Promise<Outcome<T, ReachFailure>>,
): Promise<Outcome<T, ReachFailure>> {
  return server === undefined
    ? Promise.resolve(failed({ reason: 'other', text: t`It is not in the inventory.` }))
    : survey(server, settings, spec.timeoutSeconds * 1000, cancelled, work);
}

async function askLists(ask: Survey['ask'], statements: PipelineStatements): Promise<Outcome<SideLists, ReachFailure>> {
  const answers: Answer[] = [];
  for (const statement of [utcStatement, statements.columns, statements.sizes, statements.indexes]) {
    const answer = await ask(statement);
    if (answer.kind === 'failed') return answer;
    answers.push(answer.value);
  }
  const [, columns, sizes, indexes] = answers;
  const none: Answer = { kind: 'notAsked' };
  return ok({ columns: columns ?? none, sizes: sizes ?? none, indexes: indexes ?? none });
}

/** Without views, which have no index of their own and mostly show what a table has already told. */
function baseTables(names: readonly string[], sizes: Answer): readonly string[] {
  if (sizes.kind !== 'rows') return names;
  const tables = new Set(sizes.rows.map((row) => row['table_name']));
  return names.filter((name) => tables.has(name));
}

/** Undefined: not counted, since one side could not say how far it is. */
function bucketsOf(
  name: string,
  both: readonly (Readonly<Record<string, Answer>> | undefined)[],
  { timeFormat, bucket }: PipelineSpec,
  statements: PipelineStatements,
): string | undefined {
  const answers = both.map((side) => side?.[name]);
  if (answers.some((answer) => answer?.kind !== 'rows')) return undefined;
  const window = countWindow(
    answers.map((answer) => answer && newestOf(answer, timeFormat)),
    bucket,
  );
  return window && statements.buckets(name, window.fromMs, window.toMs);
}
