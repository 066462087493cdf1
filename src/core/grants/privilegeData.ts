/** Where a privilege may be granted: global, database, table, column, routine. */
export type PrivilegeLevel = 'G' | 'D' | 'T' | 'C' | 'R';

export interface StaticPrivilege {
  readonly name: string;
  readonly levels: string;
  /** First version that has it; 0: every version that we read. */
  readonly since: number;
}

const one = (name: string, levels: string, since = 0): StaticPrivilege => ({ name, levels, since });

/**
 * MariaDB's privileges in the order of their bits in `mysql.global_priv.Priv.access`, bit 0 first. Bit 10 is GRANT
 * OPTION, which is no member of ALL. Versions: sql/privilege.h; the sets of 10.11 and 11.8 are measured.
 */
export const mariadbPrivileges: readonly StaticPrivilege[] = [
  one('SELECT', 'GDTC'),
  one('INSERT', 'GDTC'),
  one('UPDATE', 'GDTC'),
  one('DELETE', 'GDT'),
  one('CREATE', 'GDT'),
  one('DROP', 'GDT'),
  one('RELOAD', 'G'),
  one('SHUTDOWN', 'G'),
  one('PROCESS', 'G'),
  one('FILE', 'G'),
  one('GRANT OPTION', ''),
  one('REFERENCES', 'GDTC'),
  one('INDEX', 'GDT'),
  one('ALTER', 'GDT'),
  one('SHOW DATABASES', 'G'),
  one('SUPER', 'G'),
  one('CREATE TEMPORARY TABLES', 'GD'),
  one('LOCK TABLES', 'GD'),
  one('EXECUTE', 'GDR'),
  one('REPLICATION SLAVE', 'G'),
  one('BINLOG MONITOR', 'G'),
  one('CREATE VIEW', 'GDT'),
  one('SHOW VIEW', 'GDT'),
  one('CREATE ROUTINE', 'GD'),
  one('ALTER ROUTINE', 'GDR'),
  one('CREATE USER', 'G'),
  one('EVENT', 'GD'),
  one('TRIGGER', 'GDT'),
  one('CREATE TABLESPACE', 'G'),
  one('DELETE HISTORY', 'GDT', 100304),
  one('SET USER', 'G', 100502),
  one('FEDERATED ADMIN', 'G', 100502),
  one('CONNECTION ADMIN', 'G', 100502),
  one('READ_ONLY ADMIN', 'G', 100502),
  one('REPLICATION SLAVE ADMIN', 'G', 100502),
  one('REPLICATION MASTER ADMIN', 'G', 100502),
  one('BINLOG ADMIN', 'G', 100502),
  one('BINLOG REPLAY', 'G', 100502),
  one('SLAVE MONITOR', 'G', 100508),
  one('SHOW CREATE ROUTINE', 'GDR', 110300),
];

/** Other spellings that a MariaDB server takes, to the name that it prints. */
export const mariadbAliases: Readonly<Record<string, { readonly name: string; readonly since: number }>> = {
  'REPLICATION CLIENT': { name: 'BINLOG MONITOR', since: 0 },
  'REPLICA MONITOR': { name: 'SLAVE MONITOR', since: 100508 },
  'REPLICATION REPLICA': { name: 'REPLICATION SLAVE', since: 100501 },
  'REPLICATION REPLICA ADMIN': { name: 'REPLICATION SLAVE ADMIN', since: 100502 },
  'READ ONLY ADMIN': { name: 'READ_ONLY ADMIN', since: 100502 },
};

/** What MySQL prints in this order. CREATE ROLE and DROP ROLE are static, and global only. */
export const mysqlPrivileges: readonly StaticPrivilege[] = [
  one('SELECT', 'GDTC'),
  one('INSERT', 'GDTC'),
  one('UPDATE', 'GDTC'),
  one('DELETE', 'GDT'),
  one('CREATE', 'GDT'),
  one('DROP', 'GDT'),
  one('RELOAD', 'G'),
  one('SHUTDOWN', 'G'),
  one('PROCESS', 'G'),
  one('FILE', 'G'),
  one('REFERENCES', 'GDTC'),
  one('INDEX', 'GDT'),
  one('ALTER', 'GDT'),
  one('SHOW DATABASES', 'G'),
  one('SUPER', 'G'),
  one('CREATE TEMPORARY TABLES', 'GD'),
  one('LOCK TABLES', 'GD'),
  one('EXECUTE', 'GDR'),
  one('REPLICATION SLAVE', 'G'),
  one('REPLICATION CLIENT', 'G'),
  one('CREATE VIEW', 'GDT'),
  one('SHOW VIEW', 'GDT'),
  one('CREATE ROUTINE', 'GD'),
  one('ALTER ROUTINE', 'GDR'),
  one('CREATE USER', 'G'),
  one('EVENT', 'GD'),
  one('TRIGGER', 'GDT'),
  one('CREATE TABLESPACE', 'G'),
  one('CREATE ROLE', 'G'),
  one('DROP ROLE', 'G'),
];

