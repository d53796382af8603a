import { type Browser, type BrowserContextOptions, type Page, chromium } from 'playwright-core';
import { CHROMIUM, PASSWORD } from './service';

/** How pages are shown: without movement, as large as a small screen is. */
export const SETTINGS: BrowserContextOptions = {
  reducedMotion: 'reduce',
  viewport: { width: 1440, height: 1000 },
  locale: 'en-GB',
};

/** Starts the browser. */
export function launch(): Promise<Browser> {
  return chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] });
}

/** Signs in on the page that is shown. */
export async function signIn(page: Page, user = 'administrator', account?: string): Promise<void> {
  await page.getByLabel('User', { exact: true }).fill(user);
  await page.getByLabel('Password').fill(PASSWORD);
  if (account !== undefined) {
    await page.getByRole('button', { name: 'Account' }).click();
    await page.getByRole('textbox', { name: 'Account' }).fill(account);
  }
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('button', { name: new RegExp(`^${user} @`) }).waitFor();
}
