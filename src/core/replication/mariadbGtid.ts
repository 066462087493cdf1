/** One position of MariaDB: the last `domain-server-seq` of a domain (of a domain and server in a binlog state). */
export interface MariadbGtid {
  readonly domain: number;
  readonly server: number;
  /** 64 bits: more than a number holds. */
  readonly sequence: bigint;
}

const single = /^(\d+)-(\d+)-(\d+)$/;

/**
 * A list such as `gtid_slave_pos` (one entry per domain) or `gtid_binlog_state` (one per domain and server). The order
 * carries no meaning: it differs between columns of one server. Undefined: not a GTID list.
 */
export function parseMariadbGtid(text: string): readonly MariadbGtid[] | undefined {
  const list: MariadbGtid[] = [];
  for (const part of text.split(',')) {
    const word = part.trim();
    if (word === '') {
      continue;
    }
    const match = single.exec(word);
    if (match?.[1] === undefined || match[2] === undefined || match[3] === undefined) {
      return undefined;
    }
    list.push({ domain: Number(match[1]), server: Number(match[2]), sequence: BigInt(match[3]) });
  }
  return list;
}

export function renderMariadbGtid(list: readonly MariadbGtid[]): string {
  return list.map((gtid) => `${gtid.domain}-${gtid.server}-${gtid.sequence}`).join(',');
}

/** The entry with the highest sequence of each domain. On equal sequences the first one stays. */
export function lastPerDomain(list: readonly MariadbGtid[]): ReadonlyMap<number, MariadbGtid> {
  const last = new Map<number, MariadbGtid>();
  for (const gtid of list) {
    const present = last.get(gtid.domain);
    if (present === undefined || gtid.sequence > present.sequence) {
      last.set(gtid.domain, gtid);
    }
  }
  return last;
}

/** What one domain is short of: everything after `after` up to `to`. */
export interface MariadbGap {
  readonly domain: number;
  /** Server id of the source's last transaction in this domain. */
  readonly server: number;
  /** Last sequence applied; undefined: nothing of this domain. */
  readonly after?: bigint;
  readonly to: bigint;
}

/**
 * What `position` lacks against `source`, per domain: only sequence numbers are compared, as the server does. Sequence
 * numbers may have holes, so the size of a gap is the most that can be missing.
 * @param isSkipped domains that the replica leaves out by filter.
 */
export function mariadbGaps(
  source: readonly MariadbGtid[],
  position: readonly MariadbGtid[],
  isSkipped: (domain: number) => boolean = () => false,
): readonly MariadbGap[] {
  const applied = lastPerDomain(position);
  return [...lastPerDomain(source).values()]
    .filter((gtid) => !isSkipped(gtid.domain))
    .flatMap((gtid) => {
      const after = applied.get(gtid.domain)?.sequence;
      if (after !== undefined && after >= gtid.sequence) {
        return [];
      }
      return [
        { domain: gtid.domain, server: gtid.server, to: gtid.sequence, ...(after === undefined ? {} : { after }) },
      ];
    })
    .sort((a, b) => a.domain - b.domain);
}

export function gapSize(gap: MariadbGap): bigint {
  return gap.to - (gap.after ?? 0n);
}

/** `0-171-1045…1047`, or `0-171-1047` for a single one. */
export function renderGap(gap: MariadbGap): string {
  const first = (gap.after ?? 0n) + 1n;
  const range = first === gap.to ? `${gap.to}` : `${first}…${gap.to}`;
  return `${gap.domain}-${gap.server}-${range}`;
}

/**
 * Transactions that a replica wrote itself: the entries with its own server id in its `gtid_binlog_state` that go
 * beyond what the source's binlog state knows of that server in that domain. They stay hidden in every position while
 * `gtid_strict_mode` is off. An entry that the source knows is from a time when this server was the source.
 *
 * A binlog state keeps only the last number per domain and server, and the servers of a domain count on from each
 * other: what is surely the replica's own begins after the number of another server below it, and is at least the last.
 */
export function mariadbErrant(
  binlogState: readonly MariadbGtid[],
  sourceBinlogState: readonly MariadbGtid[],
  serverId: number,
): readonly MariadbGap[] {
  return binlogState
    .filter((gtid) => gtid.server === serverId)
    .flatMap((gtid) => {
      const inDomain = [...binlogState, ...sourceBinlogState].filter((other) => other.domain === gtid.domain);
      const there = sourceBinlogState.filter((other) => other.domain === gtid.domain && other.server === serverId);
      if (there.some((other) => other.sequence >= gtid.sequence)) {
        return [];
      }
      const others = inDomain.filter((other) => other.server !== serverId);
      const last = gtid.sequence - 1n;
      // Numbers of another server at or above it: the rest of the own ones cannot be told from theirs.
      const isMixed = others.some((other) => other.sequence >= gtid.sequence);
      const after = isMixed ? last : highest([...there, ...others]);
      return [
        { domain: gtid.domain, server: gtid.server, to: gtid.sequence, ...(after === undefined ? {} : { after }) },
      ];
    });
}

function highest(list: readonly MariadbGtid[]): bigint | undefined {
  return list.reduce<bigint | undefined>(
    (top, { sequence }) => (top === undefined || sequence > top ? sequence : top),
    undefined,
  );
}