/**
 * Dynamic privileges that a MySQL server registers by itself, with the version that brought them and the one that took
 * them away. The set of 9.7 is measured; earlier ones are from the manual. Plugins and components register more.
 */
export const mysqlDynamicPrivileges: readonly (readonly [name: string, since: number, until?: number])[] = [
  ['ALLOW_NONEXISTENT_DEFINER', 80200],
  ['APPLICATION_PASSWORD_ADMIN', 80014],
  ['AUDIT_ABORT_EXEMPT', 80028],
  ['AUDIT_ADMIN', 80000],
  ['AUTHENTICATION_POLICY_ADMIN', 80027],
  ['BACKUP_ADMIN', 80000],
  ['BINLOG_ADMIN', 80000],
  ['BINLOG_ENCRYPTION_ADMIN', 80014],
  ['CLONE_ADMIN', 80017],
  ['CONNECTION_ADMIN', 80000],
  ['CREATE_SPATIAL_REFERENCE_SYSTEM', 90200],
  ['ENCRYPTION_KEY_ADMIN', 80000],
  ['FIREWALL_EXEMPT', 80027],
  ['FLUSH_OPTIMIZER_COSTS', 80023],
  ['FLUSH_PRIVILEGES', 80400],
  ['FLUSH_STATUS', 80023],
  ['FLUSH_TABLES', 80023],
  ['FLUSH_USER_RESOURCES', 80023],
  ['GROUP_REPLICATION_ADMIN', 80000],
  ['GROUP_REPLICATION_STREAM', 80032],
  ['INNODB_REDO_LOG_ARCHIVE', 80017],
  ['INNODB_REDO_LOG_ENABLE', 80021],
  ['MANAGE_DATA_MASKING_POLICY', 90600],
  ['OPTIMIZE_LOCAL_TABLE', 80400],
  ['PASSWORDLESS_USER_ADMIN', 80027],
  ['PERSIST_RO_VARIABLES_ADMIN', 80000],
  ['REPLICATION_APPLIER', 80018],
  ['REPLICATION_SLAVE_ADMIN', 80000],
  ['RESOURCE_GROUP_ADMIN', 80000],
  ['RESOURCE_GROUP_USER', 80000],
  ['ROLE_ADMIN', 80000],
  ['SENSITIVE_VARIABLES_OBSERVER', 80029],
  ['SERVICE_CONNECTION_ADMIN', 80014],
  ['SESSION_VARIABLES_ADMIN', 80014],
  ['SET_ANY_DEFINER', 80200],
  ['SET_USER_ID', 80000, 80400],
  ['SHOW_ROUTINE', 80020],
  ['SYSTEM_USER', 80016],
  ['SYSTEM_VARIABLES_ADMIN', 80000],
  ['TABLE_ENCRYPTION_ADMIN', 80016],
  ['TELEMETRY_LOG_ADMIN', 80033],
  ['TRANSACTION_GTID_TAG', 80300],
  ['XA_RECOVER_ADMIN', 80000],
];

/** Dynamic privileges of plugins and components: known names, not part of what every server has. */
export const mysqlPluginPrivileges: readonly string[] = [
  'EXPORT_QUERY_RESULTS',
  'FIREWALL_ADMIN',
  'FIREWALL_USER',
  'MASKING_DICTIONARIES_ADMIN',
  'NDB_STORED_USER',
  'SKIP_QUERY_REWRITE',
  'TP_CONNECTION_ADMIN',
  'VECTOR_STORE_LOAD_EXEC',
  'VERSION_TOKEN_ADMIN',
];
