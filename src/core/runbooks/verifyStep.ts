import { factsOf } from '../findings/fleetFacts';
import type { FleetView } from '../fleetView';
import type { ServerAnswers } from '../grants/fromServer';
import { grantFixKey } from '../grants/grantFix';
import type { ConnectionStatus } from '../replication/model';
import { formatSeconds } from '../words';
import { errantOf, missingPositions, positionsOf, streamsInWords } from './gtidChecks';
import type { Expectation, PlanStep } from './plan';
import { diffTarget, toPlanTarget } from './planTarget';
import { verdict, type Verification } from './verification';
import { verifyMirror } from './verifyMirror';
import { verifyService } from './verifyService';
import { t } from '../l10n';

export type { Verification } from './verification';

export interface Reads {
  /** Read after the step ended. */
  readonly view: FleetView;
  /** The accounts of the target, where the step is about one. */
  readonly accounts?: ServerAnswers;
  /** The end of files on this machine, by the path in the plan; a file that is not there is left out. */
  readonly fileEnds?: ReadonlyMap<string, string>;
  /** Milliseconds since the epoch at which the step ended: an older reading proves nothing. */
  readonly endedMs: number;
}

/** Whether a step is done, by a reading that was made after it. The exit code of its command says nothing here. */
export function verifyStep({ expectation, call }: PlanStep, reads: Reads): Verification {
  const { key } = expectation;
  const now = toPlanTarget(reads.view, key);
  if (now === undefined) return { kind: 'unknown', why: t`${key} left the inventory meanwhile.` };
  if (now.readAt === undefined || !(Date.parse(now.readAt) >= reads.endedMs)) {
    return { kind: 'unknown', why: t`${key} has not been read since the step ended.` };
  }
  const differences = diffTarget(call.server, now);
  if (differences.length === 0) return judge(expectation, reads);
  const names = { instance: 'server', mirror: 'mirror', service: 'neighbour' } as const;
  const planned = names[call.server.kind];
  return { kind: 'unknown', why: t`${key} is not the planned ${planned}: ${differences.join(' ')}` };
}

/** Whether the state of the fleet shows a step done that nobody ran now; undefined: it does not. */
export function seenDone(expectation: Expectation, view: FleetView): string | undefined {
  const seen = judge(expectation, { view, endedMs: 0 });
  return seen.kind === 'done' ? seen.measured : undefined;
}

function judge(expectation: Expectation, { view, accounts, fileEnds, endedMs }: Reads): Verification {
  const { key } = expectation;
  const instance = view.instances[key];
  switch (expectation.kind) {
    case 'readOnly': {
      const { readOnly, superReadOnly } = factsOf(instance) ?? {};
      if (readOnly === undefined) return { kind: 'unknown', why: t`${key} does not tell its read_only.` };
      // MySQL: without it, administrators still write.
      const isAll = !expectation.isReadOnly || superReadOnly !== false;
      return verdict(
        readOnly === expectation.isReadOnly && isAll,
        `read_only = ${readOnly ? 1 : 0}${superReadOnly === undefined ? '' : `, super_read_only = ${superReadOnly ? 1 : 0}`}`,
      );
    }
    case 'heartbeatRowsGone': {
      const part = instance?.snapshot.heartbeat;
      if (part?.kind !== 'read') return { kind: 'unknown', why: t`The heartbeat table of ${key} could not be read.` };
      const left = part.value.flatMap(({ serverId }) =>
        serverId !== undefined && expectation.serverIds.includes(serverId) ? [serverId] : [],
      );
      return verdict(left.length === 0, left.length === 0 ? t`the rows are gone` : t`still there: ${left.join(', ')}`);
    }
    case 'account':
      return judgeAccount(expectation, accounts);
    case 'grants':
      return judgeGrants(expectation, view, endedMs);
    case 'mirrorIndex':
    case 'mirrorProcess':
    case 'mirrorEqual':
    case 'mirrorNoExtra':
    case 'mirrorReadable':
      return verifyMirror(expectation, view, endedMs);
    case 'serviceAnswers':
    case 'serviceStopped':
    case 'orchestratorForgot':
    case 'orchestratorHas':
    case 'consumerReset':
      return verifyService(expectation, view);
    case 'answers':
      return {
        kind: 'done',
        measured: t`it answers, and is the planned server; what the command showed is for you to judge`,
      };
    case 'binlogOn': {
      const logBin = factsOf(instance)?.logBin;
      return logBin === undefined
        ? { kind: 'unknown', why: t`${key} does not tell its log_bin.` }
        : verdict(logBin, `log_bin = ${logBin ? 1 : 0}`);
    }
    case 'noErrant': {
      const errant = instance === undefined ? undefined : errantOf(instance, view);
      return errant === undefined
        ? { kind: 'unknown', why: t`What ${key} or its sources have logged is not known.` }
        : verdict(errant === '', errant === '' ? t`no transaction of its own` : t`its own: ${errant}`);
    }
    case 'forgotten':
      return judgeForgotten(expectation, view);
    case 'dumpFile':
      return judgeDump(fileEnds?.get(expectation.path), expectation);
    case 'threads':
    case 'gtid':
    case 'tls':
    case 'source':
    case 'loaded':
    case 'login':
    case 'caughtUp':
      return judgeConnection(expectation, view);
  }
}

