import { CreateFilterCommand, Inspector2Client, UpdateFilterCommand } from '@aws-sdk/client-inspector2';
import type { Browser, Page } from 'playwright-core';
import { SETTINGS, signIn } from '../chromium';
import { HOST, REGION, type Service } from '../service';
import { Heap, type Held } from './heap';
import { tell } from './line';

const MINUTES = 60;
const SAMPLES = 6;

/** Milliseconds from one change to the next. */
const STEP = 2_000;
const CHANGES = (MINUTES * 60_000) / STEP;

/** Changes after which caches and compiled code are what they will be. */
const BEFORE_COUNTING = 60;

/** What a list holds on to that is open for an hour while something changes all the time. */
export async function tellMemory(browser: Browser, service: Service): Promise<void> {
  const context = await browser.newContext(SETTINGS);
  const page = await context.newPage();
  await page.goto(`${service.url}/console/${REGION}/findings?findingStatus=ACTIVE`);
  await signIn(page);
  await page
    .getByRole('button', { name: /- django/ })
    .first()
    .waitFor();
  const change = await changing(service);
  const heap = await Heap.of(page);
  const held: (Held & { minutes: number })[] = [];
  let fetched = 0;
  page.on('response', (response) => (fetched += Number(response.url().endsWith('/findings/list'))));
  for (let number = 0; number <= BEFORE_COUNTING + CHANGES; number += 1) {
    const counted = number - BEFORE_COUNTING;
    if (counted >= 0 && counted % (CHANGES / SAMPLES) === 0) {
      held.push({ minutes: (counted / CHANGES) * MINUTES, ...(await heap.measure()) });
    }
    await Promise.all([listFetched(page), change(), page.waitForTimeout(STEP)]);
  }
  await context.close();
  tell('memory-of-live-list', { changes: CHANGES, fetched, held, goal: 'does not grow' });
}

/** When the page has fetched its list once more. */
async function listFetched(page: Page): Promise<void> {
  const response = await page.waitForResponse((response) => response.url().endsWith('/findings/list'));
  await response.finished();
}

/** Suppresses the findings of a host, and gives them back, by turns. */
async function changing(service: Service): Promise<() => Promise<void>> {
  const client = new Inspector2Client({ region: REGION, endpoint: service.url, credentials: service.key() });
  const { arn: filterArn } = await client.send(
    new CreateFilterCommand({
      name: 'changes by turns',
      action: 'NONE',
      filterCriteria: { resourceId: [{ comparison: 'EQUALS', value: HOST }] },
    }),
  );
  let isSuppressed = false;
  return async () => {
    isSuppressed = !isSuppressed;
    await client.send(new UpdateFilterCommand({ filterArn, action: isSuppressed ? 'SUPPRESS' : 'NONE' }));
  };
}
