import { setAttribute } from '../shared/dom';
import { t } from '../../src/core/l10n';

/** How the arrow keys go from node to node. */
export interface Ways {
  /** By replica its first source. */
  readonly sourceOf: ReadonlyMap<string, string>;
  /** By source its replicas, from the top. */
  readonly replicasOf: ReadonlyMap<string, readonly string[]>;
  /** By node those of its column, from the top. */
  readonly columnOf: ReadonlyMap<string, readonly string[]>;
}

export const topologyKeys = t`Topology; the arrow keys follow replication`;

/**
 * One stop of Tab for the whole picture, and the arrow keys inside: right to the first replica, left to the source, up
 * and down through a column.
 *
 * @returns to be told of the keys in reading order, of the node that is shown here, and of the ways, asked for by need
 */
export function wanderByKeys(
  scroller: HTMLElement,
  elementOf: (key: string) => HTMLElement | undefined,
): (keys: readonly string[], current: string | undefined, ways: () => Ways) => void {
  let all: readonly string[] = [];
  let waysOf: (() => Ways) | undefined;
  let stop: string | undefined;
  const mark = (): void => {
    for (const key of all) {
      const element = elementOf(key);
      if (element !== undefined) setAttribute(element, 'tabindex', key === stop ? 0 : -1);
    }
  };
  const keyOf = (target: EventTarget | null): string | undefined => all.find((key) => elementOf(key) === target);
  scroller.addEventListener('focusin', ({ target }) => {
    stop = keyOf(target) ?? stop;
    mark();
  });
  scroller.addEventListener('keydown', (event) => {
    const from = keyOf(event.target);
    if (waysOf === undefined || from === undefined || event.altKey || event.ctrlKey || event.metaKey) return;
    const to = next(all, waysOf(), from, event.key);
    if (to === undefined) return;
    // Also where there is no way on: the page must not scroll off instead.
    event.preventDefault();
    elementOf(to)?.focus();
  });
  return (keys, current, ways) => {
    all = keys;
    waysOf = ways;
    if (stop === undefined || !keys.includes(stop)) stop = current ?? keys[0];
    mark();
  };
}

/** Undefined: no key of ours. */
function next(
  keys: readonly string[],
  { sourceOf, replicasOf, columnOf }: Ways,
  from: string,
  pressed: string,
): string | undefined {
  const column = columnOf.get(from) ?? [];
  const at = column.indexOf(from);
  switch (pressed) {
    case 'ArrowRight':
      return replicasOf.get(from)?.[0] ?? from;
    case 'ArrowLeft':
      return sourceOf.get(from) ?? from;
    case 'ArrowDown':
      return column[at + 1] ?? from;
    case 'ArrowUp':
      return column[at - 1] ?? from;
    case 'Home':
      return keys[0];
    case 'End':
      return keys.at(-1);
    default:
      return undefined;
  }
}
