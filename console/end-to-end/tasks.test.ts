import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { inBrowser, signIn, theService, useBrowser } from './browser';
import { HOST, MEMBERS, REGION } from './service';

const SILENT_HOST = 'i-0feedc0de00000055';

inBrowser('a day’s work', () => {
  const { open } = useBrowser();

  it('activates the organisation in three clicks', async () => {
    const { page } = await open(`/${REGION}/`);
    await signIn(page, 'analyst');
    // Turned off by the API for one member, so that there is something to turn on.
    await page.getByRole('link', { name: 'Accounts', exact: true }).click();
    const row = page.getByRole('row', { name: new RegExp(MEMBERS[1]) });
    await row.getByRole('checkbox').click();
    await page.getByRole('button', { name: 'Turn off' }).click();
    await page.getByRole('menuitem', { name: 'Functions' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Turn off' }).click();
    await row.getByText('Disabled').first().waitFor();
    // People know accounts by their names.
    await row.getByText('search (').waitFor();
    // The clicks that count.
    await page.getByRole('link', { name: 'Dashboard' }).click();
    await page.getByRole('link', { name: 'Accounts', exact: true }).click();
    await page.getByRole('button', { name: 'Turn on in all accounts' }).click();
    await row.getByText('Disabled').first().waitFor({ state: 'detached' });
    expect(await page.getByText('Disabled', { exact: true }).count()).toBe(0);
  });

  it('finds what a new CVE touches', async () => {
    const { page } = await open(`/${REGION}/`);
    await signIn(page, 'analyst');
    await page.getByRole('link', { name: 'Vulnerability search' }).click();
    await page.getByRole('searchbox').or(page.getByLabel('Vulnerability')).first().fill('CVE-2022-28346');
    await page.getByRole('button', { name: 'Search' }).click();
    await page.getByRole('heading', { name: 'CVE-2022-28346' }).waitFor();
    const touched = page.getByRole('table');
    // In the account itself and in both members, as a host; in the image as well.
    await touched.getByText(HOST).waitFor();
    for (const member of MEMBERS) await touched.getByText(member).first().waitFor();
    await touched.getByRole('link', { name: 'Show' }).first().click();
    await page.getByRole('heading', { name: 'CVE-2022-28346 - django' }).first().waitFor();
    await page.getByRole('tab', { name: 'Evidence' }).click();
    await page.getByText('pkg:pypi/django').first().waitFor();
  });

  it('suppresses with an end, and gives back', async () => {
    const { page } = await open(
      `/${REGION}/findings?findingStatus=ACTIVE&resourceId=${HOST}&vulnerablePackages=pillow`,
    );
    await signIn(page, 'analyst');
    await page
      .getByRole('link', { name: /pillow/ })
      .or(page.getByRole('button', { name: /- pillow/ }))
      .first()
      .waitFor();
    await page.getByRole('button', { name: 'Suppress these' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText(/active findings would be suppressed/).waitFor();
    await dialog.getByLabel('Name').fill('pillow in the old shop');
    await dialog.getByLabel('Reason').fill('No pictures from outside are read.');
    await dialog.getByRole('textbox', { name: 'Last day' }).fill('2030/01/31');
    await dialog.getByRole('button', { name: 'Make the rule' }).click();
    await dialog.waitFor({ state: 'detached' });
    // The list follows by itself.
    await page.getByText('No finding matches this filter').waitFor();

    await page.getByRole('link', { name: 'Suppression rules' }).click();
    const rule = page.getByRole('row', { name: /pillow in the old shop/ });
    await rule.getByText('analyst').waitFor();
    expect(await rule.locator('time').first().getAttribute('datetime')).toMatch(/^2030-0[12]-/);
    await rule.getByRole('link').first().click();
    await page
      .getByRole('button', { name: /- pillow/ })
      .first()
      .click();
    await page.getByText('Suppressed by the rule pillow in the old shop').waitFor();

    await page.getByRole('link', { name: 'Suppression rules' }).click();
    await rule.getByRole('radio').click();
    await page.getByRole('button', { name: 'Delete' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Delete the rule' }).click();
    await page.getByText('Nothing is suppressed').waitFor();
  });

  it('exports the filtered view, and it is what the list has', async () => {
    const { page } = await open(`/${REGION}/findings?findingStatus=ACTIVE&resourceId=${HOST}`);
    await signIn(page, 'analyst');
    await page
      .getByRole('button', { name: /- django/ })
      .first()
      .waitFor();
    const table = await saved(page, () => page.getByRole('button', { name: 'Download CSV' }).click());
    const shown = table.trim().split('\r\n').slice(1);
    expect(shown.length).toBeGreaterThan(3);

    await page.getByRole('button', { name: 'Export view' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Export', exact: true }).click();
    await page.getByRole('heading', { name: 'Reports and exports' }).waitFor();
    await page.getByText('Succeeded').first().waitFor();
    const download = page.getByRole('button', { name: /^Download .*\.csv$/ });
    await download.waitFor();
    const report = await saved(page, () => download.click());
    // Texts have line breaks: a finding is a line that begins with its account.
    const rows = report.split('\n').filter((line) => /^"?000000000000/.test(line));
    expect(rows.length).toBe(shown.length);
  });

  it('downloads a part of a page', async () => {
    const { page } = await open(`/${REGION}/`);
    await signIn(page, 'operator');
    const table = await saved(page, () =>
      page.getByRole('button', { name: 'Download as CSV: Top fixes' }).click(),
    );
    const [header, first] = table.split('\r\n');
    expect(header).toBe('Upgrade,Ends,Critical,High,Medium,Low,Informational,Untriaged,Resources');
    expect(first).toMatch(/ to .*,\d+$/);
  });

  it('tells why a host is not scanned, and what to do', async () => {
    await theService().call('/assay/v1/resources', {
      resource: { type: 'host', id: SILENT_HOST },
      problem: { reason: 'UNMANAGED_EC2_INSTANCE' },
    });
    const { page } = await open(`/${REGION}/coverage`);
    await signIn(page, 'analyst');
    await page.getByRole('button', { name: 'Not scanning' }).click();
    const row = page.getByRole('row', { name: new RegExp(SILENT_HOST) });
    await row.getByText('UNMANAGED_EC2_INSTANCE').waitFor();
    await row.getByText(/Enrol it: make a token/).waitFor();
    await row.getByRole('link', { name: SILENT_HOST }).click();
    await page.getByText('Nobody has told yet what is in it').waitFor();
  });

  it('shows what was found in a version of a function that is not scanned any more', async () => {
    const latest = `arn:aws:lambda:${REGION}:000000000000:function:checkout`;
    const query = new URLSearchParams({ type: 'AWS_LAMBDA_FUNCTION', id: latest });
    const { page } = await open(`/${REGION}/resource?${query}`);
    await signIn(page, 'analyst');
    await page.getByRole('button', { name: /Version of the function/ }).click();
    await page.getByRole('option', { name: 'Version 1' }).click();
    await page.getByRole('heading', { name: 'function:checkout:1' }).waitFor();
    await page.getByRole('tab', { name: 'Packages' }).click();
    await page.getByText('pkg:pypi/pillow@8.4.0').first().waitFor();
  });

  it('shows how a score came about', async () => {
    const { page } = await open(`/${REGION}/findings?findingStatus=ACTIVE&resourceId=${HOST}`);
    await signIn(page, 'analyst');
    await page
      .getByRole('button', { name: /- django/ })
      .first()
      .click();
    await page.getByRole('tab', { name: 'Score' }).click();
    const metrics = page.getByRole('table', { name: 'Metrics of the score' });
    await metrics.getByRole('row', { name: /Attack vector Network/ }).waitFor();
    await page.getByText('What the surroundings change').waitFor();
    // Each view is an address: the same tab is there after going away and back.
    await page.getByRole('link', { name: 'Usage' }).click();
    await page.getByRole('heading', { name: 'Usage' }).waitFor();
    await page.goBack();
    await metrics.getByRole('row', { name: /Attack vector Network/ }).waitFor();
  });

  // The service lowers none yet: what it tells is changed on its way, as Inspector tells it of hosts that nobody reaches.
  it('shows why a score was lowered', async () => {
    const { page } = await open(`/${REGION}/findings?findingStatus=ACTIVE&resourceId=${HOST}`);
    const reason = 'The internet does not reach the host.';
    await page.route('**/findings/list', async (route) => {
      const response = await route.fetch();
      const answer = (await response.json()) as { findings: ScoredFinding[] };
      for (const finding of answer.findings) lower(finding, reason);
      await route.fulfill({ response, json: answer });
    });
    await signIn(page, 'operator');
    await page
      .getByRole('button', { name: /- django/ })
      .first()
      .click();
    await page.getByRole('tab', { name: 'Score' }).click();
    await page.getByText('Lowered: the reasons are below').waitFor();
    const metrics = page.getByRole('table', { name: 'Metrics of the score' });
    await metrics.getByRole('row', { name: `Attack vector Network Local ${reason}` }).waitFor();
  });
});

interface ScoredFinding {
  inspectorScore: number;
  inspectorScoreDetails: {
    adjustedCvss: { score: number; scoringVector: string; adjustments: { metric: string; reason: string }[] };
  };
}

function lower(finding: ScoredFinding, reason: string): void {
  const { adjustedCvss } = finding.inspectorScoreDetails;
  finding.inspectorScore -= 1;
  adjustedCvss.score = finding.inspectorScore;
  adjustedCvss.scoringVector = adjustedCvss.scoringVector.replace('AV:N', 'AV:L');
  adjustedCvss.adjustments = [{ metric: 'AV', reason }];
}

async function saved(page: Page, act: () => Promise<void>): Promise<string> {
  const [file] = await Promise.all([page.waitForEvent('download'), act()]);
  return readFileSync(await file.path(), 'utf8');
}
