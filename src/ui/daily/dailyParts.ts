/** What daily use needs beside the fleet itself, as one chunk: loaded with the first inventory. */
export { KeptHistory } from '../../app/keptHistory';
export { ChangesDocuments } from './changesDocuments';
export { longestHistory } from '../../core/history/historyFile';
export { createNotifications } from './notifications';
