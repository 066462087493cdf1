/** Both ends included, as MySQL writes them. 64 bits: more than a number holds. */
export interface GtidInterval {
  readonly first: bigint;
  readonly last: bigint;
}

/** `uuid` or `uuid:tag` (8.3 and later), lower case -> its intervals, sorted, apart, never empty. */
export type MysqlGtidSet = ReadonlyMap<string, readonly GtidInterval[]>;

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const tag = /^[a-z_][a-z0-9_]{0,31}$/;
const interval = /^(\d+)(?:-(\d+))?$/;

/**
 * `uuid:1-5:7,uuid:tag:1-3`, line feeds allowed, as the server writes it. A tag holds for the intervals after it.
 * Undefined: not a GTID set.
 */
export function parseMysqlGtidSet(text: string): MysqlGtidSet | undefined {
  const found = new Map<string, GtidInterval[]>();
  for (const part of text.split(',')) {
    const word = part.replace(/\s+/g, '').toLowerCase();
    if (word === '') {
      continue;
    }
    const [server = '', ...rest] = word.split(':');
    if (!uuid.test(server) || rest.length === 0) {
      return undefined;
    }
    let key = server;
    for (const item of rest) {
      const range = interval.exec(item);
      if (range?.[1] !== undefined) {
        const first = BigInt(range[1]);
        const last = range[2] === undefined ? first : BigInt(range[2]);
        if (first < 1n || last < first) {
          return undefined;
        }
        const list = found.get(key) ?? [];
        list.push({ first, last });
        found.set(key, list);
      } else if (tag.test(item)) {
        key = `${server}:${item}`;
      } else {
        return undefined;
      }
    }
  }
  return new Map([...found].map(([key, list]) => [key, merge(list)]));
}

/** Canonical: sources in order, `uuid:1-5:7` with tags after the untagged intervals of the same uuid. */
export function renderMysqlGtidSet(set: MysqlGtidSet): string {
  const byServer = new Map<string, string[]>();
  for (const key of [...set.keys()].sort()) {
    const [server = '', name] = key.split(':');
    const words = (set.get(key) ?? []).map(renderInterval);
    const list = byServer.get(server) ?? [];
    list.push(...(name === undefined ? words : [name, ...words]));
    byServer.set(server, list);
  }
  return [...byServer].map(([server, words]) => [server, ...words].join(':')).join(',');
}

export function unionGtid(a: MysqlGtidSet, b: MysqlGtidSet): MysqlGtidSet {
  const keys = new Set([...a.keys(), ...b.keys()]);
  return new Map([...keys].map((key) => [key, merge([...(a.get(key) ?? []), ...(b.get(key) ?? [])])]));
}

/** What is in `a` and not in `b`. */
export function subtractGtid(a: MysqlGtidSet, b: MysqlGtidSet): MysqlGtidSet {
  const rest = new Map<string, readonly GtidInterval[]>();
  for (const [key, list] of a) {
    const left = subtractIntervals(list, b.get(key) ?? []);
    if (left.length > 0) {
      rest.set(key, left);
    }
  }
  return rest;
}

export function intersectGtid(a: MysqlGtidSet, b: MysqlGtidSet): MysqlGtidSet {
  return subtractGtid(a, subtractGtid(a, b));
}

/** Whether every transaction of `part` is in `whole`. */
export function containsGtid(whole: MysqlGtidSet, part: MysqlGtidSet): boolean {
  return subtractGtid(part, whole).size === 0;
}

/** Number of transactions. */
export function countGtid(set: MysqlGtidSet): bigint {
  let count = 0n;
  for (const list of set.values()) {
    for (const { first, last } of list) {
      count += last - first + 1n;
    }
  }
  return count;
}

export function renderInterval({ first, last }: GtidInterval): string {
  return first === last ? `${first}` : `${first}-${last}`;
}

/** Sorted, with overlapping and touching intervals joined. */
function merge(list: readonly GtidInterval[]): readonly GtidInterval[] {
  const merged: GtidInterval[] = [];
  for (const next of [...list].sort(byFirst)) {
    const top = merged.at(-1);
    if (top !== undefined && next.first <= top.last + 1n) {
      merged[merged.length - 1] = { first: top.first, last: next.last > top.last ? next.last : top.last };
    } else {
      merged.push(next);
    }
  }
  return merged;
}

function byFirst(a: GtidInterval, b: GtidInterval): number {
  return a.first < b.first ? -1 : a.first > b.first ? 1 : 0;
}

/** Both lists sorted and apart. */
function subtractIntervals(list: readonly GtidInterval[], taken: readonly GtidInterval[]): readonly GtidInterval[] {
  const left: GtidInterval[] = [];
  for (const { first, last } of list) {
    let from = first;
    for (const hole of taken) {
      if (hole.last < from || hole.first > last) {
        continue;
      }
      if (hole.first > from) {
        left.push({ first: from, last: hole.first - 1n });
      }
      from = hole.last + 1n;
    }
    if (from <= last) {
      left.push({ first: from, last });
    }
  }
  return left;
}
