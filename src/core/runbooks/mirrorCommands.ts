import type { MirrorView } from '../fleetView';
import { indexKeyOf } from '../mirror/keys';
import type { MirrorRunbookContext } from './mirrorRunbook';
import type { PlanStep, ProgramRun, ProgramWord } from './plan';
import { shellText } from './programCall';
import type { RunbookInput } from './runbook';
import { t } from '../l10n';

type Side = 'source' | 'destination';

/** Where the process of etcd-mirror runs; without a unit the plan leaves stopping and starting to the operator. */
export const unitInputs: readonly RunbookInput[] = [
  { name: 'unit', label: t`systemd unit of the mirror (empty: it is stopped and started by hand)`, isOptional: true },
  {
    name: 'host',
    label: t`host that the unit runs on`,
    isOptional: true,
    suggest: (view, key) => {
      const mirror = view.mirrors.find((each) => each.key === key);
      return mirror === undefined ? undefined : partsOf(mirror.spec.destination).host;
    },
  },
];

export interface Unit {
  readonly name: string;
  readonly host: string;
}

/** Undefined: none was named. */
export function unitOf({ mirror, input }: MirrorRunbookContext, name = 'unit'): Unit | undefined {
  const unit = input(name);
  return unit === undefined ? undefined : { name: unit, host: input('host') ?? partsOf(mirror.spec.destination).host };
}

export function sshRun({ host }: Unit, ...words: readonly string[]): ProgramRun {
  // A terminal, for sudo may ask; what follows `--` is never an option.
  return { words: sshWords(host, words) };
}

function sshWords(host: string, words: readonly string[]): readonly string[] {
  return ['ssh', '-t', '--', host, 'sudo', ...words];
}

/** The same for whoever types it: without the host it would be done on this machine. */
function sshText({ host }: Unit, ...words: readonly string[]): string {
  return shellText(sshWords(host, words));
}

