import type { EtcdFailure, MemberDown } from '../../core/mirror/reading';
import { failed, type Outcome } from '../../core/outcome';
import type { Clock } from '../../ports';
import type { HttpResponse } from '../http/httpClient';
import type { EndpointRequest, EtcdEndpoint } from './etcdEndpoint';
import { t } from '../../core/l10n';

/** How long a member that was silent is left alone: each attempt costs its part of a deadline. */
const restMs = 60_000;

export interface Asked {
  /** What was asked of the member whose answer this is, without the login and without a body. */
  readonly request: string;
  readonly outcome: Outcome<HttpResponse, EtcdFailure>;
}

interface Member {
  readonly url: string;
  readonly endpoint: EtcdEndpoint;
  down?: { readonly atMs: number; readonly failure: EtcdFailure };
}

/**
 * One side of a mirror: the members of a cluster that the inventory names, asked one after the other until one answers,
 * all within the deadline of the request. Each request of a caller is one request at a time.
 */
export class EtcdMembers {
  readonly #members: readonly Member[];
  readonly #clock: Pick<Clock, 'now'>;

  /** @param endpoints the preferred one first */
  constructor(endpoints: readonly Pick<Member, 'url' | 'endpoint'>[], clock: Pick<Clock, 'now'>) {
    this.#members = endpoints.map((each) => ({ ...each }));
    this.#clock = clock;
  }

  /** The members before the one that answers which gave no answer when they were last asked; none where one address is all there is. */
  get down(): readonly Omit<MemberDown, 'side'>[] {
    if (this.#members.length < 2) return [];
    return this.#members.flatMap(({ url, down }) =>
      down === undefined ? [] : [{ url, failure: down.failure, at: new Date(down.atMs).toISOString() }],
    );
  }

  /** @returns the first answer; where nobody gives one, what the preferred member failed with */
  async ask(request: EndpointRequest, signal: AbortSignal): Promise<Asked> {
    const startedMs = performance.now();
    const awake = this.#members.filter((member) => !this.#rests(member));
    // Where all rest, none does: any of them may be the first to come back.
    const fit = awake.length > 0 ? awake : this.#members;
    const resting = this.#members.filter((member) => !fit.includes(member));
    const failures: { readonly member: Member; readonly asked: Asked }[] = [];
    for (const [at, member] of [...fit, ...resting].entries()) {
      const leftMs = request.deadlineMs - (performance.now() - startedMs);
      if (leftMs <= 0) break;
      // Those that rest get what is left over.
      const limits = partOf(request, leftMs, Math.max(1, fit.length - at));
      const outcome = await member.endpoint.ask({ ...request, ...limits }, signal);
      const asked = { request: member.endpoint.describe(request), outcome };
      if (outcome.kind === 'failed' && outcome.reason.reason === 'cancelled') return asked;
      const failure = failureOf(outcome);
      if (failure === undefined) {
        // Those behind it are not asked any more: how they are is not known.
        for (const each of this.#members.slice(this.#members.indexOf(member))) delete each.down;
        return asked;
      }
      member.down = { atMs: this.#clock.now(), failure };
      failures.push({ member, asked });
    }
    const preferred = this.#members.flatMap((member) => failures.find((each) => each.member === member) ?? []);
    return preferred[0]?.asked ?? { request: '', outcome: failed({ reason: 'hung', text: t`No time was left.` }) };
  }

  async close(): Promise<void> {
    await Promise.all(this.#members.map(({ endpoint }) => endpoint.close()));
  }

  /** One that refuses costs nothing and is asked every time. */
  #rests({ down }: Member): boolean {
    if (down === undefined || !silent.includes(down.failure.reason)) return false;
    const sinceMs = this.#clock.now() - down.atMs;
    return sinceMs >= 0 && sinceMs < restMs;
  }
}

const silent: readonly EtcdFailure['reason'][] = ['hung', 'timedOut', 'noRoute'];

/** What an answer takes is for the member that gives one: where its headers have a limit, only that one is shared. */
function partOf(
  { headersMs }: EndpointRequest,
  leftMs: number,
  members: number,
): Pick<EndpointRequest, 'deadlineMs' | 'headersMs'> {
  if (headersMs === undefined) return { deadlineMs: leftMs / members };
  return { deadlineMs: leftMs, headersMs: Math.min(headersMs, leftMs) / members };
}

/** Why another member should be asked: no answer, that of a member without a leader, or of what stands before it. */
function failureOf(outcome: Outcome<HttpResponse, EtcdFailure>): EtcdFailure | undefined {
  // Every member would say the same of the login and of the size.
  if (outcome.kind === 'failed') return same.includes(outcome.reason.reason) ? undefined : outcome.reason;
  const { status, body } = outcome.value;
  if (status >= 300 && status < 400) return { reason: 'redirected', text: `HTTP ${status}` };
  // 501 is of a proxy that takes no writes, and is well.
  if (status < 500 || status === 501) return undefined;
  return { reason: 'serverError', text: `HTTP ${status}: ${body.subarray(0, 200).toString('utf8').trim()}` };
}

const same: readonly EtcdFailure['reason'][] = ['authRequired', 'tooLarge'];
