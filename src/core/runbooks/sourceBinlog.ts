import { advice, check } from './checks';
import { replicasInWords, type InstanceRunbook } from './runbook';
import { t } from '../l10n';

/** The binary log can only be switched on by the configuration and a restart: both are a person's work on the host. */
export const enableBinlog: InstanceRunbook = {
  on: 'instance',
  id: 'source.enableBinlog',
  title: t`Switch on the binary log`,
  summary: t`The lines for the configuration, and a restart that is planned: without a binary log nobody can replicate.`,
  inputs: [{ name: 'retentionDays', label: t`days that binary logs are kept`, suggest: () => '14' }],
  isOffered: (_view, { snapshot }) => snapshot.server.kind === 'read' && snapshot.server.value.logBin === false,
  plan: (context) => {
    const { key, facts, dialect, instance, input } = context;
    const isMariadb = dialect.flavor === 'mariadb';
    const days = Number(input('retentionDays') ?? '14');
    const { section } = instance.spec;
    const unit = isMariadb ? (section === undefined ? 'mariadb' : `mariadb@${section}`) : 'mysql';
    const variables = ['server_id', 'log_bin', 'binlog_format', 'hostname', 'port', 'datadir'];
    const look = `SELECT ${variables.map((name) => `@@${name}`).join(', ')}`;
    return {
      checks: [
        check(
          'target.binlogOff',
          facts?.logBin === undefined ? undefined : !facts.logBin,
          facts?.logBin === undefined ? t`not known` : `log_bin = ${facts.logBin ? 1 : 0}`,
          'log_bin = 0',
          t`Nothing to do: it is on.`,
        ),
        check(
          'target.serverId',
          facts?.serverId === undefined ? undefined : facts.serverId > 1 || undefined,
          facts?.serverId === undefined ? t`not known` : String(facts.serverId),
          t`a server_id that nobody else has; 1 is what every server has that was given none`,
          t`Put a \`server_id\` of its own beside the lines below.`,
          advice,
        ),
        check(
          'input.retentionDays',
          Number.isInteger(days) && days >= 1 && days <= 99,
          input('retentionDays') ?? '14',
          t`whole days, 1 to 99`,
          t`Give it as input \`retentionDays\`.`,
        ),
        check(
          'target.space',
          undefined,
          t`not known to Replideck`,
          t`room for ${days || 14} days of all that is written`,
          t`Look at how much is written in a day (\`Innodb_os_log_written\`) and at the free space of the data folder.`,
          advice,
        ),
      ],
      steps: [
        context.step({
          id: 'configure',
          title: t`Put the lines into the configuration of ${key}`,
          effect: 'read',
          statements: [look],
          byHand: [
            t`# ${isMariadb ? '/etc/mysql/mariadb.conf.d/' : '/etc/mysql/mysql.conf.d/'}, or where this server reads its own`,
            isMariadb ? '[mariadb]' : '[mysqld]',
            'log_bin = binlog',
            'binlog_format = ROW',
            'sync_binlog = 1',
            `binlog_expire_logs_seconds = ${(days || 14) * 86_400}`,
            ...(isMariadb
              ? [
                  'gtid_strict_mode = ON',
                  t`# where a replica has several sources, one number for each of them`,
                  '#gtid_domain_id = …',
                ]
              : ['gtid_mode = ON', 'enforce_gtid_consistency = ON']),
          ].join('\n'),
          verify: look,
          expectation: { kind: 'answers', key },
          expected: t`the values before the restart; whether the lines stand in the file, nothing here can see`,
          rollbackWords: t`Take the lines out again.`,
          blastRadius: t`Nobody until the restart.`,
        }),
        context.step({
          id: 'restart',
          title: t`Restart ${key}`,
          effect: 'read',
          statements: ['SHOW FULL PROCESSLIST'],
          byHand: [
            t`# the command above shows who is connected: tell them, and let long transactions end`,
            `sudo systemctl restart ${unit}.service`,
            `sudo systemctl status ${unit}.service`,
          ].join('\n'),
          verify: 'SELECT @@log_bin',
          expectation: { kind: 'binlogOn', key },
          expected: '1',
          rollbackWords: t`Take the lines out again, and restart ${unit} once more.`,
          blastRadius: t`All clients of ${key} lose their connections; it is away for as long as it needs to write its pages and start. ${replicasInWords(context)}`,
          isSeen: true,
        }),
      ],
    };
  },
};
