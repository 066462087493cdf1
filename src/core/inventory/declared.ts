import { addressIdentity, defaultPort, formatKey, matchesHostPattern, parseAddress, sectionPattern } from './address';
import { type Credentials, findCredentials, readCredentials } from './credentials';
import type { CredentialSpec, DiscoveryDefaults, Range } from './model';
import { didYouMean } from './nearest';
import type { Problems } from './problems';
import { builtInSettings, readSettings, settingKeys, type Settings } from './settings';
import { type Mapping, type Read, readText } from './yamlReader';
import { t } from '../l10n';

/** A server as some part of the inventory names it, its port settled. */
export interface Endpoint {
  readonly host: string;
  readonly port: number;
  readonly section?: string;
  readonly key: string;
  /** Equal for all spellings of one address. */
  readonly identity: string;
}

/** What the inventory declares by name and its other parts refer to. */
export class Declared {
  readonly problems: Problems;
  readonly credentials: Credentials;
  readonly defaults: Settings;
  /** Undefined where the port could not be read: using the section is no second problem. */
  readonly sections: ReadonlyMap<string, number | undefined>;
  readonly datacenters: readonly { readonly name: string; readonly pattern: string | undefined }[];

  constructor(root: Mapping, problems: Problems) {
    this.problems = problems;
    this.credentials = readCredentials(root, problems);
    this.sections = readSections(root, problems);
    this.datacenters = (root.mapping('datacenters')?.named() ?? []).map(({ name, keyRange, value }) => ({
      name,
      pattern: readText(value, `\`${name}\``, problems, keyRange)?.value,
    }));
    const defaults = root.mapping('defaults');
    defaults?.only(settingKeys);
    this.defaults = defaults ? readSettings(defaults, builtInSettings, this.credentials, problems) : builtInSettings;
  }

  discovery(): DiscoveryDefaults {
    const { credentials, tls, heartbeatTable, thresholds, pollSeconds, timeoutSeconds } = this.defaults;
    return {
      ...(credentials && { credentials }),
      ...(heartbeatTable !== undefined && { heartbeatTable }),
      ...{ tls, thresholds, pollSeconds, timeoutSeconds },
      datacenters: this.datacenters.flatMap(({ name, pattern }) => (pattern === undefined ? [] : [{ name, pattern }])),
    };
  }

  /** Reports a bad address and an unknown section. */
  endpoint(read: Read<string>): Endpoint | undefined {
    const parsed = parseAddress(read.value);
    if (parsed.kind === 'bad') {
      this.problems.error(read.range, parsed.sentence);
      return undefined;
    }
    const { host, port, section } = parsed.address;
    if (section === undefined) return endpointOf(host, port ?? defaultPort);
    const sectionPort = this.sectionPort(section, read.range);
    return sectionPort === undefined ? undefined : endpointOf(host, sectionPort, section);
  }

  /** Reports a section that is not declared. */
  sectionPort(section: string, range: Range): number | undefined {
    if (!this.sections.has(section)) {
      const hint = didYouMean(section, this.sections.keys()) || t` Give its port under \`sections\`.`;
      this.problems.error(range, t`Unknown section \`${section}\`.${hint}`);
    }
    return this.sections.get(section);
  }

  /** Of the first pattern that fits the host. */
  datacenterOf(host: string): string | undefined {
    return this.datacenters.find(({ pattern }) => pattern !== undefined && matchesHostPattern(pattern, host))?.name;
  }

  /** Warns of a name that is near none of those declared; where none is declared, any will do. */
  checkDatacenter(read: Read<string>): void {
    if (this.datacenters.length === 0 || this.datacenters.some(({ name }) => name === read.value)) return;
    const hint = didYouMean(
      read.value,
      this.datacenters.map(({ name }) => name),
    );
    this.problems.warning(read.range, t`Data centre \`${read.value}\` is not named under \`datacenters\`.${hint}`);
  }

  /** For what is read over HTTP; etcd knows users only. */
  httpCredentials(mapping: Mapping, kinds: 'user' | 'any'): CredentialSpec | undefined {
    const name = mapping.text('credentials');
    const found = name && findCredentials(name, this.credentials, this.problems);
    if (name && found?.http !== undefined && kinds === 'user') {
      this.problems.error(name.range, t`\`${found.name}\` has no \`user\`, and etcd knows no other login.`);
      return undefined;
    }
    if (found && found.user === undefined && found.http === undefined) {
      this.problems.error(
        name.range,
        t`\`${found.name}\` has no \`user\`: an option file is for servers of MySQL only.`,
      );
      return undefined;
    }
    return found;
  }
}

export function endpointOf(host: string, port: number, section?: string): Endpoint {
  return {
    host,
    port,
    ...(section !== undefined && { section }),
    key: formatKey(host, port),
    identity: addressIdentity(host, port),
  };
}

function readSections(root: Mapping, problems: Problems): ReadonlyMap<string, number | undefined> {
  const sections = new Map<string, number | undefined>();
  const mapping = root.mapping('sections');
  for (const { name, keyRange } of mapping?.entries ?? []) {
    const port = mapping?.number(name, { minimum: 1, maximum: 65535, integer: true })?.value;
    if (sectionPattern.test(name)) {
      sections.set(name, port);
    } else {
      problems.error(keyRange, t`Not a section: letters, digits, \`.\`, \`_\` and \`-\`, and not digits alone.`);
    }
  }
  return sections;
}
