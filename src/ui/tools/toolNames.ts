/** The tools by name, as package.json declares them. All of them read; none runs a plan. */
export const toolNames = [
  'replideck_fleetStatus',
  'replideck_explainInstance',
  'replideck_diffGrants',
  'replideck_mirrorStatus',
] as const;

export type ToolName = (typeof toolNames)[number];
