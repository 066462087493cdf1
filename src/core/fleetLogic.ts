import { addFirstServer } from './firstServer/addFirstServer';
import { checkAddress, checkUser } from './firstServer/checkAnswers';
import { judgeTrial, specOfDraft } from './firstServer/judgeTrial';
import { renderInventory, secretName } from './firstServer/renderInventory';
import { addClusters } from './inventory/addClusters';
import { completeInventory } from './inventory/assist/completeInventory';
import { hoverInventory } from './inventory/assist/hoverInventory';
import { parseInventory } from './inventory/parseInventory';
import {
  choosePosition,
  describeWaitEnd,
  leftInWords,
  planWait,
  stoppedThreads,
  transactionsLeft,
} from './replication/waitPosition';
import { keepKnown, toKnownServer } from './replication/sameServer';
import { finishComparison, firstComparison, stayingOf } from './mirror/comparison';
import { addReading, waitIndexOf } from './mirror/linkMirror';
import { standstillOf } from './mirror/standstill';
import { toMirrorSnapshot } from './mirror/toMirrorSnapshot';
import { observedSnapshots, scrapedName, unobservedSnapshot } from './observed';
import { importableClusters, joinDiscovered } from './orchestrator/discover';
import { lagQuery, rangePath } from './prometheus/queries';
import { toLagPoints } from './prometheus/toPrometheusFacts';
import { renderService } from './services/renderService';
import { toServiceSnapshot } from './services/linkServices';
import { serviceSpecs } from './services/model';
import { pendingSnapshot, toInstanceSnapshot } from './toInstanceSnapshot';
import { toFleetReport } from './toFleetReport';
import { fleetViewSteps } from './toFleetView';

/**
 * The pure part as one value, since the extension loads it as one chunk on first use: yaml, and the words of all
 * findings, are most of the code and nothing that activation should wait for.
 */
export const fleetLogic = {
  parseInventory,
  pendingSnapshot,
  toInstanceSnapshot,
  toFleetReport,
  fleetViewSteps,
  identity: { toKnownServer, keepKnown },
  mirror: { toMirrorSnapshot, addReading, waitIndexOf, firstComparison, finishComparison, stayingOf, standstillOf },
  service: {
    toServiceSnapshot,
    serviceSpecs,
    joinDiscovered,
    importableClusters,
    addClusters,
    renderService,
    observedSnapshots,
    scrapedName,
    unobservedSnapshot,
    lagQuery,
    rangePath,
    toLagPoints,
  },
  assist: { completeInventory, hoverInventory },
  firstServer: { addFirstServer, checkAddress, checkUser, secretName, specOfDraft, judgeTrial, renderInventory },
  wait: { planWait, choosePosition, transactionsLeft, stoppedThreads, describeWaitEnd, leftInWords },
};

export type FleetLogic = typeof fleetLogic;
