import { type Browser, chromium } from 'playwright-core';
import { ensureTools } from '../provision.mjs';

const isRoot = process.getuid?.() === 0;

/** Headless Chromium of the machine; it ends with this process. */
export async function launchBrowser(): Promise<Browser> {
  const { chromium: executablePath } = await ensureTools({ need: ['chromium'], purpose: 'showing VS Code' });
  return chromium.launch({
    ...(executablePath === undefined ? {} : { executablePath }),
    // processes.mjs decides what a signal ends, and in which order.
    handleSIGINT: false,
    handleSIGTERM: false,
    handleSIGHUP: false,
    args: [
      // Chromium refuses its sandbox to root; everyone else keeps it.
      ...(isRoot ? ['--no-sandbox'] : []),
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}
