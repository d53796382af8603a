import { it } from 'vitest';
import { inBrowser, signIn, theService, useBrowser } from './browser';
import { HOST, REGION } from './service';

const LATE = 'Findings may come up to 1 hour late';

inBrowser('agents that report rarely', () => {
  const { open } = useBrowser();

  it('warns that findings come late where all agents are set so', async () => {
    const { page } = await open(`/${REGION}/settings`);
    await signIn(page, 'operator');
    const every = page.getByRole('button', { name: /Report every/ });
    await every.getByText('30 minutes').waitFor();
    await every.click();
    await page.getByRole('option', { name: '1 hour', exact: true }).click();
    await page.getByText(LATE).waitFor();
    await page.getByRole('link', { name: 'Resources and coverage' }).click();
    await page.getByText(LATE).waitFor();

    await page.getByRole('link', { name: 'Settings' }).click();
    await every.click();
    await page.getByRole('option', { name: '30 minutes' }).click();
    await page.getByText(LATE).waitFor({ state: 'detached' });
  });

  it('warns where the agent of one host has its own way', async () => {
    await theService().call('/assay/v1/resources', {
      resource: {
        type: 'host',
        id: HOST,
        running: { agent: { version: '0.1.0', reportEverySeconds: 21_600 } },
      },
    });
    const { page } = await open(`/${REGION}/resource?type=AWS_EC2_INSTANCE&id=${HOST}`);
    await signIn(page, 'operator');
    await page.getByText('Findings may come up to 6 hours late').waitFor();
    await page.getByText('0.1.0, reports every 6 hours').waitFor();
  });
});
