// A window that writes its history over and over, until it is killed:  node --import tsx historyWriter.ts FOLDER INVENTORY
import { createHistoryFile } from '../../src/adapters/files/historyFile';

const [folder = '', inventory = ''] = process.argv.slice(2);
const file = createHistoryFile(folder, inventory, 4_000_000);

async function write(): Promise<void> {
  for (let round = 0; ; round += 1) {
    await file.write(String(round % 10).repeat(3_000_000));
    if (round === 0) process.send?.('written');
  }
}

void write();
