import assert from 'node:assert/strict';
import { burrowGroups, laterBy, serveBurrow, serveOrchestrator } from './servedRecordings';

const minuteMs = 60_000;

describe('recordings that are served as neighbours', () => {
  it('have an Orchestrator whose times are of now, each as far back as it was when it was recorded', async () => {
    const served = await serveOrchestrator(() => 'ghost-cluster');
    const answer = await fetch(`${served.url}/api/all-instances`);
    const instances = (await answer.json()) as {
      readonly LastSeenTimestamp: string;
      readonly SecondsSinceLastSeen: { readonly Int64: number };
    }[];
    await served.stop();
    const nowMs = Date.now();
    for (const { LastSeenTimestamp, SecondsSinceLastSeen } of instances) {
      const agoSeconds = (nowMs - Date.parse(LastSeenTimestamp)) / 1000;
      assert.ok(Math.abs(agoSeconds - SecondsSinceLastSeen.Int64) < 5, `${LastSeenTimestamp}, ${agoSeconds}`);
    }
  });

  it('leave the time that says "never" as it is', () => {
    assert.equal(laterBy('"0001-01-01T00:00:00Z"', minuteMs), '"0001-01-01T00:00:00Z"');
    assert.equal(laterBy('{"a":"2026-11-22T04:10:50Z"}', minuteMs), '{"a":"2026-11-22T04:11:50Z"}');
  });

  it('have a Burrow whose groups committed just now', async () => {
    const served = await serveBurrow();
    for (const group of Object.keys(burrowGroups)) {
      const body = await (await fetch(`${served.url}/v3/kafka/eqiad/consumer/${group}/lag`)).text();
      const times = [...body.matchAll(/"timestamp":(\d+)/g)].map(([, time]) => Number(time));
      assert.ok(times.length > 0, body);
      for (const time of times) assert.ok(Math.abs(Date.now() - time) < 30 * minuteMs, new Date(time).toISOString());
    }
    await served.stop();
  });
});
