import { type Browser, chromium } from 'playwright-core';
import { browserHere } from '../../scripts/browser.mjs';

/** What scripts/browser.mjs finds or fetches; null where there is none. */
export const browserPath: string | null = browserHere(process.env);

export const NO_BROWSER = 'there is no Chromium here: install the package chromium, or name one by CLOUDBELL_BROWSER';

/** Sandboxes need rights that containers do not give; only pages of our own are opened. */
export function launchBrowser(): Promise<Browser> {
  if (browserPath === null) throw new Error(NO_BROWSER);
  return chromium.launch({ executablePath: browserPath, args: ['--no-sandbox', '--disable-dev-shm-usage'] });
}
