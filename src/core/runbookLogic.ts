import { nameToType, whyNotConfirmed } from './guard/confirmation';
import { whyStale } from './guard/evidenceAge';
import { redact } from './redact';
import { blockedBy, overridable } from './runbooks/checks';
import { renderCall } from './runbooks/clientCall';
import { continuePlan } from './runbooks/continuePlan';
import { evidenceKeys } from './runbooks/evidenceKeys';
import { guardWords } from './runbooks/guardWords';
import { planFingerprint, planRunbook, whatChanged, whyNotNow } from './runbooks/planRunbook';
import { toPlanTarget } from './runbooks/planTarget';
import { programChecks, programsOf, withChecks } from './runbooks/programChecks';
import { findRunbook, runbooks } from './runbooks/registry';
import { renderAudit } from './runbooks/renderAudit';
import { renderPlan } from './runbooks/renderPlan';
import { renderAuditTicket, renderPlanTicket } from './runbooks/renderTickets';
import { runbooksFor } from './runbooks/runbooksFor';
import { needsOf, renderSecretFiles } from './runbooks/stepNeeds';
import { toRunbookReport } from './runbooks/toRunbookReport';
import { verifyStep } from './runbooks/verifyStep';

/** Everything pure about runbooks as one value: a chunk of its own, loaded when somebody plans. */
export const runbookLogic = {
  blockedBy,
  continuePlan,
  evidenceKeys,
  findRunbook,
  guardWords,
  needsOf,
  nameToType,
  overridable,
  planFingerprint,
  planRunbook,
  programChecks,
  programsOf,
  redact,
  renderAudit,
  renderAuditTicket,
  renderCall,
  renderPlan,
  renderPlanTicket,
  renderSecretFiles,
  runbooks,
  runbooksFor,
  toPlanTarget,
  toRunbookReport,
  verifyStep,
  whatChanged,
  whyNotConfirmed,
  whyNotNow,
  whyStale,
  withChecks,
};

export type RunbookLogic = typeof runbookLogic;
