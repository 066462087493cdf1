import { quoteAccount, quoteTableName } from '../../guard/quoteSql';
import type { ReplicationError } from '../../replication/model';
import { accountIn, code, lines, plain } from '../phrase';
import { errorDraft, errnoOf, sqlErrorOf, textOf, type ErrorWords } from '../replicationErrors';
import type { ConnectionContext, ConnectionRule, Explained } from '../rule';
import { t } from '../../l10n';

/** The replica's tables or accounts are not those of the source. */
export const sqlSchema: ConnectionRule = {
  scope: 'connection',
  ids: {
    'replica.sql.tableMissing': 'critical',
    'replica.sql.columnMismatch': 'critical',
    'replica.sql.accountExists': 'critical',
  },
  check(context) {
    const error = sqlErrorOf(context);
    const words = error === undefined ? undefined : judge(context, error);
    return error === undefined || words === undefined ? [] : [errorDraft(context, 'SQL', error, words)];
  },
};

function judge({ here, there, status, dialect }: ConnectionContext, error: ReplicationError): ErrorWords | undefined {
  const text = textOf(error);
  const start = code(dialect.start(status.name, 'SQL'));
  const ofTable = (pattern: RegExp) => {
    const name = pattern.exec(text)?.[1];
    return {
      name: name === undefined ? '' : ` ${code(name)}`,
      sql: name === undefined ? '<table>' : quoteTableName(name),
    };
  };
  switch (errnoOf(error)) {
    case 1146:
    case 1049: {
      const isSchema = error.causeErrno === 1049;
      const { name, sql } = ofTable(isSchema ? /database '([^']{1,130})'/ : /Table '([^']{1,130})'/);
      const what = isSchema ? 'schema' : 'table';
      return [
        'replica.sql.tableMissing',
        t`${here} lacks the ${what}${name} that ${there} writes to.`,
        t`${error.causeErrno} ${what} missing · SQL stopped`,
        lines(
          status.filters.length > 0 &&
            t`A filter may have left its creation out: ${status.filters.map(({ kind, value }) => code(`${kind}: ${value}`)).join(', ')}.`,
          t`On ${there}: ${code(isSchema ? `SHOW CREATE DATABASE ${sql}` : `SHOW CREATE TABLE ${sql}`)}; create it on the replica with \`sql_log_bin = 0\` and load its rows as of the replica’s position (a dump with the position in it).`,
          t`Then ${start}`,
        ),
        t`Do not add an ignore filter for it: the data would be missing for good, and a promotion would show it.`,
      ];
    }
    case 1677:
    case 1054:
    case 1535:
    case 13146: {
      const { name, sql } = ofTable(/table '([^']{1,130})'/i);
      return [
        'replica.sql.columnMismatch',
        t`The table${name} has other columns on ${here} than on ${there}.`,
        t`${error.causeErrno} column mismatch · SQL stopped`,
        lines(
          t`Compare ${code(`SHOW CREATE TABLE ${sql}`)} on both and bring the replica’s table to the source’s form, with \`sql_log_bin = 0\`.`,
          t`Then ${start}`,
          t`During a planned migration \`slave_type_conversions\` may allow widening for a while; set it back afterwards.`,
        ),
        t`Do not set \`slave_type_conversions=ALL_LOSSY\`: it cuts values off without a word.`,
      ];
    }
    case 1396: {
      const named = accountIn(text);
      const account = named === undefined ? '<account>' : quoteAccount(named.user, named.host);
      const verb = /Operation (\w+ \w+) failed/.exec(text)?.[1] ?? '';
      const isCreate = /CREATE/i.test(verb);
      return [
        'replica.sql.accountExists',
        t`${code(plain(verb || t`An account statement`, 40))} from ${there} fails on ${here}: the account ${code(account)} ${isCreate ? t`is already there` : t`is not there`}.`,
        t`1396 account ${isCreate ? t`exists` : t`differs`} · SQL stopped`,
        lines(
          isCreate
            ? t`It was made by hand on the replica. Note its grants, then remove it there without logging it: ${code(`SET SESSION sql_log_bin = 0; DROP USER ${account}`)}`
            : t`Create it on the replica as the source had it: ${code(`SET SESSION sql_log_bin = 0; CREATE USER ${account} …`)}`,
          t`Then ${start}, and compare the accounts of both.`,
        ),
        t`Do not skip the statement: the account would keep another password and other grants than on the source.`,
      ];
    }
    default:
      return undefined;
  }
}

export const sqlSchemaExplained: Explained = {
  'replica.sql.tableMissing': {
    means: 'A table or schema of the source is not on the replica.',
    when: 'SQL error 1146 or 1049.',
    why: 'A filter left its creation out, it was dropped locally, or DDL was run with the log off.',
  },
  'replica.sql.columnMismatch': {
    means: 'A table has other columns on the replica.',
    when: 'SQL error 1677 (MySQL 13146), 1054 or 1535.',
    why: 'An ALTER was run on one side only.',
  },
  'replica.sql.accountExists': {
    means: 'An account statement of the source does not fit the replica’s accounts.',
    when: 'SQL error 1396.',
    why: 'An account was made, or removed, by hand on the replica.',
  },
};
