import { readFileSync } from 'node:fs';
import path from 'node:path';
import { createMysqlReader } from '../../src/adapters/mysql/mysqlReader';
import { createEtcdReader } from '../../src/adapters/etcd/etcdReader';
import { systemClock } from '../../src/adapters/systemClock';
import { Fleet } from '../../src/app/fleet';
import { fleetLogic } from '../../src/core/fleetLogic';
import type { FleetView } from '../../src/core/fleetView';
import type { FleetReport } from '../../src/core/report';
import type { Sandbox } from './sandbox';

const quiet = () => undefined;
const log = { debug: quiet, info: quiet, warn: quiet, error: quiet };

/** The extension's own reading of a sandbox, without VS Code: for tests of many states on one fleet. */
export interface ProductReader {
  /** Reads every instance once and gives the report of it. */
  read(): Promise<FleetReport>;
  /** As the command does that accepts a new server at an address. */
  acceptIdentity(key: string): void;
  /** What the last reading showed. */
  view(): FleetView;
  dispose(): Promise<void>;
}

export async function openProductReader(sandbox: Sandbox): Promise<ProductReader> {
  const options = {
    secrets: { get: () => Promise.resolve(undefined) },
    clock: systemClock,
    log,
    inventoryFolder: () => sandbox.workspaceFolder,
    environment: {},
  };
  const reader = createMysqlReader(options);
  const mirrorReader = createEtcdReader(options);
  const fleet = new Fleet({
    logic: () => Promise.resolve(fleetLogic),
    reader: () => Promise.resolve(reader),
    mirrorReader: () => Promise.resolve(mirrorReader),
    serviceReaders: {},
    mayConnect: () => true,
    clock: systemClock,
    log,
  });
  let taken: string | undefined;
  /** As the extension follows the file: some faults are a matter of what the inventory says. */
  const followInventory = async (): Promise<void> => {
    const text = readFileSync(path.join(sandbox.workspaceFolder, 'replideck.yaml'), 'utf8');
    if (text === taken) return;
    const { inventory, problems } = fleetLogic.parseInventory(text);
    if (problems.length > 0) throw new Error(`The sandbox's inventory has problems: ${JSON.stringify(problems)}`);
    await fleet.setInventory(inventory);
    taken = text;
  };
  await followInventory();
  return {
    async read() {
      await followInventory();
      await fleet.readNow();
      const report = fleet.report();
      if (report === undefined) throw new Error('The fleet was read, and there is no report.');
      return report;
    },
    acceptIdentity(key) {
      if (!fleet.acceptIdentity(key)) throw new Error(`${key} did not say who it is.`);
    },
    view() {
      if (fleet.view === undefined) throw new Error('The fleet has not been read yet.');
      return fleet.view;
    },
    async dispose() {
      fleet.dispose();
      await Promise.all([reader.dispose(), mirrorReader.dispose()]);
    },
  };
}
