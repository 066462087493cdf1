/** What planning takes, as one chunk: loaded when somebody plans a runbook. */
export { releaseStep } from '../../app/releaseStep';
export { runbookLogic } from '../../core/runbookLogic';
export { askInputs, pickRunbook } from './askPlan';
export { pickTarget } from './pickTarget';
export { StepRunner } from './stepRunner';
export { PlanTerminals } from '../terminal/planTerminals';
