import { homedir } from 'node:os';
import type { InstanceSpec } from '../../core/inventory/model';
import type { InstanceReading } from '../../core/replication/reading';
import type {
  Clock,
  GrantsReader,
  Log,
  PositionReader,
  Secrets,
  ServiceReader,
  SqlReader,
  TrialReader,
} from '../../ports';
import { createBastions, type Bastions } from '../ssh/bastions';
import { askBackups } from './askBackups';
import { askPipeline } from './askPipeline';
import { createGrantsReader } from './grantsReader';
import { cancelledFailure, type Keeper, type PollSettings } from './poll';
import { createPositionReader } from './positionReader';
import { failedReading, readOnce } from './readOnce';
import { notAllowed } from './session';
import { createSurveyReader, type SqlServiceKind } from './surveyReader';
import { createTrialReader } from './trialReader';

export interface MysqlReaderOptions {
  readonly secrets: Secrets;
  readonly clock: Clock;
  readonly log: Log;
  /** Folder of the inventory file: relative paths in it start there. */
  readonly inventoryFolder: () => string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** For `~`; the user's own unless given. */
  readonly homeFolder?: string;
  /** For `via: ssh://…`, shared with what else goes through bastions; of its own unless given. */
  readonly bastions?: Bastions;
}

/**
 * How long a connection is kept on which a statement is refused. A privilege that was granted since counts from the
 * next login only; a new login with every poll would cost servers that mean the refusal more than it helps.
 */
const refusedLoginMs = 30_000;

/** Everything that is read over the MySQL protocol; `services` are the neighbours that are tables. */
export interface MysqlReader extends SqlReader, PositionReader, GrantsReader, TrialReader {
  readonly services: { readonly [K in SqlServiceKind]: ServiceReader<K> };
}

/** What is kept of one instance: its connection, and the read that is under way. */
interface Instance extends Keeper {
  fingerprint: string;
  running: Running | undefined;
}

interface Running {
  readonly spec: string;
  readonly reading: Promise<InstanceReading>;
  readonly controller: AbortController;
  waiting: number;
}

/**
 * Reads instances over one kept connection each, opened with the first read.
 *
 * Each read attempts: there is no back-off in here, because a reader that skips attempts would have to pass an old
 * failure off as the present state, and would miss that its cause went away. How often an instance that fails is
 * polled is for the poller to decide, with growing pauses and jitter.
 */
export function createMysqlReader(options: MysqlReaderOptions): MysqlReader {
  const bastions = options.bastions ?? createBastions({ command: ['ssh'], environment: options.environment });
  const settings: PollSettings = {
    ...options,
    homeFolder: options.homeFolder ?? homedir(),
    bastions,
  };
  const instances = new Map<string, Instance>();
  const closing = new Set<Promise<void>>();
  const positions = createPositionReader(settings);
  const grants = createGrantsReader(settings);
  const trials = createTrialReader(settings);
  const services: MysqlReader['services'] = {
    backups: createSurveyReader('backups', askBackups, settings),
    pipeline: createSurveyReader('pipeline', askPipeline, settings),
  };
  let disposed = false;

  const close = (keeper: Keeper): void => {
    const { session } = keeper;
    keeper.session = undefined;
    if (session !== undefined) {
      const closed = session.link.quit().finally(() => closing.delete(closed));
      closing.add(closed);
    }
  };

  const start = (spec: InstanceSpec, instance: Instance): Running => {
    const controller = new AbortController();
    const running: Running = {
      spec: JSON.stringify(spec),
      controller,
      waiting: 0,
      reading: readOnce(spec, instance, settings, controller.signal).finally(() => {
        instance.running = undefined;
        if (instances.get(spec.key) !== instance) {
          close(instance);
        }
      }),
    };
    void running.reading.then((reading) => {
      const heldMs = settings.clock.now() - (instance.session?.openedMs ?? 0);
      if (wasRefused(reading) && heldMs >= refusedLoginMs) {
        close(instance);
      }
    });
    return running;
  };

  const read = async (spec: InstanceSpec, signal: AbortSignal): Promise<InstanceReading> => {
    const asked = JSON.stringify(spec);
    for (;;) {
      if (disposed || signal.aborted) {
        return failedReading(spec.key, settings.clock, cancelledFailure);
      }
      const instance = instances.get(spec.key) ?? { fingerprint: '', session: undefined, running: undefined };
      instances.set(spec.key, instance);
      const { running } = instance;
      if (running !== undefined && (running.spec !== asked || running.controller.signal.aborted)) {
        // Another question, or one that is being given up: its connection is still in use.
        await running.reading;
        continue;
      }
      const fingerprint = fingerprintOf(spec);
      if (running === undefined && instance.fingerprint !== fingerprint) {
        close(instance);
        instance.fingerprint = fingerprint;
      }
      instance.running = running ?? start(spec, instance);
      return join(instance.running, spec, signal, settings.clock);
    }
  };

  return {
    services,
    read,
    readPosition: (spec, signal) => positions.readPosition(spec, signal),
    openWait: (spec, flavor, signal) => positions.openWait(spec, flavor, signal),
    readGrants: (spec, signal, onProgress) => grants.readGrants(spec, signal, onProgress),
    tryServer: (spec, signal) => trials.tryServer(spec, signal),
    retain: (keys) => {
      for (const [key, instance] of instances) {
        if (!keys.has(key)) {
          instances.delete(key);
          instance.running?.controller.abort();
          close(instance);
        }
      }
    },
    dispose: async () => {
      disposed = true;
      const reads = [...instances.values()].flatMap(({ running }) => (running === undefined ? [] : [running]));
      reads.forEach(({ controller }) => {
        controller.abort();
      });
      await Promise.all(reads.map(({ reading }) => reading));
      instances.forEach(close);
      instances.clear();
      await Promise.all(closing);
      await Promise.all([positions, grants, trials, ...Object.values(services)].map((each) => each.dispose()));
      if (options.bastions === undefined) await bastions.dispose();
    },
  };
}

function wasRefused({ result }: InstanceReading): boolean {
  return (
    result.kind === 'answered' &&
    [result.server, result.replication, result.heartbeat].some(
      (answer) => answer.kind === 'error' && notAllowed.has(answer.errno),
    )
  );
}

/** Everything that a connection depends on; the rest of a spec may change without a new one. */
function fingerprintOf({ host, port, credentials, tls, via }: InstanceSpec): string {
  return JSON.stringify([host, port, credentials, tls, via]);
}

/** Waits with others for one read. The read itself is given up when the last of them has gone. */
function join(running: Running, spec: InstanceSpec, signal: AbortSignal, clock: Clock): Promise<InstanceReading> {
  running.waiting += 1;
  return new Promise((resolve) => {
    const onAbort = (): void => {
      running.waiting -= 1;
      if (running.waiting === 0) {
        running.controller.abort();
      }
      resolve(failedReading(spec.key, clock, cancelledFailure));
    };
    signal.addEventListener('abort', onAbort, { once: true });
    void running.reading.then((reading) => {
      signal.removeEventListener('abort', onAbort);
      resolve(reading);
    });
  });
}
