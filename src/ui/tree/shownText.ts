import { plain } from '../../core/findings/phrase';
import type { TreeNode } from './model';

/** Longer than this is not read in a row, and costs the window. */
const labelLength = 300;
const spokenLength = 800;
const tooltipLength = 20_000;

type Row = Pick<TreeNode, 'label' | 'description' | 'spoken'>;

/**
 * What a node shows in its row. Names and errors come from servers and files: nothing may break the line, steer a
 * terminal that it is pasted into, or turn the direction in which it is read.
 */
export function shownRow({ label, description, spoken }: Row): Row {
  return {
    label: plain(label, labelLength),
    description: plain(description, labelLength),
    spoken: plain(spoken, spokenLength),
  };
}

/** A node's tooltip, with the same kept out of each of its lines. */
export function shownTooltip(tooltip: string): string {
  return (
    tooltip
      .slice(0, tooltipLength)
      .split('\n')
      // Two blanks at the end break a line in Markdown.
      .map((line) => `${plain(line, tooltipLength)}${line.endsWith('  ') ? '  ' : ''}`)
      .join('\n')
  );
}
