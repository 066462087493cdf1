import { parseAccount, parseRoleList } from './parseNames';
import {
  limitNames,
  type AccountOptionsNode,
  type AuthenticationNode,
  type AuthMethodNode,
  type Expiry,
  type LimitNode,
  type OptionNode,
  type RequireNode,
  type RoleListNode,
  type Secret,
  type UserNode,
} from './statements';
import { isOpen, type TokenCursor } from './tokenCursor';
import type { Span } from './tokenizer';
import { t } from '../l10n';

/** An account with what follows it directly: IDENTIFIED, REPLACE, RETAIN CURRENT PASSWORD, DISCARD OLD PASSWORD. */
export function parseUser(cursor: TokenCursor): UserNode | undefined {
  const account = parseAccount(cursor);
  if (!account) return undefined;
  const authentication = cursor.is('IDENTIFIED') ? parseAuthentication(cursor) : undefined;
  cursor.take('DISCARD', 'OLD', 'PASSWORD');
  const { start } = account;
  const end = cursor.lastEnd;
  return authentication ? { account, authentication, start, end } : { account, start, end };
}

function parseAuthentication(cursor: TokenCursor): AuthenticationNode {
  const start = cursor.offset;
  const methods: AuthMethodNode[] = [];
  let joined: 'or' | 'and' = 'or';
  do {
    cursor.expect('IDENTIFIED');
    methods.push(...parseMethods(cursor));
    if (!cursor.is('AND', 'IDENTIFIED')) break;
    cursor.take('AND');
    joined = 'and';
  } while (!cursor.atEnd);
  return { methods, joined, start, end: cursor.lastEnd };
}

function parseMethods(cursor: TokenCursor): readonly AuthMethodNode[] {
  const start = cursor.offset;
  if (cursor.take('BY')) {
    if (cursor.take('RANDOM', 'PASSWORD')) return [{ secret: 'present', form: 'by', start, end: cursor.lastEnd }];
    const hashed = cursor.take('PASSWORD') !== undefined;
    const secret = parseSecret(cursor);
    parsePasswordChange(cursor);
    return secret
      ? [
          hashed
            ? { plugin: 'mysql_native_password', ...secret, form: 'byPassword', start, end: cursor.lastEnd }
            : { ...secret, form: 'by', start, end: cursor.lastEnd },
        ]
      : [];
  }
  const word = cursor.takeOneOf(['VIA', 'WITH'] as const);
  if (word === undefined) {
    cursor.fail(t`BY, VIA or WITH is expected after IDENTIFIED.`);
    return [];
  }
  const methods: AuthMethodNode[] = [];
  do {
    const method = parsePlugin(cursor, word === 'VIA' ? 'via' : 'with');
    if (method) methods.push(method);
  } while (cursor.take('OR'));
  parsePasswordChange(cursor);
  return methods;
}

function parsePlugin(cursor: TokenCursor, form: 'via' | 'with'): AuthMethodNode | undefined {
  const start = cursor.offset;
  const plugin = cursor.name(t`An authentication plugin`);
  if (!plugin) return undefined;
  const by = cursor.take('BY');
  const random = by && cursor.take('RANDOM', 'PASSWORD');
  const given = by ?? cursor.take('USING') ?? cursor.take('AS');
  const secret = random || !given ? undefined : parseSecret(cursor);
  const none: { secret: Secret } = { secret: random ? 'present' : 'none' };
  return {
    plugin: plugin.value,
    ...(secret ?? none),
    form: by ? 'withBy' : form,
    start,
    end: cursor.lastEnd,
  };
}

/** REPLACE 'current' and RETAIN CURRENT PASSWORD change nothing that can be compared. */
function parsePasswordChange(cursor: TokenCursor): void {
  if (cursor.take('REPLACE')) cursor.string(t`The present password`);
  cursor.take('RETAIN', 'CURRENT', 'PASSWORD');
}

type SecretNode = Pick<AuthMethodNode, 'secret' | 'unquoted'>;

/** Only whether there is one: the text of a secret goes no further than this function. */
export function parseSecret(cursor: TokenCursor): SecretNode | undefined {
  if (cursor.is('PASSWORD', '(') || cursor.is('OLD_PASSWORD', '(')) {
    cursor.next();
    cursor.next();
    const inner = parseSecret(cursor);
    cursor.expect(')');
    return inner;
  }
  const token = cursor.peek();
  if (token?.kind === 'string') {
    cursor.next();
    const value = cursor.value(token);
    return { secret: value === '' ? 'none' : isOpen(value) ? 'placeholder' : 'present' };
  }
  if (token?.kind === 'placeholder') {
    cursor.name('A password');
    return { secret: 'placeholder', unquoted: true };
  }
  if (token?.kind === 'word' && /^0X[\dA-F]*$/.test(token.word)) {
    cursor.next();
    return { secret: token.word.length > 2 ? 'present' : 'none' };
  }
  if (cursor.take('<')) {
    // `<password>`: a person fills it in. The server refuses the statement until then.
    while (!cursor.atEnd && !cursor.is('>')) cursor.next();
    return cursor.expect('>') && { secret: 'placeholder' };
  }
  return cursor.fail(t`A password is expected here, in quotes.`);
}

const noOptions: AccountOptionsNode = { limits: [], others: [] };

