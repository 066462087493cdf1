import type { FleetView } from '../../../src/core/fleetView';
import { grantFixKey } from '../../../src/core/grants/grantFix';
import { compareTemplate } from '../../../src/core/grants/reviewTemplate';
import { toGrantFix } from '../../../src/core/grants/toGrantFix';
import { ok } from '../../../src/core/outcome';
import { at } from '../buildFleet';
import { p, r } from '../findings/fleetBuilder';
import { serverAfter } from '../grants/compare';
import { mariadb1011 } from '../grants/serverRecordings';
import { viewOf, type PlanCase } from './fleet';

export const template = 'grants/app.sql';

/** A view that knows what the template would change on a server where these statements ran. */
export function viewWithGrants(key: string, text: string, actual: string, readAt = at): FleetView {
  const grants = serverAfter(actual, mariadb1011);
  const fix = toGrantFix(compareTemplate(text, {}, grants), { server: mariadb1011, path: template, readAt });
  return { ...viewOf(), grantFixes: { [grantFixKey(key, template)]: ok(fix) } };
}

const u = "CREATE USER 'u'@'10.%' IDENTIFIED BY 'x';";
const base = { id: 'grants.apply', inputs: { template } } as const;

export const grantCases: readonly PlanCase[] = [
  {
    ...base,
    title: 'adds, then takes away',
    target: p,
    view: () =>
      viewWithGrants(
        p,
        `${u} CREATE USER n@'10.1.%' IDENTIFIED BY 'y'; GRANT SELECT ON d.* TO 'u'@'10.%'`,
        `${u} GRANT INSERT ON d.* TO 'u'@'10.%'; CREATE USER o@'%' IDENTIFIED BY 'x'`,
      ),
    statements: [
      "CREATE USER 'n'@'10.1.%' IDENTIFIED BY {{password1}}",
      "GRANT SELECT ON `d`.* TO 'u'@'10.%'",
      "REVOKE INSERT ON `d`.* FROM 'u'@'10.%'",
    ],
  },
  {
    ...base,
    title: 'logs nothing on a replica, and drops what the template drops',
    target: r,
    view: () => viewWithGrants(r, "DROP USER IF EXISTS 'u'@'10.%';", u),
    statements: ['SET SESSION sql_log_bin = 0', "DROP USER 'u'@'10.%'"],
  },
  {
    ...base,
    title: 'takes nothing from others, whatever the template makes of them',
    target: p,
    view: () => viewWithGrants(p, u, `${u} CREATE USER o@'%' IDENTIFIED BY 'x'; GRANT ALL ON *.* TO o@'%'`),
    blocks: ['grants.differ'],
    statements: [],
  },
  {
    ...base,
    title: 'wants the template read',
    target: p,
    view: () => viewOf(),
    blocks: ['grants.compared'],
    statements: [],
  },
  {
    ...base,
    title: 'leaves to a person what no statement decides',
    target: p,
    view: () => viewWithGrants(p, `${u} GRANT SELECT ON d.* TO 'nobody'@'10.%'`, ''),
    blocks: ['grants.byStatement'],
  },
  {
    ...base,
    title: 'fills in no password inside a name',
    target: p,
    view: () => viewWithGrants(p, "CREATE USER '<password1>'@'10.%' IDENTIFIED BY 'x'", ''),
    blocks: ['grants.byStatement'],
  },
];
