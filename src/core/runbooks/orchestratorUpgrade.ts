import type { FleetView, InstanceView } from '../fleetView';
import { quoteShell } from '../guard/quoteShell';
import { quoteSqlString } from '../guard/quoteSql';
import { formatCount } from '../words';
import { check } from './checks';
import { askText, nodeInputs, nodesOf, remoteRun, type Nodes, type OrchestratorContext } from './orchestratorCommands';
import { backendCheck, isStoppedNow, nodesCheck, startStep, stopStep, wayOnCheck } from './orchestratorGhost';
import type { PlanStep } from './plan';
import { contextOf } from './runbook';
import type { ServiceRunbookOf } from './serviceRunbook';
import { t } from '../l10n';

/** A new version changes the tables at its first start, and an old one does not notice that they are newer. */
export const upgrade: ServiceRunbookOf<'orchestrator'> = {
  on: 'orchestrator',
  id: 'orchestrator.upgrade',
  title: t`Upgrade Orchestrator`,
  summary: t`Dumps its database, stops it on all hosts, installs one version there, and starts it: there is no way back.`,
  inputs: [
    ...nodeInputs,
    { name: 'version', label: t`version to install, whole, as \`apt-cache policy\` shows it` },
    { name: 'package', label: t`its Debian package (empty: orchestrator)`, isOptional: true },
    { name: 'backend', label: t`instance that holds its database, host:port of the inventory` },
    { name: 'database', label: t`its database (empty: orchestrator)`, isOptional: true },
    { name: 'file', label: t`path of a file for the dump`, suggest: () => 'orchestrator-before-upgrade.sql' },
    {
      name: 'optionFile',
      label: t`option file with the account that may dump it (empty: the account that the inventory names)`,
      isOptional: true,
    },
  ],
  isOffered: () => true,
  plan: (context) => {
    const { view, input, known, facts } = context;
    const nodes = nodesOf(context);
    const version = input('version') ?? '';
    const name = input('package') ?? 'orchestrator';
    const backend = backendOf(view, input('backend'));
    const answers = backend?.snapshot.reach.kind === 'answered';
    const database = input('database') ?? 'orchestrator';
    const file = input('file');
    const isPlain = /^[A-Za-z0-9][A-Za-z0-9.+:~-]*$/.test(version) && /^[a-z0-9][a-z0-9.+-]+$/.test(name);
    const isNamed = /^\w+$/.test(database);
    const node = known?.node?.host;
    const isDown = isStoppedNow(context);
    const troubles = facts?.analyses.filter(({ code }) => code !== 'NoProblem') ?? [];
    return {
      checks: [
        nodesCheck(context, nodes),
        backendCheck(context),
        wayOnCheck(context),
        check(
          'package.version',
          isPlain,
          version === '' ? t`none given` : JSON.stringify(`${name}=${version}`),
          t`a package and a version as Debian writes them`,
          t`Give the whole version as input \`version\`. From another kind of package upgrade by hand, in the same order.`,
          { hasNoOverride: true },
        ),
        check(
          'backend.answers',
          answers && isNamed,
          backend === undefined
            ? t`the inventory has no ${input('backend') ?? t`such instance`}`
            : t`${backend.spec.key} ${answers ? t`answers` : t`does not answer`}; database ${JSON.stringify(database)}`,
          t`an instance of the inventory that answers, and holds the database`,
          t`Name it as input \`backend\`, as \`MySQLOrchestratorHost\` and \`MySQLOrchestratorDatabase\` of its settings have it. A file of SQLite is copied by hand, while Orchestrator is stopped.`,
          { hasNoOverride: true },
        ),
        check(
          'backend.file',
          file !== undefined,
          file ?? t`none given`,
          t`a file for the dump`,
          t`Give its path as input \`file\`.`,
          { hasNoOverride: true },
        ),
        check(
          'node.name',
          node !== undefined ? true : isDown ? undefined : false,
          node ?? t`not known`,
          t`the name of a node, by which the database is known to be its own`,
          t`Start it, and plan again.`,
          { hasNoOverride: true, mayBeUnknown: true },
        ),
        check(
          'fleet.calm',
          facts === undefined ? undefined : troubles.length === 0,
          facts === undefined
            ? t`it does not answer`
            : troubles.map(({ instance, code }) => `${instance}: ${code}`).join(', ') || t`its analysis is empty`,
          t`nothing that it would have to recover`,
          t`Wait until that is over: nothing fails over while it is stopped.`,
          { mayBeUnknown: true },
        ),
      ],
      steps:
        nodes.hosts.length === 0 || !isPlain || !isNamed || backend === undefined || file === undefined
          ? []
          : node === undefined
            ? isDown
              ? [startStep(context, nodes, [])]
              : []
            : [
                dumpStep(context, backend, { database, file, node }),
                stopStep(context, nodes),
                installStep(context, nodes, { name, version, file, database }),
              ],
    };
  },
};

