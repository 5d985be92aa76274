import type { Browser, Page } from 'playwright-core';
import { describe, vi } from 'vitest';
import { CloudbellProcess } from '../end-to-end/cloudbell-process.ts';
import { buildConsole } from './build-console.ts';
import { browserPath, launchBrowser, NO_BROWSER } from './chromium.ts';
import { collectComplaints } from './console-page.ts';
import { signInLink } from './sign-in-link.ts';

/** Two browsers and their servers share two cores with the rest of the suite: a slow minute must not end a test. */
const PATIENCE_MS = 180_000;
/** Shorter, so that what was waited for is told. */
const STEP_MS = 90_000;

/** A `describe` whose tests need a browser, and are skipped, with the reason in the title, where there is none. */
export function describeInBrowser(title: string, tests: () => void): void {
  vi.setConfig({ testTimeout: PATIENCE_MS, hookTimeout: PATIENCE_MS });
  describe.skipIf(browserPath === null)(browserPath === null ? `${title} (${NO_BROWSER})` : title, tests);
}

/** One Cloudbell and one browser, which a file's tests share: starting them costs more than most tests. */
export class OpenConsole {
  readonly cloudbell: CloudbellProcess;
  readonly page: Page;
  /** What the browser complained about, on all pages. */
  readonly complaints: string[] = [];
  readonly #browser: Browser;

  private constructor(cloudbell: CloudbellProcess, browser: Browser, page: Page) {
    this.cloudbell = cloudbell;
    this.#browser = browser;
    this.page = page;
  }

  /** Nobody is signed in, and the page is still empty. */
  static async open(start: Parameters<typeof CloudbellProcess.start>[0] = {}): Promise<OpenConsole> {
    await buildConsole();
    const [cloudbell, browser] = await Promise.all([CloudbellProcess.start(start), launchBrowser()]);
    const opened = new OpenConsole(cloudbell, browser, await newPage(browser));
    collectComplaints(opened.page, opened.complaints);
    return opened;
  }

  /** The same, and the page stands on the Overview, signed in by the printed link. */
  static async signedIn(start: Parameters<typeof CloudbellProcess.start>[0] = {}): Promise<OpenConsole> {
    const opened = await OpenConsole.open(start);
    await opened.page.goto(signInLink(opened.cloudbell));
    await opened.page.getByRole('heading', { name: 'Overview' }).waitFor();
    return opened;
  }

  /** Another person's browser: it shares no cookies with the others, and nothing that was loaded. */
  async anotherPage(): Promise<Page> {
    const page = await newPage(this.#browser);
    collectComplaints(page, this.complaints);
    return page;
  }

  async close(): Promise<void> {
    await Promise.all([this.#browser.close(), this.cloudbell.end('SIGTERM')]);
  }
}

async function newPage(browser: Browser): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, reducedMotion: 'reduce' });
  context.setDefaultTimeout(STEP_MS);
  return context.newPage();
}
