import assert from 'node:assert/strict';
import { Fleet } from '../../src/app/fleet';
import { fleetLogic } from '../../src/core/fleetLogic';
import type { MirrorReading } from '../../src/core/mirror/reading';
import { failed, ok } from '../../src/core/outcome';
import type { MirrorReader, MirrorSide } from '../../src/ports';
import { readingOf } from '../core/mirror/builder';
import { ManualClock, settle, silentLog } from './manualClock';
import { inventoryOf } from './sampleFleet';

const inventoryText = `
version: 1
defaults: { pollSeconds: 10 }
etcdMirrors:
  conf-codfw: { api: v2, source: http://a:1, destination: http://b:1, sourcePrefix: /conftool, destinationPrefix: /conftool }
`;

/** Two sides in memory; the mirror has come to `replicated`. */
class MemoryReader implements MirrorReader {
  source = 100;
  replicated = 100;
  readonly waitIndexes: (number | undefined)[] = [];
  contentsAsked = 0;
  contents: Record<MirrorSide, Record<string, { value: string; modifiedIndex: number }>> = {
    source: {},
    destination: {},
  };
  /** Runs after a side was read. */
  onContents: () => void = () => undefined;
  second = 0;

  read(_spec: unknown, waitIndex: number | undefined): Promise<MirrorReading> {
    this.waitIndexes.push(waitIndex);
    this.second += 10;
    const { second, source, replicated } = this;
    return Promise.resolve(readingOf({ second, source, replicated, metrics: 'none' }));
  }

  readContents(_spec: unknown, side: MirrorSide): ReturnType<MirrorReader['readContents']> {
    this.contentsAsked += 1;
    const contents = new Map(Object.entries(this.contents[side]));
    this.onContents();
    return Promise.resolve(ok({ contents, request: `GET ${side}`, index: this.source }));
  }

  readWriteRefusal(): Promise<undefined> {
    return Promise.resolve(undefined);
  }

  readSkippedActions(): Promise<undefined> {
    return Promise.resolve(undefined);
  }

  readEvents(): ReturnType<MirrorReader['readEvents']> {
    return Promise.resolve(ok({ events: [], next: this.source + 1, index: this.source }));
  }

  retain(): void {
    // Nothing is kept.
  }

  dispose(): Promise<void> {
    return Promise.resolve();
  }
}

async function setUp(mayConnect = true): Promise<{ fleet: Fleet; reader: MemoryReader; clock: ManualClock }> {
  const clock = new ManualClock();
  const reader = new MemoryReader();
  const fleet = new Fleet({
    logic: () => Promise.resolve(fleetLogic),
    reader: () => Promise.reject(new Error('there is no instance')),
    mirrorReader: () => Promise.resolve(reader),
    serviceReaders: {},
    mayConnect: () => mayConnect,
    clock,
    log: silentLog,
  });
  await fleet.setInventory(inventoryOf(inventoryText));
  return { fleet, reader, clock };
}

const key = (value: string, modifiedIndex = 50) => ({ value, modifiedIndex });

/** A refresh; the pause between two looks passes. */
async function refresh(fleet: Fleet, clock: ManualClock): Promise<void> {
  const reading = fleet.readNow();
  for (let step = 0; step < 5; step += 1) {
    await settle();
    await clock.advance(1_000);
  }
  await reading;
}

describe('mirrors beside the instances', () => {
  it('are polled while somebody looks, and asked for what waits once they are behind', async () => {
    const { fleet, reader, clock } = await setUp();
    fleet.setAttention('full');
    await clock.advance(600);
    reader.source = 105;
    await clock.advance(12_000);
    await clock.advance(12_000);
    assert.deepEqual(reader.waitIndexes, [undefined, undefined, 101]);
    assert.equal(fleet.view?.mirrors[0]?.distance.gap, 5);
    assert.equal(reader.contentsAsked, 0, 'polling compares no contents');
  });

  it('are compared by a refresh, in one look where all is equal', async () => {
    const { fleet, reader, clock } = await setUp();
    reader.contents = { source: { '/conftool/a': key('1') }, destination: { '/conftool/a': key('1') } };
    await refresh(fleet, clock);
    assert.equal(reader.contentsAsked, 2);
    assert.deepEqual(fleet.report()?.mirrors[0]?.drift, {
      ...{ compared: 1, missing: 0, extra: 0, different: 0 },
      comparedAt: fleet.report()?.mirrors[0]?.drift?.comparedAt,
    });
    assert.equal(fleet.report()?.mirrors[0]?.state, 'ok');
  });

  it('are looked at twice where they differ: what was on its way is no drift', async () => {
    const { fleet, reader, clock } = await setUp();
    reader.contents = {
      source: { '/conftool/a': key('2'), '/conftool/b': key('1') },
      destination: { '/conftool/a': key('1'), '/conftool/b': key('1') },
    };
    let asked = 0;
    reader.onContents = () => {
      asked += 1;
      if (asked === 2) reader.contents.destination['/conftool/a'] = key('2');
    };
    await refresh(fleet, clock);
    assert.equal(reader.contentsAsked, 4);
    assert.equal(fleet.report()?.mirrors[0]?.drift?.different, 0);
    reader.onContents = () => undefined;
    reader.contents.destination['/conftool/b'] = key('9');
    await refresh(fleet, clock);
    assert.equal(fleet.report()?.mirrors[0]?.drift?.different, 1);
  });

  it('do not call drift what the mirror has not come to', async () => {
    const { fleet, reader, clock } = await setUp();
    Object.assign(reader, { source: 120, replicated: 100 });
    reader.contents = { source: { '/conftool/a': key('2', 110) }, destination: { '/conftool/a': key('1') } };
    await refresh(fleet, clock);
    const { comparison } = fleet.view?.mirrors[0] ?? {};
    assert.deepEqual([comparison?.different, comparison?.pending], [0, 1]);
  });

  it('say which side could not be compared', async () => {
    const { fleet, reader, clock } = await setUp();
    await refresh(fleet, clock);
    reader.readContents = (_spec, side) =>
      Promise.resolve(
        side === 'source'
          ? failed({ reason: 'tooLarge', text: 'The answer is larger than 10 bytes.' })
          : ok({ contents: new Map(), request: '', index: 1 }),
      );
    const outcome = await fleet.mirrors.compare('conf-codfw', () => undefined, new AbortController().signal);
    assert.equal(outcome?.kind === 'failed' && outcome.reason.side, 'source');
  });

  it('connect to nothing in a workspace that is not trusted', async () => {
    const { fleet, reader, clock } = await setUp(false);
    await refresh(fleet, clock);
    assert.deepEqual(reader.waitIndexes, []);
    assert.equal(fleet.report()?.mirrors[0]?.state, 'unknown');
  });
});
