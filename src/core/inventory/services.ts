import type { Clusters } from './clusters';
import type { Declared } from './declared';
import type {
  BackupExpectation,
  BackupsSpec,
  BurrowSpec,
  EtcdMirrorSpec,
  HttpServiceSpec,
  InstanceSpec,
  OrchestratorSpec,
  PipelineSpec,
  PrometheusSpec,
  ServicePace,
} from './model';
import { readVia, specOf } from './instances';
import { didYouMean } from './nearest';
import { parsePattern } from '../pipelines/planTables';
import { timeFormats } from '../pipelines/timeFormat';
import type { Problems } from './problems';
import { isOrdered, lagLimits, pollLimits, readTable, readTls, timeoutLimits } from './settings';
import { httpUrlProblem } from './urls';
import { Mapping, type NumberLimits, type Read } from './yamlReader';
import { t } from '../l10n';

/** Backups come once a day or week, and buckets are counted by scanning an index: neither changes every ten seconds. */
const backupPollSeconds = 300;
const pipelinePollSeconds = 60;

/** Numbers that are counts or sizes: exact in JavaScript up to here. */
const countLimits: NumberLimits = { minimum: 0, maximum: Number.MAX_SAFE_INTEGER, integer: true };
const percentLimits: NumberLimits = { minimum: 0, maximum: 1_000_000 };
const dayLimits: NumberLimits = { minimum: 0, maximum: 36_500 };

export function readEtcdMirrors(root: Mapping, declared: Declared): readonly EtcdMirrorSpec[] {
  return readNamed(root, 'etcdMirrors', (name, mirror) => {
    mirror.only([
      'api',
      'source',
      'destination',
      'sourcePrefix',
      'destinationPrefix',
      'ignoreKeys',
      'metrics',
      'credentials',
      'tls',
      'pollSeconds',
      'timeoutSeconds',
    ]);
    const { problems, defaults } = declared;
    mirror.need('api', t`The mirror needs \`api\`: \`v2\` for etcd-mirror, \`v3\` for etcdctl make-mirror.`);
    mirror.need('source', t`The mirror needs a \`source\`, the address of the etcd that it copies from.`);
    mirror.need('destination', t`The mirror needs a \`destination\`, the address of the etcd that it copies to.`);
    const api = mirror.oneOf('api', ['v2', 'v3'] as const)?.value;
    const [source, ...otherSources] = readUrls(mirror, 'source', declared);
    const [destination, ...otherDestinations] = readUrls(mirror, 'destination', declared);
    const sourcePrefix = mirror.text('sourcePrefix')?.value;
    const destinationPrefix = mirror.text('destinationPrefix')?.value;
    const ignoreKeys = mirror.text('ignoreKeys');
    const metrics = readUrl(mirror, 'metrics', declared);
    const credentials = declared.httpCredentials(mirror, 'user');
    const wrong = ignoreKeys && regularExpressionProblem(ignoreKeys.value);
    if (wrong !== undefined && ignoreKeys) {
      problems.error(ignoreKeys.range, t`\`ignoreKeys\` is no regular expression: ${wrong}.`);
    }
    // With another prefix or another filter than was meant, every comparison of keys would be a false alarm.
    const isScopeLost =
      (mirror.has('sourcePrefix') && sourcePrefix === undefined) ||
      (mirror.has('destinationPrefix') && destinationPrefix === undefined) ||
      (mirror.has('ignoreKeys') && (!ignoreKeys || wrong !== undefined));
    if (api === undefined || source === undefined || destination === undefined || isScopeLost) return undefined;
    return {
      name,
      api,
      source,
      destination,
      ...(otherSources.length > 0 && { otherSources }),
      ...(otherDestinations.length > 0 && { otherDestinations }),
      sourcePrefix: sourcePrefix ?? '/',
      destinationPrefix: destinationPrefix ?? '/',
      ...(ignoreKeys && { ignoreKeys: ignoreKeys.value }),
      ...(metrics !== undefined && { metrics }),
      ...(credentials && { credentials }),
      tls: readTls(mirror, defaults.tls, problems),
      pollSeconds: mirror.number('pollSeconds', pollLimits)?.value ?? defaults.pollSeconds,
      timeoutSeconds: mirror.number('timeoutSeconds', timeoutLimits)?.value ?? defaults.timeoutSeconds,
    };
  });
}

export function readOrchestrators(root: Mapping, declared: Declared): readonly OrchestratorSpec[] {
  return readNamed(root, 'orchestrators', (name, mapping) => {
    mapping.only([...httpServiceKeys, 'discover']);
    const http = readHttpService(name, mapping, declared);
    const discover = mapping.boolean('discover')?.value ?? false;
    return http && { ...http, discover };
  });
}

export function readPrometheus(root: Mapping, declared: Declared): readonly PrometheusSpec[] {
  return readNamed(root, 'prometheus', (name, mapping) => {
    mapping.only(httpServiceKeys);
    return readHttpService(name, mapping, declared);
  });
}

