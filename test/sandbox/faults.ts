import type { Fault, Faults } from './fault';
import { heartbeatFaults } from './faultsHeartbeat';
import { ioFaults } from './faultsIo';
import { lockFaults } from './faultsLocks';
import { mirrorFaults } from './faultsMirror';
import { positionFaults } from './faultsPosition';
import { reachFaults } from './faultsReach';
import { serverFaults } from './faultsServer';
import { sqlFaults } from './faultsSql';
import { stateFaults } from './faultsState';
import { topologyFaults } from './faultsTopology';
import { transferFaults } from './faultsTransfer';

/** Everything that can be made to go wrong, by name. */
export const faults: Faults = {
  ...reachFaults,
  ...ioFaults,
  ...positionFaults,
  ...transferFaults,
  ...sqlFaults,
  ...lockFaults,
  ...stateFaults,
  ...topologyFaults,
  ...serverFaults,
  ...heartbeatFaults,
  ...mirrorFaults,
};

/** The fault of that name. Throws with the names that there are. */
export function findFault(name: string, among: Faults = faults): Fault {
  const fault = among[name];
  if (fault === undefined)
    throw new Error(`There is no fault named ${name} here. There are: ${Object.keys(among).join(', ')}.`);
  return fault;
}

/** One line per fault, for `--list-faults`. */
export function renderFaults(among: Faults = faults): string {
  const width = Math.max(...Object.keys(among).map((name) => name.length));
  return Object.entries(among)
    .map(([name, { title, subject, findings, flavors }]) => {
      const only = flavors === undefined ? '' : ` (${flavors.join(', ')} only)`;
      return `${name.padEnd(width)}  ${subject}: ${title}${only}  [${findings.join(' or ')}]`;
    })
    .join('\n');
}
