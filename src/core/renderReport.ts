import { clusterKeys } from './clusterKeys';
import type { FleetView } from './fleetView';
import type { Inventory } from './inventory/model';
import { fence } from './markdown';
import { redact } from './redact';

export interface ReportFacts {
  readonly version: string;
  readonly vscodeVersion: string;
  /** Platform, remote, trust: what the editor says of where it runs. */
  readonly environment: Readonly<Record<string, string>>;
  readonly settings: Readonly<Record<string, unknown>>;
  /** Undefined: there is no fleet. */
  readonly view: FleetView | undefined;
  /** Files of the extension that are loaded by now. */
  readonly loadedParts: readonly string[];
  /** Oldest first. */
  readonly logLines: readonly string[];
}

/**
 * What a developer needs to know of an installation, without its secrets and without the names of its hosts: those are
 * numbered, the same everywhere in the report. In English, for it is not the operator who reads it.
 */
export function renderReport({ version, vscodeVersion, view, ...facts }: ReportFacts): string {
  const { environment, settings, loadedParts, logLines } = facts;
  const text = [
    '# Replideck report',
    'Passwords, tokens and hashes are taken out, hosts are numbered. Read it before you pass it on.',
    list({ Replideck: version, 'VS Code': vscodeVersion, ...environment }),
    '## Settings',
    list(settings),
    '## Inventory',
    ...(view === undefined ? ['There is none, or it has not been read yet.'] : inventoryParts(view)),
    '## Parts that are loaded',
    [...loadedParts].sort().join(', '),
    '## Log, the last lines',
    fence(logLines.length === 0 ? '(empty)' : logLines.join('\n')),
  ].join('\n\n');
  return `${withoutHosts(withoutSecrets(text), view?.snapshot.inventory)}\n`;
}

function inventoryParts(view: FleetView): readonly string[] {
  const { inventory, instances } = view.snapshot;
  const all = Object.values(view.instances);
  const tally = (words: readonly string[]): string => {
    const counts = new Map<string, number>();
    for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
    return [...counts].map(([word, count]) => `${count} × ${word}`).join(', ') || 'none';
  };
  const elapsed = Object.values(instances)
    .flatMap(({ elapsedMs }) => elapsedMs ?? [])
    .sort((a, b) => a - b);
  const share = (part: number): string => `${elapsed[Math.floor((elapsed.length - 1) * part)] ?? '?'} ms`;
  return [
    list({
      clusters: view.clusters.length,
      'instances of each': view.clusters.map((cluster) => clusterKeys(cluster).length).join(', ') || 'none',
      'of production': view.clusters.filter(({ spec }) => spec.production).length,
      instances: tally(all.map(({ state }) => state)),
      roles: tally(all.map(({ role }) => role)),
      versions: tally(all.flatMap(({ snapshot: { reach } }) => (reach.kind === 'answered' ? [reach.version] : []))),
      failures: tally(
        all.flatMap(({ snapshot: { reach } }) => (reach.kind === 'failed' ? [reach.failure.reason] : [])),
      ),
      'read by': tally(all.map(({ snapshot }) => snapshot.source)),
      'TLS modes': tally(inventory.instances.map(({ tls }) => tls.mode)),
      'through a bastion': inventory.instances.filter(({ via }) => via !== undefined).length,
      'time between polls': tally(inventory.instances.map(({ pollSeconds }) => `${pollSeconds} s`)),
      mirrors: tally(view.mirrors.map(({ spec, state }) => `${spec.api} ${state}`)),
      neighbours: tally(view.services.map(({ kind, state }) => `${kind} ${state}`)),
      'grant templates': inventory.grantTemplates.length,
      findings: tally(view.findings.map(({ id }) => id)),
    }),
    `Readings took ${share(0)} at best, ${share(0.5)} in the middle, ${share(0.95)} for all but one in twenty, ${share(1)} at worst.`,
  ];
}

function list(facts: Readonly<Record<string, unknown>>): string {
  return Object.entries(facts)
    .map(([name, value]) => `- ${name}: ${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join('\n');
}

/** Beside what `redact` knows: logins in addresses, and what carries one in HTTP. */
function withoutSecrets(text: string): string {
  return redact(text)
    .replace(/\/\/[^/@\s]+@/g, '//<secret>@')
    .replace(
      /\b(Bearer|Basic|token|apikey|api_key|access_token|secret)(["']?\s*[=:]?\s*["']?)[\w+/.~=-]{8,}/gi,
      '$1$2<secret>',
    );
}

/** Hosts of the inventory become host-1, host-2, and so on; every address that is left becomes a word. */
function withoutHosts(text: string, inventory: Inventory | undefined): string {
  const named = new Set(inventory?.instances.map(({ host }) => host) ?? []);
  for (const [, host] of JSON.stringify(inventory ?? {}).matchAll(/\/\/(?:[^/@"\s]+@)?([\w.-]+)/g)) {
    if (host !== undefined) named.add(host);
  }
  const numbers = new Map<string, string>();
  for (const host of named) {
    const name = `host-${numbers.size + 1}`;
    numbers.set(host, name);
  }
  for (const [host, name] of [...numbers]) {
    const short = host.split('.')[0] ?? host;
    // A short name without a number may be a word like any other: orchestrator, bastion.
    if (/[a-z].*\d/i.test(short) && !numbers.has(short)) numbers.set(short, name);
  }
  const longestFirst = [...numbers].sort(([a], [b]) => b.length - a.length);
  let hidden = text;
  for (const [host, name] of longestFirst) {
    const escaped = host.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
    hidden = hidden.replace(new RegExp(`(?<![\\w-])${escaped}(?![\\w-])`, 'gi'), name);
  }
  return hidden.replace(/\b(?!127\.0\.0\.1\b)\d{1,3}(?:\.\d{1,3}){3}\b/g, '<address>');
}