export function readBackups(root: Mapping, declared: Declared, references: References): readonly BackupsSpec[] {
  return readNamed(root, 'backups', (name, mapping) => {
    mapping.only(['instance', 'table', 'expect', ...paceKeys]);
    mapping.need('instance', t`\`${name}\` needs the \`instance\` that holds the metadata of the backups.`);
    mapping.need('table', t`\`${name}\` needs the \`table\` of the metadata, as in \`dbbackups.backups\`.`);
    const instance = references.read(mapping, 'instance');
    const table = readTable(mapping, declared.problems);
    const expect = (mapping.list('expect')?.value ?? []).flatMap((item) => {
      const expected = Mapping.from(item, t`An item of \`expect\``, declared.problems);
      return (expected && readExpectation(expected, declared)) ?? [];
    });
    const pace = readPace(mapping, declared, backupPollSeconds);
    return instance === undefined || table === undefined ? undefined : { name, instance, table, expect, ...pace };
  });
}

function readExpectation(mapping: Mapping, { problems, sections }: Declared): BackupExpectation | undefined {
  mapping.only(['section', 'type', 'maxAgeDays', 'minBytes', 'warnChangePercent', 'critChangePercent']);
  mapping.need('section', t`An expected backup needs its \`section\`.`);
  mapping.need('type', t`An expected backup needs its \`type\`, such as \`dump\` or \`snapshot\`.`);
  const section = mapping.text('section');
  const type = mapping.text('type');
  const maxAgeDays = mapping.number('maxAgeDays', dayLimits);
  const minBytes = mapping.number('minBytes', countLimits);
  const warn = mapping.number('warnChangePercent', percentLimits);
  const crit = mapping.number('critChangePercent', percentLimits);
  if (section && !sections.has(section.value)) {
    // It is looked up by its name alone: a section without a port of ours can still be backed up.
    const hint = didYouMean(section.value, sections.keys()) || t` It is read all the same.`;
    problems.warning(section.range, t`Section \`${section.value}\` is not under \`sections\`.${hint}`);
  }
  const isUsable =
    !warn || !crit || isOrdered('warnChangePercent', warn.value, 'critChangePercent', crit.value, warn.range, problems);
  if (!section || !type) return undefined;
  return {
    section: section.value,
    type: type.value,
    ...(maxAgeDays && { maxAgeDays: maxAgeDays.value }),
    ...(minBytes && { minBytes: minBytes.value }),
    ...(warn && isUsable && { warnChangePercent: warn.value }),
    ...(crit && { critChangePercent: crit.value }),
  };
}

export function readPipelines(root: Mapping, declared: Declared, references: References): readonly PipelineSpec[] {
  return readNamed(root, 'pipelines', (name, mapping) => {
    mapping.only(['source', 'replica', 'tables', 'timeColumn', 'timeFormat', 'bucket', 'maxLagSeconds', ...paceKeys]);
    mapping.need('source', t`\`${name}\` needs a \`source\`, the instance that it copies from.`);
    mapping.need('replica', t`\`${name}\` needs a \`replica\`, the instance that it copies to.`);
    mapping.need('tables', t`\`${name}\` needs its \`tables\`, as in \`log.*\`.`);
    mapping.need('timeColumn', t`\`${name}\` needs the \`timeColumn\` that both sides are compared by.`);
    mapping.need('timeFormat', t`\`${name}\` needs the \`timeFormat\` of its column, such as \`yyyymmddhhmmss\`.`);
    const source = references.read(mapping, 'source');
    const replica = references.read(mapping, 'replica');
    const tables = readTablePattern(mapping, declared);
    const timeColumn = mapping.text('timeColumn')?.value;
    const timeFormat = mapping.oneOf('timeFormat', timeFormats)?.value;
    const bucket = mapping.oneOf('bucket', ['minute', 'hour', 'day'] as const)?.value ?? 'hour';
    const maxLagSeconds = mapping.number('maxLagSeconds', lagLimits)?.value ?? 3600;
    const replicaRange = mapping.get('replica')?.value.range;
    if (source !== undefined && source === replica && replicaRange) {
      declared.problems.error(replicaRange, t`The source and the replica are one and the same instance.`);
      return undefined;
    }
    if (source === undefined || replica === undefined || tables === undefined) return undefined;
    if (timeColumn === undefined || timeFormat === undefined) return undefined;
    const pace = readPace(mapping, declared, pipelinePollSeconds);
    return { name, source, replica, tables, timeColumn, timeFormat, bucket, maxLagSeconds, ...pace };
  });
}

