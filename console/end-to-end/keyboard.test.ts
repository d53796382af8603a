import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { inBrowser, useBrowser } from './browser';
import { PASSWORD } from './service';

inBrowser('the keyboard', () => {
  const { open } = useBrowser();

  it('is enough to sign in, find a finding and look into it', async () => {
    const { page } = await open('/');
    await page.getByRole('button', { name: 'Sign in' }).waitFor();
    // The first field is where typing goes.
    await page.keyboard.type('administrator');
    await page.keyboard.press('Tab');
    await page.keyboard.type(PASSWORD);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Dashboard' }).waitFor();
    await tabTo(page, 'Findings');
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: /^CVE-/ }).first().waitFor();
    await tabTo(page, /^CVE-/);
    await page.keyboard.press('Enter');
    await page.getByRole('tab', { name: 'Overview' }).waitFor();
    await tabTo(page, 'Close the finding');
    await page.keyboard.press('Enter');
    await page.getByRole('tab', { name: 'Overview' }).waitFor({ state: 'detached' });
  });
});

/** Goes on by the tabulator until what has the focus is named so. */
async function tabTo(page: Page, name: string | RegExp): Promise<void> {
  const passed: string[] = [];
  for (let step = 0; step < 120; step += 1) {
    await page.keyboard.press('Tab');
    const focused = await page.evaluate(() => {
      const element = document.activeElement;
      return (element?.getAttribute('aria-label') ?? element?.textContent ?? '').trim();
    });
    if (typeof name === 'string' ? focused === name : name.test(focused)) return;
    passed.push(focused.slice(0, 30));
  }
  expect(passed, `nothing that is named ${String(name)} has the focus`).toEqual([]);
}
