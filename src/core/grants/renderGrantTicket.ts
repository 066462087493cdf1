import { code } from '../findings/phrase';
import { cell, literal, prose } from '../markdown';
import { redact } from '../redact';
import { redactGrantText } from './redactGrantText';
import type { TemplateReview } from './reviewTemplate';
import { t } from '../l10n';

export interface GrantTicketInput {
  /** Of the template, relative to the inventory. */
  readonly path: string;
  readonly text: string;
  readonly review: TemplateReview;
  /** ISO 8601, UTC: when the grants of an instance were read; undefined: they were not. */
  readonly readAt: (key: string) => string | undefined;
}

/** A ticket that lists more than this is read by nobody. */
const shownDifferences = 200;

/** How the servers differ from a template, as Markdown for a ticket: per instance, then each difference at its line. */
export function renderGrantTicket({ path, text, review, readAt }: GrantTicketInput): string {
  const instances = review.instances.map((key) => {
    const count = review.differing.get(key);
    const at = readAt(key);
    const words =
      count === undefined || at === undefined
        ? t`not read`
        : count === 0
          ? t`as the template says`
          : count === 1
            ? t`one account differs`
            : t`${count} accounts differ`;
    return `| ${[key, words, at ?? ''].map(cell).join(' | ')} |`;
  });
  const differences = differencesOf(text, review);
  const rest = differences.length - shownDifferences;
  const extras = [...review.extras].filter(([, keys]) => keys.length > 0);
  return `${redact(
    [
      t`# Grants against ${literal(path)}`,
      ...(review.refused === undefined ? [] : [`✗ ${prose(review.refused)}`]),
      [t`| instance | grants | read at |`, '|---|---|---|', ...instances].join('\n'),
      ...(differences.length === 0 ? [] : [t`## Differences`, differences.slice(0, shownDifferences).join('\n')]),
      ...(rest > 0 ? [t`And ${rest} more.`] : []),
      ...(extras.length === 0
        ? []
        : [
            t`## Accounts that only servers have`,
            extras.map(([account, keys]) => `- ${code(account)}: ${keys.map(literal).join(', ')}`).join('\n'),
          ]),
    ].join('\n\n'),
  )}\n`;
}

/** `- Line 8, on db1:3306: 'app'@'%' lacks DELETE on shop.*`, in the order of the file. */
function differencesOf(source: string, { statements }: TemplateReview): readonly string[] {
  const lines = statements.flatMap(({ start, groups }) => {
    const line = source.slice(0, start).split('\n').length;
    return groups
      .filter(({ state }) => state !== 'match')
      .flatMap(({ instances, notes }) =>
        notes
          .filter(({ verdict }) => verdict !== 'redundant')
          .map(({ account, text }) => {
            const where = instances.map(literal).join(', ');
            return t`- Line ${line}, on ${where}: ${code(account)} ${literal(redactGrantText(text))}`;
          }),
      );
  });
  return [...new Set(lines)];
}
