import * as vscode from 'vscode';
import type { Fleet } from '../../app/fleet';
import type { FleetView } from '../../core/fleetView';
import { membersOf, mirrorKey } from '../../core/mirror/keys';
import type { Outcome } from '../../core/outcome';
import { renderAnswer } from '../../core/tools/renderAnswer';
import { chooseKnown, fleetAnswer, grantAnswer, instanceAnswer, mirrorAnswer } from '../../core/tools/toolAnswer';
import type { Grants } from '../grants/grants';
import type { Tool, ToolInput, ToolParts } from './registerTools';
import { t } from '../../core/l10n';

export interface FleetToolsOptions {
  readonly fleet: Fleet;
  readonly grants: Grants;
  /** Reads the inventory again: a tool may be what has woken the extension. */
  readonly takeInventory: () => Promise<void>;
}

/** What language models may ask: each answer is read anew, of what the inventory names and of nothing else. */
export function createFleetTools({ fleet, grants, takeInventory }: FleetToolsOptions): ToolParts {
  const ready = async (): Promise<FleetView> => {
    if (!vscode.workspace.isTrusted) {
      throw new Error(t`The workspace is not trusted, so nothing may connect to the hosts that it names.`);
    }
    await takeInventory();
    if (fleet.view === undefined) throw new Error(t`This workspace has no inventory (replideck.yaml).`);
    return fleet.view;
  };
  const reportOf = async (keys: readonly string[] | undefined, signal: AbortSignal) => {
    await fleet.readNow(keys, signal);
    const report = fleet.report();
    if (report === undefined) throw new Error(t`This workspace has no inventory (replideck.yaml) any more.`);
    return report;
  };
  const templates = async () => {
    const uris = await grants.files.find();
    return new Map(uris.map((uri) => [grants.files.pathOf(uri) ?? uri.path, uri]));
  };

  const fleetStatus: Tool = {
    async hosts(input) {
      const view = await ready();
      const cluster = clusterOf(view, input);
      if (cluster?.kind === 'failed') return undefined;
      const title =
        cluster === undefined ? t`Read the status of the fleet` : t`Read the status of cluster ${cluster.value}`;
      const others =
        cluster === undefined
          ? [
              ...view.mirrors.map(
                ({ spec }) => `${membersOf(spec, 'source').join(', ')} → ${membersOf(spec, 'destination').join(', ')}`,
              ),
              ...view.services.map(({ name, place }) => `${name}: ${place}`),
            ]
          : [];
      return { title, lines: [...keysOf(view, cluster?.value), ...others] };
    },
    async answer(input, signal) {
      const view = await ready();
      const cluster = clusterOf(view, input);
      const name = cluster === undefined ? undefined : known(cluster);
      return fleetAnswer(await reportOf(name === undefined ? undefined : keysOf(view, name), signal), name);
    },
  };

  const explainInstance: Tool = {
    async hosts(input) {
      const key = instanceOf(await ready(), input);
      return key.kind === 'failed' ? undefined : { title: t`Read the status of ${key.value}`, lines: [key.value] };
    },
    async answer(input, signal) {
      const key = known(instanceOf(await ready(), input));
      const answer = instanceAnswer(await reportOf([key], signal), key);
      if (answer === undefined) throw new Error(t`${key} is no instance of the inventory any more.`);
      return answer;
    },
  };

  const diffGrants: Tool = {
    async hosts(input) {
      const key = instanceOf(await ready(), input);
      const file = templateOf([...(await templates()).keys()], input);
      if (key.kind === 'failed' || file.kind === 'failed') return undefined;
      return { title: t`Read the grants of ${key.value}`, lines: [key.value, t`compared with ${file.value}`] };
    },
    async answer(input, signal) {
      const key = known(instanceOf(await ready(), input));
      const files = await templates();
      const uri = files.get(known(templateOf([...files.keys()], input)));
      if (uri === undefined) throw new Error(t`The template is gone.`);
      return grantAnswer(await grants.diff(key, uri, signal));
    },
  };

  const mirrorStatus: Tool = {
    async hosts(input) {
      const view = await ready();
      const name = mirrorOf(view, input);
      const spec = view.mirrors.find((each) => name.kind === 'ok' && each.spec.name === name.value)?.spec;
      if (spec === undefined) return undefined;
      const metrics = spec.metrics === undefined ? [] : [spec.metrics];
      const members = [...membersOf(spec, 'source'), ...membersOf(spec, 'destination')];
      return { title: t`Read the status of mirror ${spec.name}`, lines: [...members, ...metrics] };
    },
    async answer(input, signal) {
      const view = await ready();
      const name = known(mirrorOf(view, input));
      const answer = mirrorAnswer(await reportOf([mirrorKey(name)], signal), name);
      if (answer === undefined) throw new Error(t`${name} is no mirror of the inventory any more.`);
      return answer;
    },
  };

  return {
    tools: {
      replideck_fleetStatus: fleetStatus,
      replideck_explainInstance: explainInstance,
      replideck_diffGrants: diffGrants,
      replideck_mirrorStatus: mirrorStatus,
    },
    renderAnswer,
  };
}

/** @throws the sentence for the model */
function known(choice: Outcome<string, string>): string {
  if (choice.kind === 'failed') throw new Error(choice.reason);
  return choice.value;
}

function textOf(input: ToolInput, name: string): string | undefined {
  const value = input[name];
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined;
}

function clusterOf(view: FleetView, input: ToolInput): Outcome<string, string> | undefined {
  const asked = textOf(input, 'cluster');
  const names = view.clusters.map(({ spec }) => spec.name);
  return asked === undefined ? undefined : chooseKnown(asked, names, 'cluster');
}

function instanceOf(view: FleetView, input: ToolInput): Outcome<string, string> {
  return chooseKnown(textOf(input, 'instance') ?? '', Object.keys(view.instances), 'instance');
}

function mirrorOf(view: FleetView, input: ToolInput): Outcome<string, string> {
  const names = view.mirrors.map(({ spec }) => spec.name);
  return chooseKnown(textOf(input, 'mirror') ?? '', names, t`etcd mirror`);
}

function templateOf(files: readonly string[], input: ToolInput): Outcome<string, string> {
  return chooseKnown(textOf(input, 'template') ?? '', files, t`grant template`);
}

function keysOf(view: FleetView, cluster: string | undefined): readonly string[] {
  if (cluster === undefined) return Object.keys(view.instances);
  return view.clusters.find(({ spec }) => spec.name === cluster)?.spec.instances ?? [];
}