/** mariadb-dump and mysqldump write this as their last line, and only when nothing went wrong. */
function judgeDump(
  end: string | undefined,
  { path, since }: Extract<Expectation, { readonly kind: 'dumpFile' }>,
): Verification {
  if (end === undefined) return { kind: 'notDone', measured: t`there is no file ${path}` };
  const last = end.trimEnd().split('\n').at(-1) ?? '';
  const day = /\d{4}-\d\d-\d\d/.exec(last)?.[0] ?? '';
  if (since !== undefined && last.startsWith('-- Dump completed') && day < since) {
    return { kind: 'notDone', measured: t`${path} is an older dump: ${last.slice(3)}` };
  }
  return last.startsWith('-- Dump completed')
    ? { kind: 'done', measured: last.slice(3) }
    : { kind: 'notDone', measured: t`the file does not end with "Dump completed"` };
}

function judgeConnection(
  expectation: Exclude<Extract<Expectation, { readonly connection: string }>, { readonly kind: 'forgotten' }>,
  view: FleetView,
): Verification {
  const { key, connection } = expectation;
  const instance = view.instances[key];
  if (instance?.snapshot.replication.kind !== 'read') {
    return { kind: 'unknown', why: t`The replication status of ${key} could not be read.` };
  }
  const linked = instance.connections.find((each) => each.status.name === connection);
  const status = linked?.status;
  if (status === undefined) return { kind: 'notDone', measured: t`no connection ${connection || '(default)'}` };
  switch (expectation.kind) {
    case 'threads': {
      const errors = [status.ioError, status.sqlError].flatMap((error) => (error === undefined ? [] : [error.errno]));
      return verdict(
        status.ioThread === expectation.thread && status.sqlThread === expectation.thread,
        t`IO thread ${status.ioThread}, SQL thread ${status.sqlThread}${errors.length === 0 ? '' : t`, error ${errors.join(', ')}`}`,
      );
    }
    case 'gtid':
      return verdict(status.gtid === expectation.gtid, t`GTID use ${status.gtid}`);
    case 'tls':
      return verdict(
        status.tls.asked === true && status.tls.verify === true,
        t`TLS ${status.tls.asked === true ? '' : t`not `}asked for, certificate ${status.tls.verify === true ? '' : t`not `}verified`,
      );
    case 'source':
      return verdict(
        status.sourceHost === expectation.host && status.sourcePort === expectation.port,
        t`source ${status.sourceHost}:${status.sourcePort}`,
      );
    case 'loaded':
      return judgeLoaded(expectation, status, view);
    case 'login':
      return verdict(
        status.sourceUser === expectation.user && status.tls.asked === true && status.tls.verify === true,
        t`user ${status.sourceUser ?? t`not known`}, TLS ${status.tls.asked === true ? '' : t`not `}asked for, certificate ${status.tls.verify === true ? '' : t`not `}verified`,
      );
    case 'caughtUp': {
      const runs = status.ioThread === 'running' && status.sqlThread === 'running';
      const behind = linked?.lagSeconds;
      return !runs
        ? verdict(false, t`IO thread ${status.ioThread}, SQL thread ${status.sqlThread}`)
        : behind === undefined
          ? { kind: 'unknown', why: t`How far ${key} is behind is not known.` }
          : verdict(behind <= caughtUpSeconds, t`${formatSeconds(behind)} behind (${linked?.lagFrom ?? t`lag`})`);
    }
  }
}

