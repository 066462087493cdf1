import { isHostName, isIpv6 } from './address';
import { type Declared, type Endpoint, endpointOf } from './declared';
import type { InstanceSpec, Range } from './model';
import { readSettings, settingKeys, type Settings } from './settings';
import { sshUrlProblem } from './urls';
import type { YamlTree } from './yamlDocument';
import { Mapping, type Read, readText } from './yamlReader';
import { t } from '../l10n';

/** One item of a cluster's `instances`. */
export interface ListedInstance {
  readonly endpoint: Endpoint;
  readonly spec: Omit<InstanceSpec, 'clusters'>;
  /** Where its address stands, and how it is written there. */
  readonly range: Range;
  readonly written: string;
  /** What the item itself sets, and where: these can contradict another cluster's item. */
  readonly given: ReadonlyMap<string, Range>;
}

export type InstanceResult =
  | { readonly kind: 'listed'; readonly instance: ListedInstance }
  /** Reported. The host, where one can be told, so that references to it are no second problem. */
  | { readonly kind: 'broken'; readonly host: string | undefined };

const portLimits = { minimum: 1, maximum: 65535, integer: true };
/** The largest delay that the servers take. */
const delayLimits = { minimum: 0, maximum: 2_147_483_647, integer: true };
const instanceKeys = ['host', 'port', 'section', 'datacenter', 'delaySeconds', 'via', ...settingKeys];

export function readInstance(tree: YamlTree, inherited: Settings, declared: Declared): InstanceResult {
  if (tree.kind !== 'mapping') return readPlain(tree, inherited, declared);
  const mapping = Mapping.from(tree, t`An item of \`instances\``, declared.problems);
  return mapping ? readMapping(mapping, inherited, declared) : { kind: 'broken', host: undefined };
}

function readPlain(tree: YamlTree, inherited: Settings, declared: Declared): InstanceResult {
  const text = readText(tree, t`An item of \`instances\``, declared.problems);
  if (!text) return { kind: 'broken', host: undefined };
  const endpoint = declared.endpoint(text);
  if (!endpoint) return { kind: 'broken', host: text.value.replace(/:[^:]*$/, '').toLowerCase() };
  return {
    kind: 'listed',
    instance: {
      endpoint,
      spec: specOf(endpoint, inherited, declared.datacenterOf(endpoint.host)),
      range: text.range,
      written: text.value,
      given: new Map(endpoint.section === undefined ? [] : [['section', text.range]]),
    },
  };
}

function readMapping(mapping: Mapping, inherited: Settings, declared: Declared): InstanceResult {
  const { problems } = declared;
  mapping.only(instanceKeys);
  mapping.need('host', t`An instance needs a \`host\`.`);
  const host = readHost(mapping, declared);
  const section = mapping.text('section');
  const sectionPort = section && declared.sectionPort(section.value, section.range);
  const port = mapping.number('port', portLimits);
  const datacenter = mapping.text('datacenter');
  if (datacenter) declared.checkDatacenter(datacenter);
  const delaySeconds = mapping.number('delaySeconds', delayLimits)?.value;
  const settings = readSettings(mapping, inherited, declared.credentials, problems);
  const via = readVia(mapping, declared);
  if (!host || via.kind === 'broken') return { kind: 'broken', host: host?.value.toLowerCase() };
  // Without the port that was meant it would be another server.
  const isPortLost = mapping.has('port') ? !port : mapping.has('section') && sectionPort === undefined;
  if (isPortLost) return { kind: 'broken', host: host.value.toLowerCase() };
  const endpoint = endpointOf(host.value, port?.value ?? sectionPort ?? 3306, section?.value);
  const given = mapping.entries.flatMap(({ name, value }) => (name === 'host' ? [] : [[name, value.range] as const]));
  return {
    kind: 'listed',
    instance: {
      endpoint,
      spec: {
        ...specOf(endpoint, settings, datacenter?.value ?? declared.datacenterOf(host.value)),
        // No delay is what an instance without the key has.
        ...(delaySeconds !== undefined && delaySeconds > 0 && { delaySeconds }),
        ...(via.kind === 'via' && { via: via.url }),
      },
      range: host.range,
      written: host.value,
      given: new Map(given),
    },
  };
}

function readHost(mapping: Mapping, { problems }: Declared): Read<string> | undefined {
  const host = mapping.text('host');
  if (!host) return undefined;
  const bare = /^\[(.*)\]$/.exec(host.value)?.[1];
  if (bare !== undefined && isIpv6(bare)) return { ...host, value: bare };
  if (isIpv6(host.value) || isHostName(host.value)) return host;
  problems.error(
    host.range,
    host.value.includes(':')
      ? t`\`host\` is the host alone; its port stands under \`port\`, or its section under \`section\`.`
      : t`Not a host name: letters, digits, \`-\`, \`_\` and dots, and no \`-\` at the beginning.`,
  );
  return undefined;
}

/**
 * An instance whose tunnel cannot be read is left out: connecting without it would hand a login to whatever answers
 * under that name on this side of the tunnel.
 */
export function readVia(
  mapping: Mapping,
  { problems }: Declared,
  what = t`The instance`,
): { readonly kind: 'via'; readonly url: string } | { readonly kind: 'none' } | { readonly kind: 'broken' } {
  if (!mapping.has('via')) return { kind: 'none' };
  const via = mapping.text('via');
  const sentence = via && sshUrlProblem(via.value);
  if (!via || sentence === undefined) return via ? { kind: 'via', url: via.value } : { kind: 'broken' };
  problems.error(via.range, t`${sentence} ${what} is left out until then.`);
  return { kind: 'broken' };
}

export function specOf(endpoint: Endpoint, settings: Settings, datacenter: string | undefined): ListedInstance['spec'] {
  const { credentials, heartbeatTable } = settings;
  return {
    key: endpoint.key,
    host: endpoint.host,
    port: endpoint.port,
    ...(endpoint.section !== undefined && { section: endpoint.section }),
    ...(datacenter !== undefined && { datacenter }),
    ...(credentials && { credentials }),
    tls: settings.tls,
    ...(heartbeatTable !== undefined && { heartbeatTable }),
    thresholds: settings.thresholds,
    pollSeconds: settings.pollSeconds,
    timeoutSeconds: settings.timeoutSeconds,
  };
}
