import { tunnelWords } from '../findings/tunnelWords';
import type { InstanceView, ServiceView } from '../fleetView';
import type { State } from '../report';
import { tunnelTroubleOf } from './tunnelTrouble';
import { t } from '../l10n';

/** A bastion as those see it that are reached through it: it is never asked by itself. */
export interface BastionView {
  /** `ssh://user@host:port`, as the inventory names it. */
  readonly via: string;
  /** Unknown where nobody went through it, or nobody came back; warning where it lets only some through. */
  readonly state: State;
  readonly short: string;
  /** ssh's own words, where it lets somebody through not at all. */
  readonly trouble?: { readonly text: string; readonly remedy: string };
  readonly behind: readonly BehindBastion[];
}

export interface BehindBastion {
  readonly kind: 'instance' | 'service';
  readonly key: string;
  readonly state: State;
}

type Way = { readonly kind: 'open' | 'unused' | 'silent' } | { readonly kind: 'shut'; readonly text: string };
interface Reach {
  readonly kind: string;
  readonly failure?: { readonly reason: string; readonly text: string };
}

/** Every bastion that the inventory names, in the order of those behind it: instances, then neighbours. */
export function bastionViews(
  instances: Readonly<Record<string, InstanceView>>,
  services: readonly ServiceView[],
): readonly BastionView[] {
  const passages = [
    ...Object.values(instances)
      .filter(({ spec }) => spec.via !== undefined)
      .map(({ spec, snapshot, state }) => ({
        ...{ via: spec.via, kind: 'instance' as const, key: spec.key, state },
        way: snapshot.source === 'direct' ? wayOf(snapshot.reach) : ({ kind: 'unused' } as const),
      })),
    ...services.map(({ spec, key, snapshot, state }) => ({
      ...{ via: 'via' in spec ? spec.via : undefined, kind: 'service' as const, key, state },
      way: wayOf(snapshot.reach),
    })),
  ];
  const vias = new Set(passages.flatMap(({ via }) => via ?? []));
  return [...vias].map((via) => {
    const own = passages.filter((passage) => passage.via === via);
    const behind = own.map(({ kind, key, state }) => ({ kind, key, state }));
    return { via, behind, ...judge(own.map(({ way }) => way)) };
  });
}

/** What came through the bastion and failed behind it has come through. */
function wayOf({ kind, failure }: Reach): Way {
  if (kind === 'pending') return { kind: 'unused' };
  if (failure === undefined) return { kind: 'open' };
  switch (failure.reason) {
    case 'tunnelFailed':
      return tunnelTroubleOf(failure.text) === 'behind' ? { kind: 'open' } : { kind: 'shut', text: failure.text };
    case 'cancelled':
    case 'untrusted':
    case 'credentialsMissing':
      return { kind: 'unused' };
    // Nobody knows on which side of it.
    case 'timedOut':
    case 'hung':
      return { kind: 'silent' };
    default:
      return { kind: 'open' };
  }
}

function judge(ways: readonly Way[]): Pick<BastionView, 'state' | 'short' | 'trouble'> {
  const open = ways.filter(({ kind }) => kind === 'open').length;
  const allShut = ways.flatMap((way) => (way.kind === 'shut' ? [way] : []));
  const [shut] = allShut;
  if (shut === undefined) {
    if (open > 0) return { state: 'ok', short: t`lets ${open} through` };
    const isSilent = ways.some(({ kind }) => kind === 'silent');
    return { state: 'unknown', short: isSilent ? t`no answer through it` : t`not used yet` };
  }
  const [, short, remedy] = tunnelWords(shut.text);
  const isRefused = tunnelTroubleOf(shut.text) === 'authentication';
  return {
    state: open > 0 ? 'warning' : isRefused ? 'denied' : 'unreachable',
    short: open > 0 ? t`${short}, for ${allShut.length} of ${ways.length}` : short,
    trouble: { text: shut.text, remedy },
  };
}
