import type { Finding } from '../../core/findings/finding';
import { clip } from '../../core/findings/phrase';
import { joinSpans } from '../../core/markdown';
import { t } from '../../core/l10n';

/** A finding as a hover shows it. */
export function findingTooltip(finding: Finding): string {
  const evidence = finding.evidence.map(
    ({ measured, source }) => `- ${escapeMarkdown(measured)} (${escapeMarkdown(source)})`,
  );
  return [
    `**${markdownOf(finding.title)}**`,
    evidence.join('\n'),
    t`*Do:* ${markdownOf(finding.remedy)}`,
    ...(finding.avoid === undefined ? [] : [`✗ ${markdownOf(finding.avoid)}`]),
  ].join('\n\n');
}

/** A finding's words as Markdown: code stays code, all else is escaped. */
export function markdownOf(text: string): string {
  return clip(text, 20_000)
    .split('\n')
    .map((line) => joinSpans(line, escapeMarkdown))
    .join('  \n');
}

/** An address in it is none to click either: VS Code makes links of them without any markup. */
export function escapeMarkdown(text: string): string {
  return text.replaceAll(/[\\`*_{}[\]()#+\-.!<>|~&]|:(?=\/\/)/g, '\\$&');
}
