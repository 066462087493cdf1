import { codeSpans } from '../../core/codeSpans';
import type { Finding } from '../../core/findings/finding';

/** A finding as a hover shows it. */
export function findingTooltip(finding: Finding): string {
  const evidence = finding.evidence.map(
    ({ measured, source }) => `- ${escapeMarkdown(measured)} (${escapeMarkdown(source)})`,
  );
  return [
    `**${markdownOf(finding.title)}**`,
    evidence.join('\n'),
    `*Do:* ${markdownOf(finding.remedy)}`,
    ...(finding.avoid === undefined ? [] : [`✗ ${markdownOf(finding.avoid)}`]),
  ].join('\n\n');
}

/** A finding's words as Markdown: code stays code, all else is escaped. */
export function markdownOf(text: string): string {
  return codeSpans(text)
    .map((span) => (span.isCode ? `\`\` ${span.text} \`\`` : escapeMarkdown(span.text)))
    .join('')
    .replaceAll('\n', '  \n');
}

export function escapeMarkdown(text: string): string {
  return text.replaceAll(/[\\`*_{}[\]()#+\-.!<>|~&]/g, '\\$&');
}
