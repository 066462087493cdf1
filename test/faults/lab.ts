import { setTimeout as sleep } from 'node:timers/promises';
import type { FindingReport, FleetReport } from '../../src/core/report';
import { compareReport } from '../demo/compareReport';
import { toExpectedFault, toExpectedFleet } from '../demo/expectedFleet';
import type { Fault } from '../sandbox/fault';
import { findFault } from '../sandbox/faults';
import type { ProductReader } from '../sandbox/productReader';
import type { Sandbox } from '../sandbox/sandbox';
import { waitFor } from '../sandbox/waitFor';
import { type Consequence, consequences } from './consequences';
import { type RemedyOutcome, type RemedyStep, followRemedy } from './followRemedy';
import { remedies } from './remedies';
import { rowsArrive } from './rowsArrive';

/** What the extension said about one state of real servers, against what is known to be there. */
export interface LabResult {
  readonly name: string;
  /** What was done, in a few words. */
  readonly title: string;
  /** `fault`: something is to be named; `healthy`: nothing is. */
  readonly kind: 'fault' | 'healthy';
  /** What shows the state without the extension. */
  readonly proof: string;
  /** `id on subject`, one per fault; alternatives with " or ". */
  readonly expected: readonly string[];
  /** Faults whose id was given on their subject. */
  readonly named: readonly string[];
  /** Faults that were not, and what else the report lacks. Empty: recall is complete. */
  readonly missed: readonly string[];
  /** Critical and warning findings that follow from the fault: known in consequences.ts. */
  readonly explained: readonly string[];
  /** Critical and warning findings that nothing explains. */
  readonly falseAlarms: readonly string[];
  /** Critical and warning findings that stay after healing. */
  readonly remaining: readonly string[];
  /** What came of following the finding's remedy; undefined: not tried, as for several faults at once. */
  readonly remedy?: RemedyOutcome;
}

/** How long after a state has ended a finding about it may stay: lag that is caught up, a thread that reconnects. */
const settleMs = 20_000;
const betweenReadingsMs = 3_000;

export const isRight = ({ missed, falseAlarms, remaining, remedy }: LabResult): boolean =>
  missed.length + falseAlarms.length + remaining.length === 0 && remedy?.kind !== 'failed';

/** `replica.lag on s1-replica`: the subject by the sandbox's names, for ports change. */
function show(sandbox: Sandbox, { id, subject, connection, severity }: FindingReport): string {
  const name = sandbox.instances.find(({ key }) => key === subject)?.name ?? subject;
  return `${severity} ${id} on ${name}${connection === undefined || connection === '' ? '' : ` '${connection}'`}`;
}

/** What was said wrongly is shown with the words and the figures that it was said with. */
function showWithTitle(sandbox: Sandbox, finding: FindingReport): string {
  const [evidence] = finding.evidence;
  return `${show(sandbox, finding)}: ${finding.title} (${evidence?.measured ?? 'no evidence'})`;
}

const isAlarm = ({ severity }: FindingReport): boolean => severity !== 'info';

export const alarmsOf = (report: FleetReport): FindingReport[] => report.findings.filter(isAlarm);

/**
 * Reads until nothing of what `isWrong` is said, or the time is over; gives what is still said then.
 */
async function readUntilQuiet(
  sandbox: Sandbox,
  product: ProductReader,
  isWrong: (finding: FindingReport) => boolean = isAlarm,
): Promise<string[]> {
  const end = Date.now() + settleMs;
  for (;;) {
    const { findings } = await product.read();
    const alarms = findings.filter(isWrong);
    if (alarms.length === 0 || Date.now() > end) return alarms.map((finding) => show(sandbox, finding));
    await sleep(500);
  }
}

/**
 * Does what the remedy of the fault's finding says, and looks whether it mended: the fault's own proof is gone, rows
 * arrive again, and the extension no longer finds anything wrong.
 */
async function mend(
  sandbox: Sandbox,
  product: ProductReader,
  fault: Fault,
  finding: FindingReport,
  steps: readonly RemedyStep[],
  isToStay: (finding: FindingReport) => boolean,
): Promise<RemedyOutcome> {
  const done: string[] = [];
  try {
    await followRemedy(sandbox, finding, steps, done);
    const isGone = async () => ((await fault.proof(sandbox)) === undefined ? true : undefined);
    if ((await waitFor(isGone, settleMs)) !== true) throw new Error('The fault is still there.');
    await rowsArrive(sandbox);
    const isSame = ({ id, subject }: FindingReport) => id === finding.id && subject === finding.subject;
    const alarms = await readUntilQuiet(sandbox, product, (each) => isSame(each) || (isAlarm(each) && !isToStay(each)));
    if (alarms.length > 0) throw new Error(`The extension still says: ${alarms.join(', ')}`);
    return { kind: 'mended', by: done.some((each) => each.startsWith('by hand')) ? 'hand' : 'statements', done };
  } catch (error) {
    return { kind: 'failed', reason: error instanceof Error ? error.message : String(error), done };
  }
}

