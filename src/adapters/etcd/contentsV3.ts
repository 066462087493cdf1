import type { Contents, ContentsEntry } from '../../core/mirror/contents';
import { parseRange, type Pair, type Range } from '../../core/mirror/parseV3';
import { parseIndex } from '../../core/mirror/parseAnswer';
import type { EtcdFailure } from '../../core/mirror/reading';
import { failed, ok, type Outcome } from '../../core/outcome';
import type { ContentsLimits, MirrorContents } from '../../ports';
import { contentsSilence } from './contentsV2';
import type { EtcdMembers } from './etcdMembers';
import { t } from '../../core/l10n';

/** Keys per request: some megabytes where values are small, and the gateway's own limit far away. */
const pageSize = 5_000;

/** The keys that begin with a prefix, as a v3 range; all keys where it is empty. */
export function prefixRange(prefix: string): { readonly key: string; readonly range_end: string } {
  const end = endOf(Buffer.from(prefix));
  return {
    // A key of one zero byte and a range end of one zero byte mean: from the first key to the last.
    key: (prefix === '' ? Buffer.from([0]) : Buffer.from(prefix)).toString('base64'),
    range_end: end.toString('base64'),
  };
}

/** The prefix with its last byte increased; bytes of 255 cannot be and are dropped. */
function endOf(prefix: Buffer): Buffer {
  for (let length = prefix.length; length > 0; length -= 1) {
    const last = prefix[length - 1] ?? 255;
    if (last < 255) return Buffer.from([...prefix.subarray(0, length - 1), last + 1]);
  }
  return Buffer.from([0]);
}

/** Page after page, all as of the revision of the first. */
export async function readV3Contents(
  side: EtcdMembers,
  prefix: string,
  limits: ContentsLimits,
  signal: AbortSignal,
): Promise<Outcome<MirrorContents, EtcdFailure>> {
  const range = prefixRange(prefix);
  const contents = new Map<string, ContentsEntry>();
  const startedMs = performance.now();
  let key = range.key;
  let first: Pick<Range, 'revision' | 'clusterId'> | undefined;
  let bytes = 0;
  for (;;) {
    const deadlineMs = limits.deadlineMs - (performance.now() - startedMs);
    if (deadlineMs <= 0) return failed({ reason: 'hung', text: t`Not all was read within ${limits.deadlineMs} ms.` });
    const before = bytes;
    const { request, outcome } = await side.ask(
      {
        method: 'POST',
        path: '/v3/kv/range',
        body: JSON.stringify({
          ...{ key, range_end: range.range_end, limit: String(pageSize) },
          ...(first === undefined ? {} : { revision: String(first.revision) }),
        }),
        maxBytes: limits.maxBytes - bytes,
        deadlineMs,
        ...contentsSilence,
        onBytes: (page) => {
          bytes = before + page;
          limits.onBytes?.(bytes);
        },
      },
      signal,
    );
    if (outcome.kind === 'failed') return outcome;
    const { status, headers, body } = outcome.value;
    const page = parseRange({
      ...{ kind: 'answered', request, at: '', status, headers, isWhole: true },
      body: body.toString('utf8'),
    });
    if (page.kind === 'failed') return page;
    first ??= page.value;
    if (page.value.clusterId !== first.clusterId) {
      return failed({ reason: 'other', text: t`${request} is of another cluster than the member asked before.` });
    }
    const { pairs, hasMore, count } = page.value;
    addPairs(pairs, contents);
    const last = pairs.at(-1)?.key;
    if (!hasMore && count === pairs.length) return ok({ contents, request, index: first.revision });
    const next = Buffer.concat([Buffer.from(last ?? '', 'base64'), Buffer.from([0])]);
    // Pages that never come to an end, or one that holds less than it says.
    if (!hasMore || last === undefined || Buffer.compare(next, Buffer.from(key, 'base64')) <= 0) {
      return failed({ reason: 'notEtcd', text: t`${pairs.length} of ${count} keys, and ${hasMore ? '' : t`no `}more` });
    }
    // The next key after the last one is that key with a zero byte behind it.
    key = next.toString('base64');
  }
}

function addPairs(pairs: readonly Pair[], contents: Map<string, ContentsEntry> & Contents): void {
  for (const { key, value, mod_revision: revision, lease } of pairs) {
    const modifiedIndex = parseIndex(revision);
    contents.set(decodeKey(key), {
      value: typeof value === 'string' ? decodeKey(value) : '',
      ...(modifiedIndex === undefined ? {} : { modifiedIndex }),
      ...(typeof lease !== 'string' || lease === '0' ? {} : { lease }),
    });
  }
}

/** Text where the bytes are text; bytes that are not stay told apart, since one code unit stands for one byte. */
export function decodeKey(base64: string): string {
  const isShort = base64.length <= scratch.length;
  const bytes = isShort ? scratch : Buffer.from(base64, 'base64');
  const length = isShort ? scratch.write(base64, 'base64') : bytes.length;
  const text = bytes.toString('utf8', 0, length);
  return text.includes('\ufffd') ? bytes.toString('latin1', 0, length) : text;
}

/** A buffer of its own for each of some hundred thousand keys and values takes longer than their decoding. */
const scratch = Buffer.allocUnsafe(65_536);
