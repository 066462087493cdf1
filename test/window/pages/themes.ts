/** The colours of VS Code's four default themes that the panels use, as VS Code sets them on the page. */

export type ThemeName = 'dark' | 'light' | 'hcDark' | 'hcLight';

export interface Theme {
  readonly bodyClass: string;
  readonly variables: Readonly<Record<string, string>>;
}

const fonts = {
  'font-family': "system-ui, 'Ubuntu', 'Droid Sans', sans-serif",
  'font-size': '13px',
  'font-weight': 'normal',
  'editor-font-family': "'Droid Sans Mono', monospace",
  'editor-font-size': '14px',
};

/** One row per variable: dark, light, high contrast, high contrast light; '' where the theme has none. */
const table: Readonly<Record<string, readonly [string, string, string, string]>> = {
  foreground: ['#cccccc', '#3b3b3b', '#ffffff', '#292929'],
  'editor-background': ['#1f1f1f', '#ffffff', '#000000', '#ffffff'],
  'editor-foreground': ['#cccccc', '#3b3b3b', '#ffffff', '#292929'],
  descriptionForeground: ['#9d9d9d', '#3b3b3b', 'rgba(255, 255, 255, 0.7)', 'rgba(41, 41, 41, 0.7)'],
  errorForeground: ['#f85149', '#f85149', '#f48771', '#b5200d'],
  focusBorder: ['#0078d4', '#005fb8', '#f38518', '#006bbd'],
  contrastBorder: ['', '', '#6fc3df', '#0f4a85'],
  contrastActiveBorder: ['', '', '#f38518', '#006bbd'],
  'widget-border': ['#313131', '#e5e5e5', '#6fc3df', '#0f4a85'],
  'editorWidget-border': ['#454545', '#c8c8c8', '#6fc3df', '#0f4a85'],
  'panel-border': ['#2b2b2b', '#e5e5e5', '#6fc3df', '#0f4a85'],
  'icon-foreground': ['#cccccc', '#3b3b3b', '#ffffff', '#292929'],
  'charts-green': ['#89d185', '#388a34', '#89d185', '#374e06'],
  'charts-yellow': ['#cca700', '#bf8803', '#ffd370', '#895503'],
  'charts-red': ['#f14c4c', '#e51400', '#f48771', '#b5200d'],
  'charts-blue': ['#3794ff', '#1a85ff', '#3794ff', '#1a85ff'],
  'charts-purple': ['#b180d7', '#652d90', '#b180d7', '#652d90'],
  'charts-orange': ['#d18616', '#d18616', '#d18616', '#d18616'],
  'textLink-foreground': ['#4daafc', '#005fb8', '#21a6ff', '#0f4a85'],
  'textLink-activeForeground': ['#4daafc', '#005fb8', '#21a6ff', '#0f4a85'],
  'textCodeBlock-background': ['#2b2b2b', '#f8f8f8', '#000000', '#f2f2f2'],
  'textBlockQuote-border': ['#616161', '#e5e5e5', '#ffffff', '#292929'],
  'textPreformat-foreground': ['#d0d0d0', '#3b3b3b', '#000000', '#ffffff'],
  'textPreformat-background': ['#3c3c3c', '#0000001f', '#ffffff', '#09345f'],
  'toolbar-hoverBackground': ['rgba(90, 93, 94, 0.31)', 'rgba(184, 184, 184, 0.31)', '', ''],
  'list-hoverBackground': ['#2a2d2e', '#f2f2f2', 'rgba(255, 255, 255, 0.1)', 'rgba(15, 74, 133, 0.1)'],
  'input-background': ['#313131', '#ffffff', '#000000', '#ffffff'],
  'input-foreground': ['#cccccc', '#3b3b3b', '#ffffff', '#292929'],
  'input-border': ['#3c3c3c', '#cecece', '#6fc3df', '#0f4a85'],
  'input-placeholderForeground': ['#989898', '#767676', 'rgba(255, 255, 255, 0.7)', 'rgba(41, 41, 41, 0.7)'],
  'inputOption-activeBackground': ['#2489db82', '#bed6ed', 'rgba(0, 0, 0, 0)', 'rgba(0, 0, 0, 0)'],
  'inputOption-activeForeground': ['#ffffff', '#000000', '#ffffff', '#292929'],
  'inputOption-activeBorder': ['#2488db', '#005fb8', '#6fc3df', '#0f4a85'],
  'button-border': ['rgba(255, 255, 255, 0.07)', 'rgba(0, 0, 0, 0.1)', '#6fc3df', '#0f4a85'],
  'editor-wordHighlightBackground': ['rgba(87, 87, 87, 0.72)', 'rgba(87, 87, 87, 0.25)', '', ''],
  'editor-selectionHighlightBackground': ['rgba(173, 214, 255, 0.15)', 'rgba(173, 214, 255, 0.5)', '', ''],
  'editorIndentGuide-background1': ['#404040', '#d3d3d3', '#ffffff', '#cccccc'],
  'button-secondaryForeground': ['#cccccc', '#3b3b3b', '#ffffff', '#292929'],
  'button-secondaryBackground': ['#00000000', '#e5e5e5', '', '#ffffff'],
  'button-secondaryBorder': ['#ffffff1a', '#0000001a', '#6fc3df', '#0f4a85'],
  'button-secondaryHoverBackground': ['#2b2b2b', '#cccccc', '', ''],
  'progressBar-background': ['#0078d4', '#005fb8', '#6fc3df', '#0f4a85'],
  'tree-tableColumnsBorder': ['rgba(204, 204, 204, 0.13)', 'rgba(97, 97, 97, 0.13)', '', ''],
};

const column: Readonly<Record<ThemeName, readonly [0 | 1 | 2 | 3, string]>> = {
  dark: [0, 'vscode-dark'],
  light: [1, 'vscode-light'],
  hcDark: [2, 'vscode-high-contrast'],
  hcLight: [3, 'vscode-high-contrast-light vscode-high-contrast'],
};

export const themeNames = Object.keys(column) as readonly ThemeName[];

export function themeOf(name: ThemeName): Theme {
  const [index, bodyClass] = column[name];
  const colours = Object.entries(table).flatMap(([variable, values]) =>
    values[index] === '' ? [] : [[variable, values[index]]],
  );
  const all = { ...fonts, ...(Object.fromEntries(colours) as Record<string, string>) };
  return {
    bodyClass,
    variables: Object.fromEntries(Object.entries(all).map(([variable, value]) => [`--vscode-${variable}`, value])),
  };
}
