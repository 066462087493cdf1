import assert from 'node:assert/strict';
import { chartSummary, mostLines, toChartData, type TimeSeries } from '../../media/shared/chartData';
import { lineStyle, lonePoints, thresholdLabels } from '../../media/shared/chartShapes';
import { findingText, toMarkdown, toTsv } from '../../media/shared/copyFormats';
import { geometryFor } from '../../media/replication/geometry';
import { layoutTopology } from '../../media/replication/layout';
import { formatSeconds } from '../../src/core/words';
import { type Topology } from '../../src/protocol/replicationPanel';

describe('topology layout', () => {
  /** `a>b` is an edge; nodes as they come, `A` in capitals is a primary. Expected: `key depth row`, and kinds of edges. */
  function check(name: string, drawing: string, expected: readonly string[], kinds: readonly string[]): void {
    it(name, () => {
      const laid = layoutTopology(toTopology(drawing));
      assert.deepEqual(
        laid.nodes.map(({ key, depth, row }) => `${key} ${depth} ${row}`),
        expected,
      );
      assert.deepEqual(
        laid.edges.map(({ edge, kind }) => `${edge.from}>${edge.to} ${kind}`),
        kinds,
      );
      const places = laid.nodes.map(({ depth, row }) => `${depth} ${row}`);
      assert.equal(new Set(places).size, places.length, 'two nodes in one place');
    });
  }
  check('nothing', '', [], []);
  check('one', 'A', ['A 0 0'], []);
  check('a source between its replicas', 'A>b A>c', ['A 0 0.5', 'b 1 0', 'c 1 1'], ['A>b tree', 'A>c tree']);
  check('a chain', 'A>b b>c', ['A 0 0', 'b 1 0', 'c 2 0'], ['A>b tree', 'b>c tree']);
  check(
    'a replica of two sources stands once, and its sources side by side',
    'A>x B c A>d B>x',
    ['A 0 0.5', 'x 1 0', 'B 0 2', 'c 0 3', 'd 1 1'],
    ['A>x tree', 'A>d tree', 'B>x extra'],
  );
  check(
    'a second source further away takes the replica along',
    'A>b A>c b>c',
    ['A 0 0', 'b 1 0', 'c 2 0'],
    ['A>b tree', 'A>c extra', 'b>c tree'],
  );
  check('a ring is cut at the primary', 'b>A A>b', ['b 1 0', 'A 0 0'], ['b>A ring', 'A>b tree']);
  check(
    'a ring of three without a primary',
    'a>b b>c c>a',
    ['a 0 0', 'b 1 0', 'c 2 0'],
    ['a>b tree', 'b>c tree', 'c>a ring'],
  );
  check('an instance that replicates from itself', 'a>a', ['a 0 0'], ['a>a ring']);

  it('gives edges that end at one node a place each', () => {
    const { edges } = layoutTopology(toTopology('A>x B>x C>x'));
    assert.deepEqual(
      edges.map(({ port, ports }) => `${port}/${ports}`),
      ['0/3', '1/3', '2/3'],
    );
  });

  it('ignores edges to nowhere', () => {
    const { nodes } = toTopology('A');
    const edges = toTopology('A>b').edges;
    assert.deepEqual(layoutTopology({ nodes, edges }).edges, []);
  });

  it('keeps nodes readable in a narrow panel and lets none overlap', () => {
    for (const available of [0, 368, 752, 1352]) {
      const laid = layoutTopology(toTopology('A>b A>c b>d b>e B>c'));
      const geometry = geometryFor(laid, available, 13);
      assert.ok(geometry.nodeWidth >= 130);
      const boxes = laid.nodes.map((node) => geometry.at(node));
      for (const one of boxes) {
        assert.ok(one.x + geometry.nodeWidth <= geometry.width && one.y + geometry.nodeHeight <= geometry.height);
        for (const other of boxes) {
          if (one === other) continue;
          const apart =
            Math.abs(one.x - other.x) >= geometry.nodeWidth || Math.abs(one.y - other.y) >= geometry.nodeHeight;
          assert.ok(apart, JSON.stringify([one, other]));
        }
      }
    }
  });
});

function toTopology(drawing: string): Topology {
  const words = drawing.split(' ').filter((word) => word !== '');
  const keys = [...new Set(words.flatMap((word) => word.split('>')))];
  return {
    nodes: keys.map((key) => ({
      key,
      label: key,
      state: 'ok',
      role: key === key.toUpperCase() ? 'primary' : 'replica',
      detail: '',
      current: false,
      known: true,
    })),
    edges: words.flatMap((word) => {
      const [source, target] = word.split('>');
      return source === undefined || target === undefined
        ? []
        : [{ from: source, to: target, connection: '', state: 'ok' as const, label: '' }];
    }),
  };
}

