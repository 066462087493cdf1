/** What commands do, as one chunk: loaded when the first of them is called. */
export { dailyCommands } from '../daily/dailyCommands';
export { grantCommands } from '../grants/grantCommands';
export { compareWithProgress } from '../mirrors/compareWithProgress';
export { mirrorCommands } from '../mirrors/mirrorCommands';
export { serviceCommands } from '../services/serviceCommands';
export { runbookCommands } from '../runbooks/runbookCommands';
export { fleetCommands } from './fleetCommands';
