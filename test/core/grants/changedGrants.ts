import type { GrantServer } from '../../../src/core/grants/grantServer';
import { randomAttributes, randomGrant, type Random } from './randomGrants';

/** The statements of a server that was as the template says, until somebody changed it by hand. */
export function changedGrants(random: Random, statements: readonly string[], server: GrantServer): readonly string[] {
  const changed = statements.filter((text) => text.startsWith('CREATE ROLE') || !random.chance(0.15));
  const created = changed.flatMap((text) => /^CREATE USER (`.*?`@`.*?`)(?: |$)/.exec(text)?.[1] ?? []);
  for (let count = random.below(5); count > 0 && created.length > 0; count -= 1) {
    const account = random.pick(created);
    const attributes = randomAttributes(random, server.flavor === 'mariadb').trim();
    changed.push(
      random.chance(0.6) || attributes === ''
        ? randomGrant(random, account, server)
        : `ALTER USER ${account} ${attributes}`,
    );
  }
  // Accounts that only GRANT names would not be there: the server would have refused it.
  const exists = new Set(
    changed.flatMap((text) => /^CREATE (?:USER|ROLE) (`(?:[^`]|``)*`(?:@`[^`]*`)?)/.exec(text)?.[1] ?? []),
  );
  return changed.filter((text) => {
    const target = / (?:TO|FOR) (`(?:[^`]|``)*`(?:@`[^`]*`)?)(?: WITH .*)?$/.exec(text)?.[1];
    return target === undefined || exists.has(target);
  });
}