function judgeForgotten(
  { key, connection, sourceKey }: Extract<Expectation, { kind: 'forgotten' }>,
  view: FleetView,
): Verification {
  const instance = view.instances[key];
  const [own, there] = [
    positionsOf(factsOf(instance), 'applied'),
    positionsOf(factsOf(view.instances[sourceKey]), 'logged'),
  ];
  if (instance?.snapshot.replication.kind !== 'read' || own === undefined || there === undefined) {
    return { kind: 'unknown', why: t`The connections of ${key}, or the positions of both, are not known.` };
  }
  if (instance.connections.some(({ status }) => status.name === connection)) {
    return verdict(false, t`the connection is still there`);
  }
  const left = [...there].filter((each) => own.has(each));
  return verdict(
    left.length === 0,
    left.length === 0 ? t`no connection and no position` : t`a position in ${streamsInWords(left)}`,
  );
}

/** A heartbeat is a second old by nature, and a reading takes its time. */
const caughtUpSeconds = 5;

/** The place that the dump was taken at is there: without it, the same connection would start from the beginning. */
function judgeLoaded(
  { key, sourceKey, host, port, gtid }: Extract<Expectation, { kind: 'loaded' }>,
  status: ConnectionStatus,
  view: FleetView,
): Verification {
  if (status.sourceHost !== host || status.sourcePort !== port) {
    return verdict(false, t`its source is ${status.sourceHost}:${status.sourcePort}`);
  }
  if (gtid === 'no') {
    const place = status.executedPosition ?? status.readPosition;
    return place === undefined || place.file === ''
      ? verdict(false, t`no position`)
      : verdict(status.gtid === 'no', t`at ${place.file}:${place.position}, GTID use ${status.gtid}`);
  }
  const missing = missingPositions(factsOf(view.instances[key]), factsOf(view.instances[sourceKey]));
  return missing === undefined
    ? { kind: 'unknown', why: t`The GTID positions of ${key} and ${sourceKey} are not both known.` }
    : verdict(
        missing === '' && status.gtid === gtid,
        missing === '' ? t`GTID use ${status.gtid}, a position in all of the source` : t`no position in ${missing}`,
      );
}

function judgeGrants(
  { key, template, part }: Extract<Expectation, { kind: 'grants' }>,
  { grantFixes }: FleetView,
  endedMs: number,
): Verification {
  const read = grantFixes?.[grantFixKey(key, template)];
  if (read?.kind === 'failed') return { kind: 'unknown', why: read.reason };
  if (read === undefined || !(Date.parse(read.value.readAt) >= endedMs)) {
    return { kind: 'unknown', why: t`The grants of ${key} have not been read since the step ended.` };
  }
  const { adds, takes } = read.value;
  const left = part === 'all' ? [...adds, ...takes] : adds;
  return verdict(
    left.length === 0,
    left.length === 0
      ? `${part === 'all' ? t`no difference to` : t`nothing is missing of`} ${template}`
      : t`still wanted: ${left.join('; ')}`,
  );
}

function judgeAccount(
  { key, user, host, privileges }: Extract<Expectation, { kind: 'account' }>,
  accounts: ServerAnswers | undefined,
): Verification {
  if (accounts === undefined) return { kind: 'unknown', why: t`The accounts of ${key} were not read.` };
  const account = accounts.accounts.find((each) => each.user === user && each.host === host);
  if (account === undefined) {
    return accounts.listed === 'all'
      ? { kind: 'notDone', measured: t`there is no account ${user}@${host}` }
      : { kind: 'unknown', why: t`Our account may not see the accounts of ${key}.` };
  }
  if (account.grants.kind !== 'rows')
    return { kind: 'unknown', why: t`The grants of ${user}@${host} could not be read.` };
  const held = account.grants.texts.flatMap((text) => /^GRANT (.+?) ON \*\.\* TO /.exec(text)?.[1]?.split(', ') ?? []);
  const missing = privileges.filter((privilege) => !held.includes(privilege) && !held.includes('ALL PRIVILEGES'));
  return verdict(
    missing.length === 0,
    missing.length === 0
      ? t`${user}@${host} holds ${privileges.join(', ')}`
      : t`${user}@${host} lacks ${missing.join(', ')}`,
  );
}
