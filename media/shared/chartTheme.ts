/** Colours for the canvas, which knows no CSS variables. */
export interface ChartTheme {
  readonly lines: readonly string[];
  readonly caption: string;
  readonly grid: string;
  readonly background: string;
  readonly warning: string;
  readonly critical: string;
  readonly font: string;
}

export function readTheme(): ChartTheme {
  const style = getComputedStyle(document.body);
  const colour = (name: string, instead: string): string => {
    const value = style.getPropertyValue(`--vscode-${name}`).trim();
    return value === '' ? instead : value;
  };
  const text = style.color;
  const size = Number.parseFloat(style.fontSize) || 13;
  return {
    // Not green, yellow and red: here a colour names a connection, not a state. Nor orange, which newer themes take
    // from the background of found matches: too near to the editor's own for a line.
    lines: [colour('charts-blue', text), colour('charts-purple', text), colour('charts-foreground', text)],
    caption: colour('descriptionForeground', text),
    background: colour('editor-background', 'transparent'),
    grid: colour('editorIndentGuide-background1', colour('editorIndentGuide-background', 'rgba(128, 128, 128, 0.2)')),
    warning: colour('charts-yellow', text),
    critical: colour('charts-red', text),
    font: `${Math.round(size * 0.92)}px ${style.fontFamily}`,
  };
}
