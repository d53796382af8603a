import {
  Inspector2Client,
  ListCoverageCommand,
  ListCoverageStatisticsCommand,
  ListFindingAggregationsCommand,
  ListFindingsCommand,
  ListUsageTotalsCommand,
} from '@aws-sdk/client-inspector2';
import type { Page } from 'playwright-core';
import { beforeAll, expect, it } from 'vitest';
import { inBrowser, signIn, theService, useBrowser } from './browser';
import { REGION } from './service';

/** What the page rounds to. */
const ROUNDED = 0.0001;

inBrowser('the console and Inspector’s API tell the same', () => {
  const { open } = useBrowser();
  let inspector: Inspector2Client;
  beforeAll(() => {
    const service = theService();
    inspector = new Inspector2Client({ region: REGION, endpoint: service.url, credentials: service.key() });
  });

  it('of coverage, findings, reasons and costs', async () => {
    const { page } = await open(`/${REGION}/`);
    await signIn(page, 'operator');

    // What is scanned, by type; and how many findings there are, by severity.
    const scanned = await inspector.send(
      new ListCoverageStatisticsCommand({
        groupBy: 'RESOURCE_TYPE',
        filterCriteria: { scanStatusCode: [{ comparison: 'EQUALS', value: 'ACTIVE' }] },
      }),
    );
    expect(scanned.countsByGroup?.length).toBeGreaterThan(2);
    for (const { groupKey, count } of scanned.countsByGroup ?? []) {
      const number = page.locator(`a[href$="resourceType=${groupKey}&scanStatusCode=ACTIVE"]`);
      await number.first().waitFor();
      expect(await number.first().textContent(), groupKey).toBe(String(count));
    }
    const accounts = await inspector.send(new ListFindingAggregationsCommand({ aggregationType: 'ACCOUNT' }));
    const critical = (accounts.responses ?? []).map(
      ({ accountAggregation }) => accountAggregation?.severityCounts?.critical ?? 0,
    );
    const all = critical.reduce((sum, one) => sum + one, 0);
    await page.getByRole('link', { name: `${all} critical findings` }).waitFor();

    // The same findings in the same order.
    await go(page, 'Findings');
    const listed = await inspector.send(
      new ListFindingsCommand({
        filterCriteria: { findingStatus: [{ comparison: 'EQUALS', value: 'ACTIVE' }] },
        sortCriteria: { field: 'INSPECTOR_SCORE', sortOrder: 'DESC' },
      }),
    );
    const titles = (listed.findings ?? []).map(({ title }) => title);
    await page
      .getByRole('button', { name: titles[0] ?? '' })
      .first()
      .waitFor();
    const shown = page.locator('tbody tr').getByRole('button', { name: / - / });
    expect(await shown.allTextContents()).toEqual(titles);

    // Why what is not scanned is not.
    await go(page, 'Resources and coverage');
    await page.getByRole('button', { name: 'Not scanning' }).click();
    await page.waitForURL(/scanStatusCode=INACTIVE/);
    const covered = await inspector.send(
      new ListCoverageCommand({
        filterCriteria: { scanStatusCode: [{ comparison: 'EQUALS', value: 'INACTIVE' }] },
      }),
    );
    const reasons = (covered.coveredResources ?? []).map(({ scanStatus }) => scanStatus?.reason ?? '');
    expect(reasons.length).toBeGreaterThan(0);
    for (const reason of new Set(reasons)) {
      const rows = page.getByRole('row').filter({ hasText: reason });
      await rows.first().waitFor();
      expect(await rows.count(), reason).toBe(reasons.filter((one) => one === reason).length);
    }

    // What it would cost. Hours go on meanwhile, so the page tells no less than before and no more than after.
    const before = await cost();
    await go(page, 'Usage');
    await page.getByText('Estimated for 30 days, of what is on this page').waitFor();
    await page
      .getByRole('row', { name: /ECR initial scan|EC2 instance hours/ })
      .first()
      .waitFor();
    const text = await page
      .getByText(/^\$[\d,.]+$/)
      .first()
      .textContent();
    const told = Number(text?.replaceAll(/[$,]/g, ''));
    expect(told).toBeGreaterThanOrEqual(before - ROUNDED);
    expect(told).toBeLessThanOrEqual((await cost()) + ROUNDED);
  });

  async function cost(): Promise<number> {
    const { totals = [] } = await inspector.send(new ListUsageTotalsCommand({}));
    return totals
      .flatMap(({ usage = [] }) => usage)
      .reduce((sum, { estimatedMonthlyCost = 0 }) => sum + estimatedMonthlyCost, 0);
  }
});

async function go(page: Page, link: string): Promise<void> {
  await page.getByRole('link', { name: link, exact: true }).click();
  await page.getByRole('heading', { name: link }).first().waitFor();
}
