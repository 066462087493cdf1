/** As many as there are lines: three colours repeat, so that lines differ by their dashes for who sees no colours. */
const dashes: readonly (readonly number[])[] = [[], [6, 3], [2, 3], [10, 3, 2, 3], [14, 4], [6, 2, 2, 2, 2, 2]];

export function lineStyle(
  { lines, caption }: { readonly lines: readonly string[]; readonly caption: string },
  index: number,
): { readonly stroke: string; readonly dash: number[] } {
  const stroke = lines[index % lines.length] ?? caption;
  return { stroke, dash: [...(dashes[index % dashes.length] ?? [])] };
}

export interface ThresholdLabel {
  /** Of the line that it stands above. */
  readonly y: number;
  readonly words: string;
}

/**
 * Where the words of the thresholds stand. Lines so near to each other that one would strike through the words of the
 * other share a place above the upper one.
 * @param lines from the top down
 * @param height of a line of text, in the unit of `y`
 */
export function thresholdLabels(lines: readonly ThresholdLabel[], height: number): readonly ThresholdLabel[] {
  const labels: ThresholdLabel[] = [];
  let above = -Infinity;
  for (const { y, words } of lines) {
    const last = labels.at(-1);
    if (last !== undefined && y - above < height)
      labels[labels.length - 1] = { ...last, words: `${last.words} · ${words}` };
    else labels.push({ y, words });
    above = y;
  }
  return labels;
}

/** Indexes of the points that no line leads to or from: they would not be seen. */
export function lonePoints(line: readonly (number | null | undefined)[]): number[] {
  const known = line.flatMap((value, index) => (value === undefined ? [] : [{ value, index }]));
  return known.flatMap(({ value, index }, place) => {
    const isAlone = (known[place - 1]?.value ?? null) === null && (known[place + 1]?.value ?? null) === null;
    return value !== null && isAlone ? [index] : [];
  });
}
