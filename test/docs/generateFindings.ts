import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { diagnose } from '../../src/core/findings/diagnose';
import type { Finding } from '../../src/core/findings/finding';
import type { Explained } from '../../src/core/findings/rule';
import { rules } from '../../src/core/findings/rules';
import type { Case } from '../core/findings/case';
import { fleetCases } from '../core/findings/fleetCases';
import { heartbeatCases } from '../core/findings/heartbeatCases';
import { mirrorCases } from '../core/findings/mirrorCases';
import { orchestratorCases } from '../core/findings/orchestratorCases';
import { neighbourCases } from '../core/findings/neighbourCases';
import { reachCases } from '../core/findings/reachCases';
import { threadCases } from '../core/findings/threadCases';

const sections: readonly (readonly [title: string, starts: readonly string[]])[] = [
  ['Reaching a server', ['instance.', 'monitor.']],
  ['A replica', ['replica.']],
  ['A cluster', ['cluster.', 'source.']],
  ['Heartbeat', ['heartbeat.']],
  ['Etcd mirrors', ['mirror.']],
  ['Orchestrator', ['orchestrator.']],
  ['Backups', ['backup.']],
  ['Pipelines and Kafka consumers', ['pipeline.', 'consumer.', 'burrow.']],
];

const folder = join(import.meta.dirname, '../../src/core/findings/rules');

/** What the rules say about their ids: `<name>Explained` beside the rule `<name>`. */
export async function readExplained(): Promise<Explained> {
  const found: Record<string, Explained[string]> = {};
  for (const file of readdirSync(folder).sort()) {
    const module = (await import(pathToFileURL(join(folder, file)).href)) as Readonly<Record<string, unknown>>;
    const explained = module[`${file.replace(/\.ts$/, '')}Explained`] as Explained | undefined;
    if (explained === undefined) throw new Error(`rules/${file} does not explain its ids`);
    Object.assign(found, explained);
  }
  return found;
}

/** The first finding of each id in the test's fleets: the remedy of a real case says more than a general one. */
function examples(): ReadonlyMap<string, Finding> {
  const found = new Map<string, Finding>();
  const cases: readonly Case[] = [
    ...reachCases,
    ...threadCases,
    ...fleetCases,
    ...heartbeatCases,
    ...mirrorCases,
    ...orchestratorCases,
    ...neighbourCases,
  ];
  for (const { fleet } of cases) {
    for (const finding of diagnose(fleet())) if (!found.has(finding.id)) found.set(finding.id, finding);
  }
  return found;
}

/** docs/findings.md: every id with what it means, why it happens, what to do and what not. */
export async function renderFindings(): Promise<string> {
  const explained = await readExplained();
  const example = examples();
  const ids = rules.flatMap((rule) => Object.entries(rule.ids));
  const out = [
    '# Findings',
    '',
    'What Replideck can find in a fleet. An id never changes. The most specific one is given, and what was not read is',
    'never judged. The remedies here are those of one example; the extension fills in the names of the case at hand.',
    '',
    '<!-- Written from the rules in src/core/findings/rules by `UPDATE_GOLDENS=1 npx mocha test/docs/findings.test.ts`. -->',
    '',
  ];
  for (const [title, starts] of sections) {
    out.push(`## ${title}`, '');
    for (const [id, severity] of ids.filter(([id]) => starts.some((start) => id.startsWith(start)))) {
      const { means, when, why } = explained[id] ?? { means: '', when: '', why: '' };
      const finding = example.get(id);
      out.push(
        `<a id="${id}"></a>`,
        '',
        `### ${id}`,
        '',
        `**${means}** (${severity})`,
        '',
        `When: ${when}`,
        '',
        `Why: ${why}`,
        '',
        `For example: ${finding?.title ?? ''}`,
        '',
        ...(finding?.remedy ?? '').split('\n').map((line) => `- ${line}`),
        '',
        ...(finding?.avoid === undefined ? [] : [`✗ ${finding.avoid}`, '']),
      );
    }
  }
  return `${out.join('\n').trimEnd()}\n`;
}