/** REQUIRE, WITH, ACCOUNT, PASSWORD … in any order. `grantOption` only where WITH GRANT OPTION may stand. */
export function parseAccountOptions(cursor: TokenCursor): AccountOptionsNode & { readonly grantOption?: Span } {
  if (!cursor.peek()) return noOptions;
  let require: RequireNode | undefined;
  let locked: AccountOptionsNode['locked'];
  let expiry: AccountOptionsNode['expiry'];
  let defaultRoles: RoleListNode | undefined;
  let grantOption: Span | undefined;
  const limits: LimitNode[] = [];
  const others: OptionNode[] = [];
  while (!cursor.atEnd) {
    const start = cursor.offset;
    const span = () => ({ start, end: cursor.lastEnd });
    if (cursor.take('REQUIRE')) {
      require = parseRequire(cursor, start);
    } else if (cursor.take('WITH')) {
      grantOption = parseWith(cursor, limits) ?? grantOption;
    } else if (cursor.take('ACCOUNT')) {
      const word = cursor.takeOneOf(['LOCK', 'UNLOCK'] as const);
      if (word === undefined) cursor.fail('LOCK or UNLOCK is expected after ACCOUNT.');
      locked = { value: word === 'LOCK', ...span() };
    } else if (cursor.take('PASSWORD', 'EXPIRE')) {
      expiry = { value: parseExpiry(cursor), ...span() };
    } else if (cursor.take('DEFAULT', 'ROLE')) {
      defaultRoles = parseRoleList(cursor);
    } else {
      const other = parseOther(cursor);
      if (!other) break;
      others.push({ ...other, ...span() });
    }
  }
  return {
    ...(require && { require }),
    limits,
    ...(locked && { locked }),
    ...(expiry && { expiry }),
    ...(defaultRoles && { defaultRoles }),
    others,
    ...(grantOption && { grantOption }),
  };
}

function parseRequire(cursor: TokenCursor, start: number): RequireNode {
  const span = () => ({ start, end: cursor.lastEnd });
  const word = cursor.takeOneOf(['NONE', 'SSL', 'X509'] as const);
  if (word !== undefined) return { kind: word === 'NONE' ? 'none' : word === 'SSL' ? 'ssl' : 'x509', ...span() };
  const texts: { issuer?: string; subject?: string; cipher?: string } = {};
  for (;;) {
    const what = cursor.takeOneOf(['SUBJECT', 'ISSUER', 'CIPHER'] as const);
    if (what === undefined) break;
    const text = cursor.string(t`The text after ${what}`);
    if (text) texts[what === 'SUBJECT' ? 'subject' : what === 'ISSUER' ? 'issuer' : 'cipher'] = text.value;
    cursor.take('AND');
  }
  if (Object.keys(texts).length === 0) {
    cursor.fail(t`NONE, SSL, X509, SUBJECT, ISSUER or CIPHER is expected after REQUIRE.`);
  }
  return { kind: 'specified', ...texts, ...span() };
}

/** GRANT OPTION and limits, several of them after one WITH. */
function parseWith(cursor: TokenCursor, limits: LimitNode[]): Span | undefined {
  let grantOption: Span | undefined;
  const first = cursor.index;
  for (;;) {
    const start = cursor.offset;
    const name = cursor.takeOneOf(limitNames);
    const option = name === undefined ? cursor.take('GRANT', 'OPTION') : undefined;
    if (name !== undefined) {
      const value = cursor.number(t`The limit of ${name}`);
      if (value !== undefined) limits.push({ name, value, start, end: cursor.lastEnd });
    } else if (option) {
      grantOption = option;
    } else {
      break;
    }
  }
  if (cursor.index === first)
    cursor.fail('GRANT OPTION or a limit such as MAX_USER_CONNECTIONS is expected after WITH.');
  return grantOption;
}

function parseExpiry(cursor: TokenCursor): Expiry {
  if (cursor.take('DEFAULT')) return { kind: 'default' };
  if (cursor.take('NEVER')) return { kind: 'never' };
  if (!cursor.take('INTERVAL')) return { kind: 'now' };
  const days = cursor.number(t`A number of days`) ?? 0;
  cursor.expect('DAY');
  return { kind: 'interval', days };
}

function parseOther(cursor: TokenCursor): { name: string; value: string } | undefined {
  const valueOf = (unit?: string): string => {
    if (cursor.take('DEFAULT')) return 'DEFAULT';
    const value = cursor.number('A number');
    if (unit !== undefined) cursor.expect(unit);
    return String(value ?? 0);
  };
  if (cursor.take('PASSWORD', 'HISTORY')) return { name: 'PASSWORD HISTORY', value: valueOf() };
  if (cursor.take('PASSWORD', 'REUSE', 'INTERVAL')) {
    return { name: 'PASSWORD REUSE INTERVAL', value: cursor.is('DEFAULT') ? valueOf() : valueOf('DAY') };
  }
  if (cursor.take('PASSWORD', 'REQUIRE', 'CURRENT')) {
    return { name: 'PASSWORD REQUIRE CURRENT', value: cursor.takeOneOf(['DEFAULT', 'OPTIONAL'] as const) ?? 'ON' };
  }
  if (cursor.take('FAILED_LOGIN_ATTEMPTS')) return { name: 'FAILED_LOGIN_ATTEMPTS', value: valueOf() };
  if (cursor.take('PASSWORD_LOCK_TIME')) {
    return { name: 'PASSWORD_LOCK_TIME', value: cursor.take('UNBOUNDED') ? 'UNBOUNDED' : valueOf() };
  }
  if (cursor.take('ATTRIBUTE')) return { name: 'ATTRIBUTE', value: cursor.string('JSON text')?.value ?? '' };
  if (cursor.take('COMMENT')) {
    return { name: 'ATTRIBUTE', value: JSON.stringify({ comment: cursor.string('A comment')?.value ?? '' }) };
  }
  return undefined;
}
