import { expect, it } from 'vitest';
import { inBrowser, signIn, theService, useBrowser } from './browser';
import { REGION } from './service';

const HOSTILE = 'i-0feedc0de00000066';

inBrowser('hostile texts', () => {
  const { open } = useBrowser();

  it('are shown and never run', async () => {
    const service = theService();
    service.write(
      'hosts/hostile/srv/app/node_modules/<img src=x onerror=alert(1)>/package.json',
      JSON.stringify({ name: 'lodash', version: '4.17.10' }),
    );
    service.write('hosts/hostile/etc/os-release', 'ID=debian\nVERSION_ID="12"\n');
    service.push('dir:hosts/hostile', 'host', ['--id', HOSTILE, '--tag', 'Name=<script>alert(2)</script>']);
    const { page, complaints } = await open(`/${REGION}/findings?findingStatus=ACTIVE&resourceId=${HOSTILE}`);
    let dialogs = 0;
    page.on('dialog', (dialog) => {
      dialogs += 1;
      void dialog.dismiss();
    });
    await signIn(page);
    await page.getByText('<script>alert(2)</script>').first().waitFor();
    await page
      .getByRole('button', { name: /- lodash/ })
      .first()
      .click();
    await page.getByText('<img src=x onerror=alert(1)>').first().waitFor();
    expect(dialogs).toBe(0);
    expect(complaints).toEqual([]);
  });
});
