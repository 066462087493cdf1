/** What the trees show, as one chunk: there is nothing to draw before there is an inventory. */
export { findingNodes, fleetNodeSteps } from './model';
