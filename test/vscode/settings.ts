/** User settings under which every test window runs: nothing pops up, nothing calls out, dialogs are part of the page. */
export const quietSettings: Readonly<Record<string, unknown>> = {
  // Seven servers and their neighbours listen here; nobody wants their ports forwarded, and a warning of too many.
  'remote.autoForwardPorts': false,
  // Faults are provoked all the time; the one test of notifications asks for them.
  'replideck.notifications': false,
  'workbench.startupEditor': 'none',
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.tips.enabled': false,
  'workbench.layoutControl.enabled': false,
  'chat.disableAIFeatures': true,
  'telemetry.telemetryLevel': 'off',
  'window.dialogStyle': 'custom',
  'window.commandCenter': false,
  'update.mode': 'none',
  'extensions.autoUpdate': false,
  'extensions.autoCheckUpdates': false,
  'extensions.ignoreRecommendations': true,
  'git.enabled': false,
  'git.openRepositoryInParentFolders': 'never',
  'security.workspace.trust.startupPrompt': 'never',
  'security.workspace.trust.banner': 'never',
};

/** With trust off every folder is trusted; with trust on (and nobody to say yes) every folder is restricted. */
export const trustSettings = (restricted: boolean): Readonly<Record<string, unknown>> => ({
  'security.workspace.trust.enabled': restricted,
});
