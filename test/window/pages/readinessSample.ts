import { diagnose } from '../../../src/core/findings/diagnose';
import { joinFindings } from '../../../src/core/joinFindings';
import { type PanelState } from '../../../src/protocol/replicationPanel';
import { toPanelState } from '../../../src/ui/panels/replication/model';
import { at as builtAt, from } from '../../core/buildFleet';
import { beat, fleetOf, p, q, r } from '../../core/findings/fleetBuilder';
import { withNodes } from '../../core/switchover/readinessCases';

/**
 * The panel of a cluster as the extension makes it, read at `at`: one replica is ready, of one not all is known, and one
 * is a writable replica of a replica that has stopped.
 */
export function readinessPanel(open: boolean, at: string): PanelState {
  const leaf = 'db2102.codfw.wmnet:3311';
  const fleet = fleetOf(
    withNodes({
      [p]: { heartbeat: [beat(101, 0.4, { shard: 's1', datacenter: 'eqiad' })] },
      [r]: { heartbeat: [beat(101, 0.6, { shard: 's1', datacenter: 'eqiad' })] },
      [q]: {
        connections: [from(r, { sqlThread: 'stopped', tls: { asked: true, verify: false } })],
        facts: { readOnly: false, gtidBinlogState: '0-101-100,0-202-117' },
        heartbeat: [beat(101, 384, { shard: 's1', datacenter: 'eqiad' })],
      },
      [leaf]: {
        connections: [from(p, { tls: { asked: true, verify: false } })],
        facts: { serverId: 203, readOnly: true, gtidBinlogState: '0-101-100', binlogRowImage: 'FULL' },
        heartbeat: [beat(101, 0.7, { shard: 's1', datacenter: 'eqiad' })],
      },
    }),
    { s1: { instances: [p, r, q, leaf], primary: p } },
  );
  const state = toPanelState(
    joinFindings(fleet, diagnose(fleet)),
    { kind: 'cluster', name: 's1' },
    { rangeSeconds: 900, warnSeconds: 15, critSeconds: 300, series: [] },
    { reading: false, readinessOpen: open },
  );
  return JSON.parse(JSON.stringify(state).replaceAll(builtAt, at)) as PanelState;
}
