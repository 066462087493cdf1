import { accountLabel } from './accountName';
import { describeModel, type ServerGrants } from './fromServer';
import { renderGrants } from './renderGrants';
import { formatInstant } from '../words';
import { t } from '../l10n';

export interface InstanceDocumentOptions {
  readonly instance: string;
  /** ISO 8601, UTC. */
  readonly readAt: string;
}

/** The canonical document of one server: what it has, and what could not be read, never a secret. */
export function renderInstance(grants: ServerGrants, { instance, readAt }: InstanceDocumentOptions): string {
  const { model, unknown, storedByOlder } = grants;
  const notes = [
    t`Grants of ${instance}: ${describeModel(model)}, read at ${formatInstant(readAt)}.`,
    t`One normal form for all servers. Secrets are not read; <secret> stands where there is one.`,
    ...unknown.map((text) => t`Not known: ${text}`),
    ...storedByOlder.map(
      ({ account, rejected }) =>
        t`${accountLabel(account)} was written by an older version: this server ${rejected ? t`does not take its row` : t`reads other privileges from its row than were granted`}.`,
    ),
  ];
  const head = notes.map((note) => `-- ${note.replace(/[\r\n]+/g, ' ')}`).join('\n');
  return `${head}\n\n${renderGrants(model)}`;
}

/** Two servers side by side: the accounts that people made, without a heading that would always differ. */
export function renderForComparison({ model }: ServerGrants): string {
  return renderGrants(model, { withoutReserved: true });
}
