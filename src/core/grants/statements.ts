import type { Span } from './tokenizer';

/** What `parseAccountStatements` makes of account statements. Every node keeps the range that it was read from. */

export interface NameNode extends Span {
  readonly value: string;
}

export interface AccountNode extends Span {
  readonly user: string;
  /** Undefined: written without one. What that means depends on the server. */
  readonly host?: string;
  readonly special?: 'public' | 'currentUser';
}

export interface PrivilegeNode extends Span {
  /** Upper case, one space between words; `ALL` for ALL PRIVILEGES. */
  readonly name: string;
  readonly columns?: readonly NameNode[];
  /** A value that the template leaves open stands here. */
  readonly open?: true;
}

export type RoutineKind = 'FUNCTION' | 'PROCEDURE' | 'PACKAGE' | 'PACKAGE BODY' | 'LIBRARY';

export type ObjectNode = Span &
  (
    | { readonly kind: 'global' }
    /** Undefined database: `ON *`, the current one. */
    | { readonly kind: 'database'; readonly database?: NameNode }
    | { readonly kind: 'table'; readonly database?: NameNode; readonly table: NameNode }
    | { readonly kind: 'routine'; readonly routine: RoutineKind; readonly database?: NameNode; readonly name: NameNode }
  );

/** Never the secret itself. A placeholder stands for any secret that is not empty. */
export type Secret = 'none' | 'present' | 'placeholder';

export interface AuthMethodNode extends Span {
  /** Undefined: the server's default for passwords. */
  readonly plugin?: string;
  readonly secret: Secret;
  /** The secret is an open value without quotes around it. */
  readonly unquoted?: true;
  readonly form: 'by' | 'byPassword' | 'via' | 'with' | 'withBy';
}

export interface AuthenticationNode extends Span {
  readonly methods: readonly AuthMethodNode[];
  /** `or`: alternatives, in the order in which they are tried. `and`: factors. */
  readonly joined: 'or' | 'and';
}

export interface UserNode extends Span {
  readonly account: AccountNode;
  readonly authentication?: AuthenticationNode;
}

export type RequireKind = 'none' | 'ssl' | 'x509' | 'specified';

export interface RequireNode extends Span {
  readonly kind: RequireKind;
  readonly issuer?: string;
  readonly subject?: string;
  readonly cipher?: string;
}

export const limitNames = [
  'MAX_QUERIES_PER_HOUR',
  'MAX_UPDATES_PER_HOUR',
  'MAX_CONNECTIONS_PER_HOUR',
  'MAX_USER_CONNECTIONS',
  'MAX_STATEMENT_TIME',
] as const;
export type LimitName = (typeof limitNames)[number];

export interface LimitNode extends Span {
  readonly name: LimitName;
  readonly value: number;
}

export type Expiry =
  { readonly kind: 'default' | 'never' | 'now' } | { readonly kind: 'interval'; readonly days: number };

export interface OptionNode extends Span {
  readonly name: string;
  readonly value: string;
}

export interface AccountOptionsNode {
  readonly require?: RequireNode;
  readonly limits: readonly LimitNode[];
  readonly locked?: Span & { readonly value: boolean };
  readonly expiry?: Span & { readonly value: Expiry };
  readonly defaultRoles?: RoleListNode;
  /** MySQL's further password options and ATTRIBUTE, by name; `DEFAULT` where the server's default was asked for. */
  readonly others: readonly OptionNode[];
}

export interface RoleListNode extends Span {
  readonly kind: 'none' | 'all' | 'listed';
  readonly roles: readonly AccountNode[];
}

interface Statement extends Span {
  /** Of the first word. */
  readonly keyword: Span;
}

export interface GrantStatement extends Statement {
  readonly kind: 'grant';
  readonly privileges: readonly PrivilegeNode[];
  readonly object: ObjectNode;
  readonly grantees: readonly UserNode[];
  readonly options: AccountOptionsNode;
  readonly grantOption?: Span;
}

export interface RevokeStatement extends Statement {
  readonly kind: 'revoke';
  readonly privileges: readonly PrivilegeNode[];
  readonly object: ObjectNode;
  readonly grantees: readonly UserNode[];
}

export type AccountStatement =
  | GrantStatement
  | RevokeStatement
  | (Statement & {
      readonly kind: 'grantRoles' | 'revokeRoles';
      readonly roles: readonly AccountNode[];
      readonly grantees: readonly UserNode[];
      /** GRANT: WITH ADMIN OPTION. REVOKE: ADMIN OPTION FOR, which leaves the role. */
      readonly adminOption?: Span;
    })
  | (Statement & {
      readonly kind: 'grantProxy' | 'revokeProxy';
      readonly proxied: AccountNode;
      readonly grantees: readonly UserNode[];
      readonly grantOption?: Span;
    })
  | (Statement & { readonly kind: 'revokeAll'; readonly grantees: readonly UserNode[] })
  | (Statement & {
      readonly kind: 'createUser' | 'alterUser';
      /** OR REPLACE, IF NOT EXISTS, IF EXISTS. */
      readonly replace?: Span;
      readonly ifExists?: Span;
      readonly users: readonly UserNode[];
      readonly options: AccountOptionsNode;
    })
  | (Statement & {
      readonly kind: 'createRole';
      readonly replace?: Span;
      readonly ifExists?: Span;
      readonly roles: readonly AccountNode[];
      readonly admin?: AccountNode;
    })
  | (Statement & { readonly kind: 'dropUser' | 'dropRole'; readonly accounts: readonly AccountNode[] })
  | (Statement & {
      readonly kind: 'renameUser';
      readonly pairs: readonly { readonly from: AccountNode; readonly to: AccountNode }[];
    })
  | (Statement & {
      readonly kind: 'setDefaultRole';
      readonly list: RoleListNode;
      /** `FOR` is MariaDB's word, `TO` MySQL's; undefined: no account named, the current one. */
      readonly preposition?: 'FOR' | 'TO';
      readonly accounts: readonly AccountNode[];
    })
  | (Statement & {
      readonly kind: 'setPassword';
      readonly account?: AccountNode;
      readonly authentication: AuthenticationNode;
    })
  /** Not about accounts. `database` is that of USE. */
  | (Statement & { readonly kind: 'other'; readonly word: string; readonly database?: string })
  /** About accounts, and not understood. `accounts` are those that could be recognised in it. */
  | (Statement & { readonly kind: 'unreadable'; readonly accounts: readonly AccountNode[]; readonly message: string });

export interface SourceProblem extends Span {
  readonly severity: 'error' | 'warning';
  readonly message: string;
}

export interface ParsedStatements {
  readonly statements: readonly AccountStatement[];
  readonly problems: readonly SourceProblem[];
}
