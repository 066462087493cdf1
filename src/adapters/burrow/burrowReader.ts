import { isUnknownPath } from '../../core/burrow/toBurrowFacts';
import type { HttpAnswer } from '../../core/http/answer';
import type { ServiceReader } from '../../ports';
import { createHttpServiceReader, type Get, type ServiceReaderOptions } from '../http/serviceReader';

/** A thousand partitions with all that Burrow says of each. */
const answerBytes = 4_000_000;
/** Groups that are asked one after the other share one deadline; more at once would be a burst on a small server. */
const atOnce = 4;

type Api = 'v3' | 'v2';

/**
 * Reads consumer groups, all partitions of each: `status` tells only of those with a problem. Servers before 1.0 have
 * `v2` in their paths; which one answers is remembered by address.
 */
export function createBurrowReader(options: ServiceReaderOptions): ServiceReader<'burrow'> {
  const known = new Map<string, Api>();

  const askGroup = async (get: Get, url: string, cluster: string, group: string): Promise<HttpAnswer> => {
    const path = (api: Api): string =>
      `/${api}/kafka/${encodeURIComponent(cluster)}/consumer/${encodeURIComponent(group)}/lag`;
    const first = known.get(url) ?? 'v3';
    const answer = await get(path(first));
    if (!isUnknownPath(answer)) {
      if (answer.kind === 'answered') known.set(url, first);
      return answer;
    }
    const other: Api = first === 'v3' ? 'v2' : 'v3';
    const second = await get(path(other));
    // Neither path is known: what the newer one says is what there is to say.
    if (second.kind !== 'answered' || isUnknownPath(second)) return answer;
    known.set(url, other);
    return second;
  };

  return createHttpServiceReader({
    ...options,
    kind: 'burrow',
    maxBytes: answerBytes,
    ask: async (get, { spec }) => {
      const groups: { readonly group: string; readonly answer: HttpAnswer }[] = [];
      for (let from = 0; from < spec.groups.length; from += atOnce) {
        const some = spec.groups.slice(from, from + atOnce);
        const answers = await Promise.all(
          some.map(async (group) => ({ group, answer: await askGroup(get, spec.url, spec.cluster, group) })),
        );
        groups.push(...answers);
        // A server that is silent once will be so for the others, and nobody shall wait for that.
        if (answers.every(({ answer }) => answer.kind === 'failed')) {
          const rest = spec.groups.slice(from + atOnce);
          groups.push(...rest.map((group) => ({ group, answer: { kind: 'notAsked' } as const })));
          break;
        }
      }
      return { groups };
    },
  });
}
