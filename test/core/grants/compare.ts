import { accountLabel } from '../../../src/core/grants/accountName';
import { buildModel } from '../../../src/core/grants/buildModel';
import type { DiffItem } from '../../../src/core/grants/diffItem';
import { diffGrants, type GrantDiff } from '../../../src/core/grants/diffGrants';
import { knownNames, type ServerGrants } from '../../../src/core/grants/fromServer';
import type { GrantServer } from '../../../src/core/grants/grantServer';
import { parseAccountStatements } from '../../../src/core/grants/parseAccountStatements';
import { parseTemplate } from '../../../src/core/grants/template';
import type { TemplateVariable } from '../../../src/core/inventory/model';
import { mariadb1011 } from './serverRecordings';

/** A server on which these statements ran. */
export function serverAfter(sql: string, server: GrantServer = mariadb1011): ServerGrants {
  const { statements } = parseAccountStatements(sql, server);
  return { model: buildModel(statements, server, { fromServer: true }), listed: 'all', storedByOlder: [], unknown: [] };
}

export function diffTexts(
  template: string,
  actual: string | ServerGrants,
  server: GrantServer = mariadb1011,
  variables: Readonly<Record<string, TemplateVariable>> = {},
): GrantDiff {
  const read = typeof actual === 'string' ? serverAfter(actual, server) : actual;
  return diffGrants(parseTemplate(template, { server, variables }).toModel(knownNames(read.model)), read);
}

/** `'u'@'h' differs: missing privilege SELECT on *.*` */
export function summarize({ accounts }: GrantDiff): readonly string[] {
  return accounts.map(({ name, state, items }) =>
    [`${accountLabel(name)} ${state}`, ...items.map(describe)].join('; '),
  );
}

function describe({ target, verdict, expected, actual }: DiffItem): string {
  const words =
    verdict === 'notCompared' ? '' : `: ${[expected, actual].filter((text) => text !== undefined).join(' / ')}`;
  return `${verdict} ${target.kind}${words}`;
}
