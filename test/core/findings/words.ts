import { diagnose } from '../../../src/core/findings/diagnose';
import type { Case } from './case';

/** Every finding of every case in full, for review. */
export function wordsOf(groups: Readonly<Record<string, readonly Case[]>>): string {
  const parts = [
    '# Findings, as worded',
    '',
    'Written by the test beside it. Read the difference before you commit it.',
    '',
  ];
  for (const [group, cases] of Object.entries(groups)) {
    parts.push(`## ${group}`, '');
    for (const { title, fleet } of cases) {
      for (const finding of diagnose(fleet())) {
        const connection = finding.connection === undefined ? '' : ` (connection '${finding.connection}')`;
        parts.push(
          `### ${title}: ${finding.id}`,
          '',
          `${finding.severity} · ${finding.subject}${connection} · \`${finding.short}\``,
          '',
          finding.title,
          '',
          ...finding.evidence.map(({ measured, source, at }) => `- measured: ${measured} [${source}, ${at}]`),
          ...finding.remedy.split('\n').map((line) => `- do: ${line}`),
          ...(finding.avoid === undefined ? [] : finding.avoid.split('\n').map((line) => `- avoid: ${line}`)),
          '',
        );
      }
    }
  }
  return parts.join('\n');
}
