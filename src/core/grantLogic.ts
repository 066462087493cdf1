import { exportTemplate } from './grants/exportTemplate';
import { fixSql } from './grants/fixSql';
import { toGrantModel } from './grants/fromServer';
import { matchesGlob } from './grants/glob';
import { toGrantReport } from './grants/grantReport';
import { renderForComparison, renderInstance } from './grants/instanceDocuments';
import { renderGrantTicket } from './grants/renderGrantTicket';
import { renderSideBySide } from './grants/renderSideBySide';
import { compareTemplate, reviewTemplate } from './grants/reviewTemplate';
import { toGrantFix } from './grants/toGrantFix';
import { knownServer, templateTargets } from './grants/templateTargets';

/** Everything pure about grants as one value: a chunk of its own, loaded when a template is opened or a command asks. */
export const grantLogic = {
  compareTemplate,
  exportTemplate,
  fixSql,
  knownServer,
  matchesGlob,
  renderForComparison,
  renderGrantTicket,
  renderInstance,
  renderSideBySide,
  reviewTemplate,
  templateTargets,
  toGrantFix,
  toGrantModel,
  toGrantReport,
};

export type GrantLogic = typeof grantLogic;
