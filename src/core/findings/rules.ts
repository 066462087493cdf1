import { backups } from './rules/backups';
import { consumers } from './rules/consumers';
import { duplicateServerId } from './rules/duplicateServerId';
import { errant } from './rules/errant';
import { gtidOff } from './rules/gtidOff';
import { heartbeat } from './rules/heartbeat';
import { identity } from './rules/identity';
import { ioConnect } from './rules/ioConnect';
import { ioError } from './rules/ioError';
import { ioGtid } from './rules/ioGtid';
import { ioPosition } from './rules/ioPosition';
import { ioSetup } from './rules/ioSetup';
import { lag } from './rules/lag';
import { lagMethods } from './rules/lagMethods';
import { lockWait } from './rules/lockWait';
import { mirrorContents } from './rules/mirrorContents';
import { mirrorIndex } from './rules/mirrorIndex';
import { mirrorProcess } from './rules/mirrorProcess';
import { mirrorReach } from './rules/mirrorReach';
import { mirrorWindow } from './rules/mirrorWindow';
import { orchestratorAnalysis } from './rules/orchestratorAnalysis';
import { orchestratorInstances } from './rules/orchestratorInstances';
import { orchestratorReach } from './rules/orchestratorReach';
import { orchestratorTopology } from './rules/orchestratorTopology';
import { notConfigured } from './rules/notConfigured';
import { pipelines } from './rules/pipelines';
import { plaintext } from './rules/plaintext';
import { primaries } from './rules/primaries';
import { privileges } from './rules/privileges';
import { reach } from './rules/reach';
import { settings } from './rules/settings';
import { sources } from './rules/sources';
import { sqlApply } from './rules/sqlApply';
import { sqlError } from './rules/sqlError';
import { sqlRows } from './rules/sqlRows';
import { sqlSchema } from './rules/sqlSchema';
import { threads } from './rules/threads';
import { topology } from './rules/topology';
import { wrongSource } from './rules/wrongSource';
import { writable } from './rules/writable';
import type { Rule } from './rule';

/** In this order. A rule that yields stands after those that it yields to; a test holds that. */
export const rules: readonly Rule[] = [
  reach,
  identity,
  privileges,
  notConfigured,
  ioConnect,
  ioPosition,
  ioSetup,
  ioGtid,
  sqlRows,
  sqlSchema,
  sqlApply,
  ioError,
  sqlError,
  threads,
  // Before the wait for a lock, which does not make the two methods differ.
  lagMethods,
  lockWait,
  lag,
  settings,
  writable,
  wrongSource,
  gtidOff,
  plaintext,
  duplicateServerId,
  errant,
  primaries,
  topology,
  sources,
  heartbeat,
  mirrorReach,
  mirrorIndex,
  mirrorWindow,
  mirrorProcess,
  mirrorContents,
  orchestratorReach,
  orchestratorAnalysis,
  orchestratorTopology,
  orchestratorInstances,
  backups,
  pipelines,
  consumers,
];
