import { expect, it } from 'vitest';
import { inBrowser, openIn, signIn, theService, useBrowser } from './browser';
import { ACCOUNT, REGION } from './service';

inBrowser('signing in', () => {
  const { context, open } = useBrowser();

  it('says what is wrong, and leads to the page that was wanted', async () => {
    const { page } = await open(`/${REGION}/coverage?resourceType=AWS_EC2_INSTANCE`);
    await page.getByLabel('User', { exact: true }).fill('administrator');
    await page.getByLabel('Password').fill('wrong');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByText('the account, user or password is wrong').waitFor();
    await signIn(page);
    await page.getByRole('heading', { name: 'Resources and coverage' }).waitFor();
    expect(new URL(page.url()).search).toBe('?resourceType=AWS_EC2_INSTANCE');
  });

  it('keeps credentials out of everything that outlives the page', async () => {
    const browser = await context();
    const { page } = await openIn(browser, '/');
    await signIn(page);
    const kept = await page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }]));
    expect(kept).not.toMatch(/ASIA|secret|token/i);
    expect(await browser.cookies()).toEqual([]);
    expect(page.url()).not.toMatch(/ASIA|token/i);
    // Another tab asks this one; a page that is loaded anew, with nobody to ask, does not know anybody.
    const second = await openIn(browser, `/${REGION}/usage`);
    await second.page.getByRole('heading', { name: 'Usage' }).waitFor();
    await second.page.close();
    await page.reload();
    await page.getByRole('button', { name: 'Sign in' }).waitFor();
  });

  it('signs out in every tab', async () => {
    const browser = await context();
    const first = await openIn(browser, '/');
    await signIn(first.page);
    const second = await openIn(browser, `/${REGION}/usage`);
    await second.page.getByRole('heading', { name: 'Usage' }).waitFor();
    await first.page.getByRole('button', { name: /^administrator @/ }).click();
    await first.page.getByRole('menuitem', { name: 'Sign out' }).click();
    await first.page.getByText('You are signed out.').waitFor();
    await second.page.getByText('You are signed out.').waitFor();
  });

  it('ends all sessions of a user, in other browsers, too', async () => {
    const here = await open('/');
    const elsewhere = await open(`/${REGION}/usage`);
    await signIn(here.page, 'auditor', ACCOUNT);
    await signIn(elsewhere.page, 'auditor', ACCOUNT);
    await here.page.getByRole('button', { name: /^auditor @/ }).click();
    await here.page.getByRole('menuitem', { name: 'End all my sessions' }).click();
    await here.page.getByText('All your sessions are ended.').waitFor();
    // It notices when it asks for changes next, without anybody doing anything.
    await elsewhere.page.getByText('Your session was ended.').waitFor({ timeout: 30_000 });
  });

  it('takes a link once', async () => {
    const service = theService();
    const printed = service.run([
      'admin',
      'create-sign-in-link',
      ACCOUNT,
      'administrator',
      '--data',
      'data',
      '--server',
      service.url,
    ]);
    const [, fragment = ''] = printed.match(/(#code=\S+)/) ?? [];
    const first = await open(`/${fragment}`);
    await first.page.getByRole('heading', { name: 'Dashboard' }).waitFor();
    expect(first.page.url()).not.toContain('code');
    const second = await open(`/${fragment}`);
    await second.page
      .getByRole('alert')
      .or(second.page.getByText(/link|code/))
      .first()
      .waitFor();
    await second.page.getByRole('button', { name: 'Sign in' }).waitFor();
  });

  it('shows auditors nothing to change', async () => {
    const { page } = await open(`/${REGION}/suppression`);
    await signIn(page, 'auditor', ACCOUNT);
    await page.getByRole('heading', { name: 'Suppression rules' }).waitFor();
    expect(await page.getByRole('button', { name: 'Make a rule' }).count()).toBe(0);
  });
});
