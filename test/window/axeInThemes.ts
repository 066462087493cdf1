import assert from 'node:assert/strict';
import type { Frame } from 'playwright-core';
import type { Theme, Workbench } from '../vscode/workbench';
import type { FleetWindow } from './fleetWindow';
import { axeViolationsIn } from './pages/axe';

const themes: readonly Theme[] = ['dark', 'high contrast', 'high contrast light', 'light'];

/** Holds a panel, as it stands in the window, against axe in each theme, and takes a picture of both high contrasts. */
export async function assertAccessible(
  { window, workbench }: { readonly window: FleetWindow; readonly workbench: Workbench },
  frame: Frame,
  name: string,
): Promise<void> {
  for (const theme of themes) {
    await workbench.setTheme(theme);
    await window.page.waitForTimeout(700);
    if (theme.startsWith('high')) await window.screenshot(`${name}-${theme.replaceAll(' ', '-')}`);
    assert.deepEqual(await axeViolationsIn(frame), [], `${name} in ${theme}`);
  }
}
