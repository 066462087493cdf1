import { accountsOf } from './buildModel';
import type { CheckContext } from './checkContext';
import { isOpen } from './tokenCursor';
import { t } from '../l10n';

/** Names that mean something else than they seem to. */
export function checkNames({ statements, template, report }: CheckContext): void {
  for (const statement of statements) {
    for (const account of accountsOf(statement)) {
      const { user, host } = account;
      if (/\\[_%]/.test(user)) {
        const plain = user.replace(/\\([_%])/g, '$1');
        report('warning', account, t`A backslash is part of a user name: this is another account than \`${plain}\`.`);
      } else if (host === undefined && /^[^@]+@[^@]+$/.test(user) && !isOpen(user)) {
        report(
          'warning',
          account,
          t`One pair of quotes around user and host makes a user of that whole name: quote each of them.`,
        );
      }
    }
    if (statement.kind !== 'grant' && statement.kind !== 'revoke') continue;
    const { object } = statement;
    if (object.kind !== 'database' || !object.database || isOpen(object.database.value)) continue;
    const { value } = object.database;
    const unescaped = value.replace(/\\[\s\S]/g, '');
    if (/\\\\[_%]/.test(value)) {
      report(
        'warning',
        object.database,
        t`Two backslashes are one literal backslash, and what follows is wild: \`${value}\` fits no usual name. Write one.`,
      );
    } else if (unescaped.includes('_') && template.server.partialRevokes !== true) {
      const escaped = value.replace(/(\\[\s\S])|_/g, (_, kept: string | undefined) => kept ?? '\\_');
      report(
        'warning',
        object.database,
        t`\`_\` fits any one character in a database name: write \`${escaped}\` for this one.`,
      );
    }
  }
}