export function readBurrow(root: Mapping, declared: Declared): readonly BurrowSpec[] {
  return readNamed(root, 'burrow', (name, mapping) => {
    mapping.only([...httpServiceKeys, 'cluster', 'groups', 'maxLag']);
    mapping.need('cluster', t`\`${name}\` needs the \`cluster\` of Kafka that it watches.`);
    mapping.need('groups', t`\`${name}\` needs the consumer \`groups\` to look at.`);
    const http = readHttpService(name, mapping, declared);
    const cluster = mapping.text('cluster')?.value;
    const groups = mapping.texts('groups')?.map(({ value }) => value);
    const maxLag = mapping.number('maxLag', countLimits)?.value;
    if (http === undefined || cluster === undefined || groups === undefined) return undefined;
    return { ...http, cluster, groups, ...(maxLag !== undefined && { maxLag }) };
  });
}

function readTablePattern(mapping: Mapping, { problems }: Declared): string | undefined {
  const tables = mapping.text('tables');
  if (!tables || parsePattern(tables.value) !== undefined) return tables?.value;
  problems.error(
    tables.range,
    t`Not a pattern of tables: a schema, a dot, and a name in which \`*\` stands for anything, as in \`log.*\`.`,
  );
  return undefined;
}

const paceKeys = ['pollSeconds', 'timeoutSeconds'] as const;
const httpServiceKeys = ['url', 'credentials', 'tls', 'via', ...paceKeys] as const;

function readHttpService(name: string, mapping: Mapping, declared: Declared): HttpServiceSpec | undefined {
  mapping.need('url', t`\`${name}\` needs a \`url\`.`);
  const url = readUrl(mapping, 'url', declared);
  const credentials = declared.httpCredentials(mapping, 'any');
  const tls = readTls(mapping, declared.defaults.tls, declared.problems);
  const pace = readPace(mapping, declared, declared.defaults.pollSeconds);
  const via = readVia(mapping, declared, `\`${name}\``);
  if (url === undefined || via.kind === 'broken') return undefined;
  const login = { ...(credentials && { credentials }), ...(via.kind === 'via' && { via: via.url }) };
  return { name, url, ...login, tls, ...pace };
}

function readPace(mapping: Mapping, { defaults }: Declared, pollSeconds: number): ServicePace {
  return {
    pollSeconds: mapping.number('pollSeconds', pollLimits)?.value ?? pollSeconds,
    timeoutSeconds: mapping.number('timeoutSeconds', timeoutLimits)?.value ?? defaults.timeoutSeconds,
  };
}

function readNamed<T>(root: Mapping, key: string, read: (name: string, mapping: Mapping) => T | undefined): T[] {
  return (root.mapping(key)?.namedMappings() ?? []).flatMap(({ name, mapping }) => read(name, mapping) ?? []);
}

function readUrl(mapping: Mapping, name: string, { problems }: Declared): string | undefined {
  const url = mapping.text(name);
  return url && (isUrl(url, problems) ? url.value : undefined);
}

/** One address, or a list of those that lead to the same; whichever is none is reported and left out. */
function readUrls(mapping: Mapping, name: string, { problems }: Declared): readonly string[] {
  const seen = new Set<string>();
  for (const url of mapping.textOrTexts(name)) {
    if (seen.has(url.value)) problems.error(url.range, t`This address is in \`${name}\` twice.`);
    else if (isUrl(url, problems)) seen.add(url.value);
  }
  return [...seen];
}

function isUrl({ value, range }: Read<string>, problems: Problems): boolean {
  const sentence = httpUrlProblem(value);
  if (sentence !== undefined) problems.error(range, sentence);
  return sentence === undefined;
}

/** Instances that chapters refer to, which need not be in a cluster: metadata and pipelines may live outside of the fleet. */
export class References {
  /** Those in no cluster, by key, with what the inventory says of all instances. */
  readonly outside = new Map<string, InstanceSpec>();
  readonly #declared: Declared;
  readonly #keys: Clusters['keys'];

  constructor(declared: Declared, { keys }: Clusters) {
    this.#declared = declared;
    this.#keys = keys;
  }

  /** @returns the key of the instance. */
  read(mapping: Mapping, name: string): string | undefined {
    const text = mapping.text(name);
    const endpoint = text && this.#declared.endpoint(text);
    if (!endpoint) return undefined;
    const known = this.#keys.get(endpoint.identity);
    if (known !== undefined) return known;
    const { defaults } = this.#declared;
    const spec = specOf(endpoint, defaults, this.#declared.datacenterOf(endpoint.host));
    this.outside.set(endpoint.key, { ...spec, clusters: [] });
    return endpoint.key;
  }
}

/** etcd-mirror's pattern is one of Python; ours is read by JavaScript, which knows the same but for named groups and flags. */
function regularExpressionProblem(pattern: string): string | undefined {
  try {
    new RegExp(`^(?:${pattern})$`);
    return undefined;
  } catch (error) {
    // "Invalid regular expression: /^(?:x)$/: Unterminated group": the last part is the reason.
    return error instanceof Error ? error.message.slice(error.message.lastIndexOf(': ') + 2).toLowerCase() : 'invalid';
  }
}