/** An address of the inventory; the port that goes without saying is said. */
export function partsOf(url: string): {
  readonly isTls: boolean;
  /** An address of version 6 in brackets. */
  readonly host: string;
  readonly port: string;
  /** Without the slash at the end. */
  readonly path: string;
} {
  const [, scheme, host = '', port, path = ''] =
    /^(https?):\/\/(\[[^\]]*\]|[^:/?#]*)(?::(\d+))?([^?#]*)/i.exec(url) ?? [];
  const isTls = scheme?.toLowerCase() === 'https';
  return { isTls, host, port: port ?? (isTls ? '443' : '80'), path: path.replace(/\/+$/, '') };
}

/** One request of `curl` to a side: its login stands in a file, and nothing is followed. */
export function curlRun(
  { mirror, input }: MirrorRunbookContext,
  side: Side,
  request: { readonly path: string; readonly words?: readonly string[]; readonly mustPrint?: string },
): ProgramRun {
  const { spec } = mirror;
  const { isTls, host, port, path } = partsOf(spec[side]);
  const { serverName } = spec.tls;
  const goesBy = isTls && serverName !== undefined && serverName !== host ? serverName : undefined;
  const hasLogin = input('optionFile') !== undefined || spec.credentials?.password !== undefined;
  const words: readonly ProgramWord[] = [
    // The operator's own .curlrc must not change what is shown. Has to be the first.
    ...['curl', '--disable'],
    ...(hasLogin ? (['--config', { file: 'account' }] as const) : []),
    ...(isTls ? tlsWords(spec.tls, '--') : []),
    ...(goesBy === undefined ? [] : ['--connect-to', `${goesBy}:${port}:${host}:${port}`]),
    ...['--silent', '--show-error', '--max-time', '10'],
    ...(request.words ?? []),
    `${isTls ? 'https' : 'http'}://${goesBy ?? host}:${port}${path}${request.path}`,
  ];
  return { words, ...(request.mustPrint === undefined ? {} : { mustPrint: request.mustPrint }) };
}

export function tlsWords({ mode, ca, cert, key }: MirrorView['spec']['tls'], dashes: string): readonly ProgramWord[] {
  return [
    ...(mode === 'required' ? ['--insecure'] : []),
    ...(ca === undefined ? [] : [`${dashes}cacert`, { path: ca }]),
    ...(cert === undefined ? [] : [`${dashes}cert`, { path: cert }]),
    ...(key === undefined ? [] : [`${dashes}key`, { path: key }]),
  ];
}

export function keyPath(key: string): string {
  return `/v2/keys${key.split('/').map(encodeURIComponent).join('/')}`;
}

/** Ends the command on any other cluster than the planned one, before what follows is sent. */
export function proveCluster(context: MirrorRunbookContext, side: Side): ProgramRun {
  const id = context.target.identity?.[`cluster id of the ${side}`] ?? '';
  return curlRun(context, side, {
    path: keyPath(indexKeyOf(context.mirror.spec.destinationPrefix)),
    words: ['--include'],
    mustPrint: `X-Etcd-Cluster-Id: ${id}`,
  });
}

/**
 * Writes the index key of a mirror, on a condition that etcd itself checks.
 * @param condition `prevValue=3020127` or `prevExist=false`
 */
export function writeIndex(
  context: MirrorRunbookContext,
  destinationPrefix: string,
  index: number | string,
  condition: string,
): ProgramRun {
  return curlRun(context, 'destination', {
    path: `${keyPath(indexKeyOf(destinationPrefix))}?${condition}`,
    words: ['--fail', '--request', 'PUT', '--data', `value=${index}`],
  });
}

/** How an operator would see the index key. */
export function readIndexText(context: MirrorRunbookContext, destinationPrefix: string): string {
  return `curl ${indexUrl(context, destinationPrefix)}`;
}

/** How an operator would put the index back that was there; etcd refuses it once the mirror has gone on. */
export function putIndexText(
  context: MirrorRunbookContext,
  destinationPrefix: string,
  index: number,
  before: number,
): string {
  const url = `${indexUrl(context, destinationPrefix)}?prevValue=${before}`;
  return shellText(['curl', '--fail', '--request', 'PUT', '--data', `value=${index}`, url]);
}

/** How an operator would take away the index key. */
export function deleteIndexText(context: MirrorRunbookContext, destinationPrefix: string): string {
  return shellText(['curl', '--fail', '--request', 'DELETE', indexUrl(context, destinationPrefix)]);
}

function indexUrl({ mirror }: MirrorRunbookContext, destinationPrefix: string): string {
  return `${mirror.spec.destination.replace(/\/+$/, '')}${keyPath(indexKeyOf(destinationPrefix))}`;
}

export function stopUnit(context: MirrorRunbookContext, unit: Unit): PlanStep {
  const { process } = context.mirror.snapshot;
  const isDown = process.kind === 'failed' && process.failure.reason === 'refused';
  const step = context.step({
    id: 'stop',
    title: t`Stop ${unit.name} on ${unit.host}`,
    effect: 'write',
    runs: [sshRun(unit, 'systemctl', 'stop', unit.name)],
    verify: `systemctl is-active ${unit.name}`,
    expectation: { kind: 'mirrorProcess', key: context.mirror.key, isRunning: false },
    expected: t`inactive or failed`,
    rollback: sshText(unit, 'systemctl', 'start', unit.name),
    blastRadius: t`Nothing is copied until it runs again; EtcdReplicationDown pages after two minutes: silence it first.`,
  });
  return isDown ? { ...step, isDone: t`its metrics refuse connections` } : step;
}

export function startUnit(context: MirrorRunbookContext, unit: Unit, mirror: MirrorView): PlanStep {
  return context.step({
    id: 'start',
    title: t`Start ${unit.name} on ${unit.host}`,
    effect: 'write',
    runs: [sshRun(unit, 'systemctl', 'start', unit.name)],
    verify: `systemctl is-active ${unit.name}`,
    expectation: { kind: 'mirrorProcess', key: mirror.key, isRunning: true },
    expected: t`active, a minute later too`,
    rollback: sshText(unit, 'systemctl', 'stop', unit.name),
    blastRadius: t`It copies from the index on. A fatal event ends it again: see its log.`,
  });
}
