import { isReserved } from './accountName';
import { serverName } from './grantServer';
import type { GrantAccount } from './model';
import { renderGrants, type RenderOptions } from './renderGrants';
import type { ServerGrants } from './fromServer';
import { t } from '../l10n';
import { formatCount } from '../words';

export interface ExportOptions {
  /** `erb`: secrets are `<%= @name_password %>`. `sql`: `<password>`, which no server takes. */
  readonly format: 'sql' | 'erb';
  /** Where it comes from, for the first line: `db1108:3351`. */
  readonly instance: string;
}

/** A server's accounts as a template. Secrets are placeholders; what could not be read is said in comments. */
export function exportTemplate({ model, unknown }: ServerGrants, { format, instance }: ExportOptions): string {
  const names = new Map<string, string>();
  const secret: RenderOptions['secret'] = (account, _, index) =>
    format === 'sql' ? '<password>' : `'<%= @${variableFor(account, index, names)} %>'`;
  // Roles before all that is granted, and PUBLIC's rows with them: the order of renderGrants works as it stands.
  const text = renderGrants(model, { secret, withoutReserved: true });
  const reserved = [...model.accounts.values()].filter(({ name }) => isReserved(name)).length;
  const left = reserved === 0 ? [] : [t`Left out: ${formatCount(reserved, 'account')} of the server's own.`];
  const lines = [t`Grants of ${instance}, ${serverName(model.server)}.`, ...left, ...unknown];
  return `${lines.map((line) => `-- ${line.replace(/[\r\n]+|<%|%>/g, ' ')}`).join('\n')}\n\n${text}`;
}

/** One variable per user name: its accounts on several hosts mostly share the secret. */
function variableFor({ name, key }: GrantAccount, index: number, names: Map<string, string>): string {
  const plain = name.user
    .toLowerCase()
    .replace(/\W+/g, '_')
    .replace(/^_+|_+$/g, '');
  const base = `${/^[a-z]/.test(plain) ? plain : `user_${plain}`}_password${index === 0 ? '' : index + 1}`.replace(
    '__',
    '_',
  );
  const owner = names.get(base);
  if (owner === undefined || owner === name.user) {
    names.set(base, name.user);
    return base;
  }
  // Two user names that differ only in characters that no variable can have.
  const distinct = `${base}_${[...names.keys()].length}`;
  names.set(distinct, key);
  return distinct;
}