function backendOf({ instances }: FleetView, key: string | undefined): InstanceView | undefined {
  return key === undefined ? undefined : instances[key];
}

/** Before it is stopped, so that its own node can show whose database this is, and the outage is short. */
function dumpStep(
  { view, input, target }: OrchestratorContext,
  backend: InstanceView,
  { database, file, node }: { readonly database: string; readonly file: string; readonly node: string },
): PlanStep {
  const { key } = backend.spec;
  const inputs = { optionFile: input('optionFile') ?? '', client: input('client') ?? '' };
  const context = contextOf(view, backend, inputs);
  const isMariadb = context.dialect.flavor === 'mariadb';
  const since = dayBefore(target.readAt);
  return context.step({
    id: 'dump',
    title: t`Dump ${database} of ${key} to ${file}`,
    effect: 'read',
    // A subquery of two rows is an error where it is evaluated: of any other database nothing is dumped.
    statements: [
      `SELECT IF((SELECT COUNT(*) FROM \`${database}\`.node_health WHERE hostname = ${quoteSqlString(node)} AND last_seen_active > NOW() - INTERVAL 10 MINUTE) > 0, 'its own database', (SELECT 1 UNION SELECT 2)) AS backend`,
    ],
    dump: {
      run: {
        ...context.placeOf(backend),
        program: isMariadb ? 'mariadb-dump' : 'mysqldump',
        options: ['--single-transaction', ...(isMariadb ? [] : ['--set-gtid-purged=OFF']), database],
      },
      path: file,
    },
    verify: `tail -n 1 ${shown(file)}`,
    expectation: { kind: 'dumpFile', key, path: file, ...(since === undefined ? {} : { since }) },
    expected: t`-- Dump completed, today`,
    rollback: `rm ${shown(file)}`,
    blastRadius: t`It only reads. It ends with an error where ${node} has not reported in \`${database}\` in the last 10 minutes: that would be another Orchestrator’s database, or an old copy.`,
  });
}

function installStep(
  context: OrchestratorContext,
  { hosts, unit }: Nodes,
  { name, version, file, database }: Readonly<Record<'name' | 'version' | 'file' | 'database', string>>,
): PlanStep {
  const clusters = context.known?.clusters.length ?? 0;
  return context.step({
    id: 'install',
    title: t`Install ${name} ${version} on ${hosts.join(', ')} and start it`,
    effect: 'destructive',
    runs: hosts.map((host) =>
      remoteRun(
        host,
        ['sudo', 'apt-get', 'install', `${name}=${version}`],
        '&&',
        // Nothing is started but what was asked for, whatever apt-get says.
        ['dpkg-query', '-W', '-f=${Version}\\n', name],
        '|',
        ['grep', '-xF', '-e', version],
        '&&',
        ['sudo', 'systemctl', 'start', unit],
      ),
    ),
    verify: askText(context, 'clusters-info'),
    expectation: { kind: 'serviceAnswers', key: context.target.key, clusters },
    expected: t`at least ${formatCount(clusters, 'cluster')}`,
    rollbackWords: t`Stop ${unit} on every host, load \`${file}\` into an emptied \`${database}\`, install the former version, and start it.`,
    blastRadius: t`Its first start changes the tables of its database, for all nodes at once. An old version does not notice, and writes into tables that it does not know: never start one there again without the dump.`,
  });
}

/** The day before a reading, `YYYY-MM-DD`: a dump that is older is that of another upgrade, whatever the time zone. */
function dayBefore(readAt: string | undefined): string | undefined {
  return readAt === undefined ? undefined : new Date(Date.parse(readAt) - 86_400_000).toISOString().slice(0, 10);
}

function shown(file: string): string {
  const quoted = quoteShell(file, 'posix');
  return quoted.kind === 'ok' ? quoted.value : file;
}
