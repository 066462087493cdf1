import { nameToType, whyNotConfirmed } from './guard/confirmation';
import { whyStale } from './guard/evidenceAge';
import { renderCall, renderSqlFile } from './runbooks/clientCall';
import { evidenceKeys } from './runbooks/evidenceKeys';
import { planRunbook, whyNotNow } from './runbooks/planRunbook';
import { findRunbook, runbooks } from './runbooks/registry';
import { renderPlan } from './runbooks/renderPlan';
import { toRunbookReport } from './runbooks/toRunbookReport';
import { verifyStep } from './runbooks/verifyStep';

/** Everything pure about runbooks as one value: a chunk of its own, loaded when somebody plans. */
export const runbookLogic = {
  evidenceKeys,
  findRunbook,
  nameToType,
  planRunbook,
  renderCall,
  renderPlan,
  renderSqlFile,
  runbooks,
  toRunbookReport,
  verifyStep,
  whyNotConfirmed,
  whyNotNow,
  whyStale,
};

export type RunbookLogic = typeof runbookLogic;
