import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, inject } from 'vitest';
import { SETTINGS, launch } from './chromium';
import { Service } from './service';

export { signIn } from './chromium';

/** Milliseconds that something may take to be there. */
const PATIENCE = 10_000;

const url = inject('service');

/** A group of tests that need a browser and the service; skipped, with a word, where either is missing. */
export const inBrowser = describe.skipIf(url === undefined);

/** What a page did that none of ours may do. */
export interface Watched {
  page: Page;
  /** Errors, warnings of the policy, and requests to elsewhere. */
  complaints: string[];
}

/** A browser for the tests of a file. */
export function useBrowser() {
  let browser: Browser;
  beforeAll(async () => {
    if (url !== undefined) {
      browser = await launch();
    }
  });
  afterAll(() => browser?.close());
  const context = (options: Parameters<Browser['newContext']>[0] = {}): Promise<BrowserContext> =>
    browser.newContext({ ...SETTINGS, ...options });
  const open = async (path = '/', options?: Parameters<Browser['newContext']>[0]): Promise<Watched> =>
    openIn(await context(options), path);
  return { context, open };
}

/** Opens a page of the console and notes what it complains of. */
export async function openIn(context: BrowserContext, path: string): Promise<Watched> {
  const page = await context.newPage();
  page.setDefaultTimeout(PATIENCE);
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(`error: ${error.message}`));
  page.on('console', (message) => {
    // An answer that refuses is told by the browser itself; tests that expect none look at what is shown.
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource')) {
      complaints.push(`console: ${message.text()}`);
    }
  });
  page.on('request', (request) => {
    const to = request.url();
    if (!to.startsWith(url ?? '') && !/^(data|blob):/.test(to)) complaints.push(`request to ${to}`);
  });
  await page.goto(`${url}/console${path}`);
  return { page, complaints };
}

/** The service of all tests, to change something in it. */
export function theService(): Service {
  return Service.running(url ?? '', inject('directory') ?? '');
}
