import { expect, it } from 'vitest';
import { inBrowser, signIn, theService, useBrowser } from './browser';
import { REGION } from './service';

const LATE_HOST = 'i-0feedc0de00000077';

inBrowser('live updates', () => {
  const { open } = useBrowser();

  it('show a finding that comes while somebody looks, without moving what they look at', async () => {
    const { page } = await open(`/${REGION}/findings?findingStatus=ACTIVE&vulnerablePackages=requests`);
    await signIn(page);
    const chosen = page.getByRole('button', { name: /- requests/ }).first();
    await chosen.click();
    await page.getByRole('tab', { name: 'Overview' }).waitFor();
    theService().host(LATE_HOST, { requests: '2.19.0' });
    await page.getByRole('link', { name: LATE_HOST }).first().waitFor();
    // What was chosen still is, and its panel is open.
    expect(await page.getByRole('tab', { name: 'Overview' }).isVisible()).toBe(true);
    expect(await page.getByRole('radio', { checked: true }).count()).toBe(1);
  });

  it('say when the service does not answer, and go on when it does', async () => {
    const { page } = await open(`/${REGION}/findings?findingStatus=ACTIVE`);
    await signIn(page);
    await page.getByRole('button', { name: 'Live', exact: true }).waitFor();
    await page.getByRole('button', { name: /^CVE-/ }).first().waitFor();
    await page.context().setOffline(true);
    await page.getByRole('button', { name: 'Not connected' }).waitFor();
    // What was there is still there to read.
    expect(await page.getByRole('row').count()).toBeGreaterThan(3);
    await page.context().setOffline(false);
    await page.getByRole('button', { name: 'Live', exact: true }).waitFor();
  });
});
