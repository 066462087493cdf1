import type { FleetReport, InstanceReport } from '../../src/core/report';
import type { ExpectedFault, ExpectedFleet, ExpectedInstance, ExpectedService } from './expectedFleet';

/** The inventory of the sandbox warns from 5 s. A healthy replica on a busy machine stays below. */
const lagLimitSeconds = 5;

const shown = (value: unknown): string => (value === undefined ? 'nothing' : JSON.stringify(value));

/** One line per difference between what a report says and what is: empty means that it shows the sandbox as it is. */
export function compareReport(
  report: FleetReport,
  expected: ExpectedFleet,
  faults: readonly ExpectedFault[] = [],
): string[] {
  const named = [...compareNames(report, expected), ...faults.flatMap((fault) => compareFault(report, fault))];
  return faults.length > 0 ? named : [...named, ...compareHealth(report, expected)];
}

const keyOf = ({ kind, name }: { readonly kind: string; readonly name: string }): string => `${kind}:${name}`;

/** What holds with and without a fault: everything that the inventory names is in the report, and nothing else. */
function compareNames(report: FleetReport, expected: ExpectedFleet): string[] {
  const list = (names: readonly string[]) => [...names].sort().join(', ');
  const different = (what: string, actual: readonly string[], wanted: readonly string[]) =>
    list(actual) === list(wanted)
      ? []
      : [`${what}: ${list(wanted)} are there, the report has ${list(actual) || 'none'}`];
  const nameOf = ({ name, production }: { name: string; production: boolean }) =>
    production ? `${name} (production)` : name;
  return [
    ...different('clusters', report.clusters.map(nameOf), expected.clusters.map(nameOf)),
    ...expected.clusters.flatMap(({ name, instances }) =>
      different(
        `instances of ${name}`,
        report.clusters.find((cluster) => cluster.name === name)?.instances.map(({ key }) => key) ?? [],
        instances.map(({ key }) => key),
      ),
    ),
    ...different(
      'mirrors',
      report.mirrors.map(({ name, api }) => `${name} (${api})`),
      expected.mirrors.map(({ name, api }) => `${name} (${api})`),
    ),
    ...different('neighbours', report.services.map(keyOf), expected.services.map(keyOf)),
  ];
}

function compareFault(report: FleetReport, { name, subject, connection, findings }: ExpectedFault): string[] {
  const onSubject = report.findings.filter((finding) => finding.subject === subject);
  const isIt = (finding: (typeof onSubject)[number]) =>
    findings.includes(finding.id) &&
    (connection === undefined || finding.connection === undefined || finding.connection === connection);
  if (onSubject.some(isIt)) return [];
  const instead = onSubject.map(({ id }) => id).join(', ');
  return [`fault ${name}: ${findings.join(' or ')} is missing on ${subject}, which has ${instead || 'no finding'}`];
}

function compareHealth(report: FleetReport, expected: ExpectedFleet): string[] {
  const neighbours = new Set(expected.services.map(keyOf));
  const bad = report.findings.filter(({ severity, subject }) => severity !== 'info' && !neighbours.has(subject));
  return [
    ...expected.clusters.flatMap((cluster) =>
      cluster.instances.flatMap((instance) => {
        const actual = report.clusters
          .find(({ name }) => name === cluster.name)
          ?.instances.find(({ key }) => key === instance.key);
        return actual === undefined ? [] : compareInstance(actual, instance);
      }),
    ),
    ...expected.services.flatMap((service) => compareService(report, service)),
    ...bad.map(
      ({ severity, id, subject, title }) => `${severity} ${id} on ${subject}, where nothing is wrong: ${title}`,
    ),
  ];
}

/** A neighbour is as it was made: in its state, with each of its findings and no other. */
function compareService(report: FleetReport, expected: ExpectedService): string[] {
  const key = keyOf(expected);
  const actual = report.services.find((service) => keyOf(service) === key);
  if (actual === undefined) return [];
  const found = [...new Set(report.findings.filter(({ subject }) => subject === key).map(({ id }) => id))].sort();
  const wanted = [...expected.findings].sort();
  return [
    ...(actual.state === expected.state
      ? []
      : [`${key}: it is ${expected.state}, the report says ${actual.state}: ${shown(actual.detail).slice(0, 300)}`]),
    ...(found.join() === wanted.join()
      ? []
      : [`${key}: ${wanted.join(', ') || 'no finding'} is right, the report has ${found.join(', ') || 'none'}`]),
  ];
}

function compareInstance(actual: InstanceReport, expected: ExpectedInstance): string[] {
  const { key } = expected;
  const differences = (['role', 'datacenter', 'serverId', 'readOnly'] as const)
    .filter((field) => actual[field] !== expected[field])
    .map((field) => `${key}: ${field} is ${shown(expected[field])}, the report says ${shown(actual[field])}`);
  return [
    ...(actual.state === 'ok' ? [] : [`${key}: it is well, the report says ${actual.state}`]),
    ...differences,
    ...(actual.version?.startsWith(expected.version) === true
      ? []
      : [`${key}: version is ${expected.version}, the report says ${shown(actual.version)}`]),
    ...compareConnections(actual, expected),
  ];
}

function compareConnections(actual: InstanceReport, { key, connections }: ExpectedInstance): string[] {
  const surplus = actual.connections.filter(({ name }) => !connections.some((each) => each.name === name));
  return [
    ...surplus.map(({ name }) => `${key}: the report has a connection '${name}' that is not there`),
    ...connections.flatMap(({ name, source }) => {
      const label = `${key} connection '${name}'`;
      const found = actual.connections.find((each) => each.name === name);
      if (found === undefined) return [`${label}: it is there, and not in the report`];
      return [
        ...(found.source === source ? [] : [`${label}: the source is ${source}, the report says ${found.source}`]),
        ...(found.io === 'running' && found.sql === 'running'
          ? []
          : [`${label}: both threads run, the report says io ${found.io}, sql ${found.sql}`]),
        ...compareLag(label, found),
      ];
    }),
  ];
}

function compareLag(label: string, { lagSeconds, lagFrom }: InstanceReport['connections'][number]): string[] {
  if (lagSeconds === undefined) return [`${label}: the lag is known here, the report has none`];
  if (lagSeconds < 0 || lagSeconds >= lagLimitSeconds)
    return [`${label}: it keeps up, the report says ${lagSeconds} s of lag`];
  return lagFrom === undefined ? [`${label}: a lag without the method that gave it`] : [];
}
