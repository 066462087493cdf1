/** What the panels need of words and judgement, as one chunk: loaded when the first panel is drawn. */
export { createMirrorPanels } from './mirrorPanelHost';
export { toWatchedEvents } from './mirror/eventsView';
export { toMirrorPanelState } from './mirror/model';
export { renderMirrorTicket, renderReadiness, renderTicket, toPanelState } from './replication/model';