/** The report after as many readings as the faults need to be seen. */
async function readReport(product: ProductReader, faults: readonly Fault[]): Promise<FleetReport> {
  const readings = Math.max(...faults.map((fault) => fault.readings ?? 1));
  for (let reading = 1; reading < readings; reading += 1) {
    await product.read();
    await sleep(betweenReadingsMs);
  }
  return product.read();
}

/**
 * Injects faults, one or several at once, reads the fleet with the extension's own reader, mends a single one by what
 * its finding's remedy says, heals what is left and reads again.
 * Rejects where a fault could not be injected, proven or healed: then nothing has been learnt about the extension.
 */
export async function judgeFaults(
  sandbox: Sandbox,
  product: ProductReader,
  names: readonly string[],
): Promise<LabResult> {
  const faults = names.map((name) => findFault(name));
  for (const [index, fault] of faults.entries()) {
    if ((await fault.proof(sandbox)) !== undefined) throw new Error(`${names[index]!} is there before it is injected.`);
  }
  const measured: string[] = [];
  for (const name of names) measured.push(await sandbox.fault(name));
  const report = await readReport(product, faults);

  const expected = faults.map((fault, index) => toExpectedFault(sandbox, names[index]!, fault));
  const isExpected = (finding: FindingReport) =>
    expected.some(
      ({ subject, connection, findings }) =>
        finding.subject === subject &&
        findings.includes(finding.id) &&
        (connection === undefined || finding.connection === undefined || finding.connection === connection),
    );
  const known = names.flatMap((name) => consequences[name] ?? []);
  const others = alarmsOf(report).filter((finding) => !isExpected(finding));
  const [explained, falseAlarms] = [true, false].map((wanted) =>
    others.filter((finding) => known.some((each) => follows(sandbox, finding, each)) === wanted),
  ) as [FindingReport[], FindingReport[]];

  const finding = report.findings.find(isExpected);
  const steps = names.length === 1 ? remedies[names[0]!] : undefined;
  const isToStay = (each: FindingReport) =>
    known.some((consequence) => consequence.stays === true && follows(sandbox, each, consequence));
  const remedy =
    finding === undefined || steps === undefined
      ? undefined
      : await mend(sandbox, product, faults[0]!, finding, steps, isToStay);

  for (const name of names) await sandbox.heal(name);
  for (const [index, fault] of faults.entries()) {
    if ((await fault.proof(sandbox)) !== undefined) throw new Error(`${names[index]!} is there after it was healed.`);
  }
  return {
    name: names.join(' + '),
    title: faults.map(({ title }) => title).join('; '),
    kind: 'fault',
    proof: measured.join('; '),
    expected: faults.map(({ subject, findings }) => `${findings.join(' or ')} on ${subject}`),
    named: report.findings.filter(isExpected).map((finding) => show(sandbox, finding)),
    missed: compareReport(report, toExpectedFleet(sandbox), expected),
    explained: explained.map((finding) => show(sandbox, finding)),
    falseAlarms: falseAlarms.map((finding) => showWithTitle(sandbox, finding)),
    remaining: await readUntilQuiet(sandbox, product),
    ...(remedy === undefined ? {} : { remedy }),
  };
}

function follows(sandbox: Sandbox, { id, subject }: FindingReport, consequence: Consequence): boolean {
  return (
    consequence.finding === id &&
    consequence.subjects.some((name) => (name.includes(':') ? name : sandbox.instance(name).key) === subject)
  );
}

/** What is said of a state in which nothing is wrong: twice, for some findings need an earlier reading. */
export async function judgeHealthy(
  sandbox: Sandbox,
  product: ProductReader,
  state: { readonly name: string; readonly title: string; readonly proof: string },
): Promise<LabResult> {
  const alarms = new Set<string>();
  for (let reading = 1; reading <= 2; reading += 1) {
    for (const finding of alarmsOf(await product.read())) alarms.add(showWithTitle(sandbox, finding));
    if (reading === 1) await sleep(1_500);
  }
  return {
    ...state,
    kind: 'healthy',
    ...{ expected: [], named: [], missed: [], explained: [], remaining: [] },
    falseAlarms: [...alarms],
  };
}
