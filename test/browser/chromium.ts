import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

/** Debian's Chromium, or another by CLOUDBELL_BROWSER; null where there is none. */
const CANDIDATES = [
  process.env.CLOUDBELL_BROWSER ?? '',
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
];

export const browserPath: string | null = CANDIDATES.find((path) => path !== '' && existsSync(path)) ?? null;

export const NO_BROWSER = 'there is no Chromium here: install the package chromium, or name one by CLOUDBELL_BROWSER';

/** Sandboxes need rights that containers do not give; only pages of our own are opened. */
export function launchBrowser(): Promise<Browser> {
  if (browserPath === null) throw new Error(NO_BROWSER);
  return chromium.launch({ executablePath: browserPath, args: ['--no-sandbox', '--disable-dev-shm-usage'] });
}
