import assert from 'node:assert/strict';
import { compareTemplate } from '../../../src/core/grants/reviewTemplate';
import type { GrantFix } from '../../../src/core/grants/grantFix';
import { toGrantFix } from '../../../src/core/grants/toGrantFix';
import { serverAfter } from './compare';
import { mariadb1011 } from './serverRecordings';

const server = mariadb1011;

describe('a fix as steps of a plan', () => {
  const fix = (template: string, actual: string): GrantFix =>
    toGrantFix(compareTemplate(template, {}, serverAfter(actual)), { server, path: 'g.sql', readAt: '' });
  const u = "CREATE USER 'u'@'10.%' IDENTIFIED BY 'x';";
  const check = (name: string, template: string, actual: string, expected: Partial<GrantFix>) => {
    it(name, () => {
      const made = fix(template, actual);
      const names = Object.keys(expected) as (keyof GrantFix)[];
      assert.deepEqual(Object.fromEntries(names.map((each) => [each, made[each]])), expected);
    });
  };

  check(
    'turns each statement round for the rollback',
    `${u} GRANT SELECT ON d.* TO 'u'@'10.%'; ALTER USER 'u'@'10.%' REQUIRE SSL`,
    `${u} GRANT INSERT ON d.* TO 'u'@'10.%'`,
    {
      adds: ["ALTER USER 'u'@'10.%' REQUIRE SSL", "GRANT SELECT ON `d`.* TO 'u'@'10.%'"],
      takes: ["REVOKE INSERT ON `d`.* FROM 'u'@'10.%'"],
      undoAdds: "ALTER USER 'u'@'10.%' REQUIRE NONE;\nREVOKE SELECT ON `d`.* FROM 'u'@'10.%';",
      undoTakes: "GRANT INSERT ON `d`.* TO 'u'@'10.%';",
      accounts: ['u@10.%'],
    },
  );
  check('asks for each password by the name of its account', `${u} CREATE USER v@'h' IDENTIFIED BY 'y'`, '', {
    adds: ["CREATE USER 'u'@'10.%' IDENTIFIED BY {{password1}}", "CREATE USER 'v'@'h' IDENTIFIED BY {{password2}}"],
    secrets: [
      { name: 'password1', label: "password of 'u'@'10.%'" },
      { name: 'password2', label: "password of 'v'@'h'" },
    ],
    undoAdds: "ALTER USER 'u'@'10.%' ACCOUNT LOCK;\nALTER USER 'v'@'h' ACCOUNT LOCK;",
  });
  check(
    'brings a dropped account back, its password left open',
    "DROP USER IF EXISTS 'u'@'10.%'",
    `${u} GRANT SELECT ON d.* TO 'u'@'10.%'`,
    {
      takes: ["DROP USER 'u'@'10.%'"],
      undoTakes: "CREATE USER 'u'@'10.%' IDENTIFIED BY <password>;\nGRANT SELECT ON `d`.* TO 'u'@'10.%';",
      accounts: ['u@10.%'],
    },
  );
  check('has nothing to do where nothing differs', u, u, { adds: [], takes: [], undoAdds: '', undoTakes: '' });
  check('names roles without a host', 'CREATE ROLE r;', 'CREATE ROLE r; GRANT SELECT ON d.* TO r', {
    takes: ['REVOKE SELECT ON `d`.* FROM `r`'],
    undoTakes: 'GRANT SELECT ON `d`.* TO `r`;',
    accounts: ['r'],
  });
});