describe('chart data', () => {
  const history = (...series: TimeSeries[]): readonly TimeSeries[] => series;

  it('keeps unknown a gap, never 0', () => {
    const data = toChartData(history({ label: 'a', at: [10, 20, 30], values: [1, null, 2] }));
    assert.deepEqual(data.lines, [[1, null, 2]]);
  });

  it('puts a gap where nobody measured', () => {
    const data = toChartData(history({ label: 'a', at: [10, 20, 30, 300, 310], values: [1, 1, 1, 2, 2] }));
    assert.deepEqual(data.at, [10, 20, 30, 40, 300, 310]);
    assert.deepEqual(data.lines, [[1, 1, 1, null, 2, 2]]);
  });

  it('knows the times when nobody looked at anything', () => {
    const a = { label: 'a', at: [10, 20, 30, 300, 310, 320], values: [1, 1, 1, 2, 2, 2] };
    const check = (series: readonly TimeSeries[], expected: readonly (readonly [number, number])[]): void => {
      const { unread } = toChartData(series);
      assert.deepEqual(
        unread.map(({ from, to }) => [from, to]),
        expected,
      );
    };
    check(history(a), [[30, 300]]);
    check(history(a, { ...a, label: 'b', at: [12, 22, 32, 200, 210, 220] }), [
      [32, 200],
      [220, 300],
    ]);
    check(history(a, { label: 'late', at: [250, 260, 270], values: [1, 1, 1] }), [
      [30, 250],
      [270, 300],
    ]);
    // An answer that never came is one all the same.
    check(history({ ...a, at: [10, 20, 30, 40, 50, 60], values: [1, null, null, null, 2, 2] }), []);
    check([], []);
  });

  it('takes readings that were kept more thinly for no gaps, and a short look between two gaps for no rhythm', () => {
    const thin = Array.from({ length: 6 }, (_none, index) => index * 60);
    const dense = Array.from({ length: 40 }, (_none, index) => 360 + index * 10);
    const at = [...thin, ...dense];
    const values = at.map(() => 1);
    assert.deepEqual(toChartData(history({ label: 'a', at, values })).at, at);
    const looks = [...dense, 1000, ...dense.map((instant) => instant + 900)];
    const { unread } = toChartData(history({ label: 'a', at: looks, values: looks.map(() => 1) }));
    assert.deepEqual(unread, [
      { from: 750, to: 1000 },
      { from: 1000, to: 1260 },
    ]);
  });

  it('joins series over one time axis without inventing gaps', () => {
    const data = toChartData(
      history({ label: 'a', at: [10, 20], values: [1, 2] }, { label: 'b', at: [15, 25], values: [3, 4] }),
    );
    assert.deepEqual(data.at, [10, 15, 20, 25]);
    assert.deepEqual(data.lines, [
      [1, undefined, 2, undefined],
      [undefined, 3, undefined, 4],
    ]);
  });

  it('draws the latest of many, the unknown first', () => {
    const many = Array.from({ length: 10 }, (_none, index) => ({
      label: String(index),
      at: [10],
      values: [index === 3 ? null : index],
    }));
    const data = toChartData(history(...many));
    assert.deepEqual(data.labels, ['3', '5', '6', '7', '8', '9']);
    assert.equal(data.left, 4);
  });

  it('is told in words', () => {
    const data = toChartData(
      history(
        { label: 'a', at: [10, 20], values: [200, 0.4] },
        { label: 'b', at: [10, 20], values: [1, null] },
        { label: 'c', at: [10], values: [null] },
      ),
    );
    assert.equal(
      chartSummary(data, formatSeconds),
      'a: now 0.4 s, lowest 0.4 s, highest 3 min 20 s; b: now unknown, lowest 1 s, highest 1 s; c: never known',
    );
  });
});

describe('what the chart draws', () => {
  it('sees a point that stands alone, also between points of other lines', () => {
    assert.deepEqual(lonePoints([1, 2, null, 3, null, undefined, 4, undefined, 5]), [3]);
    assert.deepEqual(lonePoints([undefined, 7, undefined]), [1]);
    assert.deepEqual(lonePoints([null, null]), []);
  });

  it('writes no words of a threshold where the line of another goes through them', () => {
    const critical = { y: 100, words: 'critical 1 min' };
    const warning = (y: number) => ({ y, words: 'warning 5 s' });
    assert.deepEqual(thresholdLabels([critical, warning(140)], 18), [critical, warning(140)]);
    assert.deepEqual(thresholdLabels([critical, warning(110)], 18), [
      { y: 100, words: 'critical 1 min · warning 5 s' },
    ]);
    assert.deepEqual(thresholdLabels([], 18), []);
  });

  it('tells its lines apart without colours', () => {
    const dashes = Array.from({ length: mostLines }, (_none, index) =>
      lineStyle({ lines: ['blue'], caption: '' }, index).dash.join(' '),
    );
    assert.equal(new Set(dashes).size, mostLines);
  });
});

describe('copy formats', () => {
  const rows = [
    ['Name', 'Value'],
    ['a|b', 'one\ntwo\tthree'],
    ['n', null],
  ];
  it('keeps cells in their places', () => {
    assert.equal(toTsv(rows), 'Name\tValue\na|b\tone two three\nn\tNULL');
    assert.equal(toMarkdown(rows), '| Name | Value |\n|---|---|\n| a\\|b | one two\tthree |\n| n | NULL |');
  });
  it('writes a finding as text', () => {
    const at = '2026-11-24T10:00:00.000Z';
    const text = findingText({
      id: 'replica.sql.error',
      severity: 'critical',
      subject: 'r:1',
      connection: 'x',
      title: 'T',
      short: 'S',
      evidence: [{ measured: 'M', source: 'Q', at }],
      remedy: 'R',
      avoid: 'A',
    });
    assert.equal(text, `critical: T (r:1, connection x; replica.sql.error)\n- M (Q, ${at})\nDo: R\n✗ A`);
  });
});
