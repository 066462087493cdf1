import assert from 'node:assert/strict';
import { diagnose } from '../../src/core/findings/diagnose';
import type { FleetView, LinkedFleet } from '../../src/core/fleetView';
import { joinFindings } from '../../src/core/joinFindings';
import { tellFigure } from '../attacks/figures';
import { fleetCases } from '../core/findings/fleetCases';
import { heartbeatCases } from '../core/findings/heartbeatCases';
import { mirrorCases } from '../core/findings/mirrorCases';
import { neighbourCases } from '../core/findings/neighbourCases';
import { orchestratorCases } from '../core/findings/orchestratorCases';
import { reachCases } from '../core/findings/reachCases';
import { threadCases } from '../core/findings/threadCases';
import { hostileTexts, longTexts } from './hostileTexts';
import { complaintOf, plansOf, surfacesOf } from './surfaces';

const cases = [
  ...[fleetCases, heartbeatCases, mirrorCases, neighbourCases, orchestratorCases, reachCases, threadCases],
].flat();

/** Words of our own: what a server says is never one of them as it stands. */
const ours = new Set(
  'kind state role reason flavor ioThread sqlThread gtid method severity api mode on id source lagFrom type phase timeFormat bucket status at startedAt takenAt since sourceKey key subject runbook primary'.split(
    ' ',
  ),
);
const isTime = (text: string): boolean => /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d/.test(text);

/** All texts of others in a value, each with what `change` makes of it; what names a thing elsewhere too stays. */
function changed<T>(
  value: T,
  change: (text: string, field: string) => string,
  names: ReadonlySet<string>,
  field = '',
): T {
  if (typeof value === 'string') {
    const isFree = !ours.has(field) && !names.has(value) && !isTime(value) && value !== '';
    return (isFree ? change(value, field) : value) as T;
  }
  if (Array.isArray(value)) return value.map((each: unknown) => changed(each, change, names, field)) as T;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, each]) => [name, changed(each as unknown, change, names, name)]),
  ) as T;
}

/** Keys that parts of a fleet refer to each other by. */
function namesOf({ snapshot, services, mirrors }: LinkedFleet): ReadonlySet<string> {
  return new Set([
    ...Object.keys(snapshot.instances),
    ...snapshot.inventory.clusters.map(({ name }) => name),
    ...services.flatMap(({ key, name }) => [key, name]),
    ...mirrors.flatMap(({ key, spec }) => [key, spec.name]),
  ]);
}

/** Each case meets some of the texts in every run, and all of them where somebody looks further. */
const stride = Number(process.env['FUZZ_RUNS'] ?? 0) > 300 ? 1 : 3;

const viewOf = (fleet: LinkedFleet): FleetView => joinFindings(fleet, diagnose(fleet));

describe('texts of servers, neighbours and mirrors that were made to do harm', function () {
  this.timeout(240_000);

  const fields = new Set<string>();
  for (const [index, hostile] of hostileTexts.entries()) {
    it(`are drawn as texts wherever they stand (${index + 1} of ${hostileTexts.length})`, () => {
      const complaints = new Map<string, string>();
      const seen = new Set<string>();
      for (const [place, { title, fleet }] of cases.entries()) {
        if ((place + index) % stride !== 0) continue;
        const sound = fleet();
        const names = namesOf(sound);
        // What stands before it still tells what it is, so that the same findings speak of it.
        const view = viewOf(
          changed(
            sound,
            (text, field) => {
              fields.add(field);
              return `${text} ${hostile}`;
            },
            names,
          ),
        );
        // All runbooks for all targets are many, and what differs between them is not the fleet.
        const plans = (place + index) % 12 === 0 ? plansOf(view) : [];
        for (const surface of [...surfacesOf(view), ...plans.map((plan) => plan.surface)]) {
          if (seen.has(surface.text)) continue;
          seen.add(surface.text);
          const complaint = complaintOf(surface);
          if (complaint !== undefined && !complaints.has(surface.place))
            complaints.set(surface.place, `${surface.place}, in "${title}": ${complaint}`);
        }
      }
      assert.deepEqual([...complaints.values()], []);
    });
  }
  it('cost no more than a moment where some of them are a megabyte each', () => {
    for (const long of longTexts) {
      for (const [index, { title, fleet }] of cases.filter((_, at) => at % 60 === 0).entries()) {
        const sound = fleet();
        let seen = 0;
        // The reader lets no answer of more than 8 MB in: some fields of that size at a time.
        const view = viewOf(
          changed(sound, (text) => ((seen += 1) % 9 === index % 9 ? `${text} ${long}` : text), namesOf(sound)),
        );
        const startedAt = process.cpuUsage();
        const surfaces = surfacesOf(view);
        const { user } = process.cpuUsage(startedAt);
        assert.ok(user < 2_500_000, `${title}: ${Math.round(user / 1000)} ms`);
        const rows = surfaces.filter(({ drawn, place }) => drawn === 'text' || place === 'tooltip in the tree');
        for (const { place, text } of rows) assert.ok(text.length <= 25_000, `${place}: ${text.length}`);
      }
    }
  });

  after(() => {
    tellFigure('fields × strings of servers, neighbours and mirrors', fields.size * hostileTexts.length);
  });
});
