import { CreateFilterCommand, Inspector2Client, UpdateFilterCommand } from '@aws-sdk/client-inspector2';
import type { Browser, Page } from 'playwright-core';
import { SETTINGS, signIn } from '../chromium';
import { HOST, REGION, type Service } from '../service';
import { Heap, type Held } from './heap';
import { tell } from './line';

/** Changes of an hour with one every two seconds. */
const CHANGES = 1_800;
const SAMPLES = 6;

/** Changes after which caches and compiled code are what they will be. */
const BEFORE_COUNTING = 60;

/** Milliseconds that the page lets pass between changes; left out here. */
const PAUSE = 700;

/** What a list holds on to while it is fetched anew for one change after the other. */
export async function tellMemory(browser: Browser, service: Service): Promise<void> {
  const context = await browser.newContext(SETTINGS);
  await context.addInitScript(leaveOutPauses, PAUSE);
  const page = await context.newPage();
  await page.goto(`${service.url}/console/${REGION}/findings?findingStatus=ACTIVE`);
  await signIn(page);
  await page
    .getByRole('button', { name: /- django/ })
    .first()
    .waitFor();
  const change = await changing(service);
  const heap = await Heap.of(page);
  const held: (Held & { changes: number })[] = [];
  const begun = performance.now();
  for (let number = 0; number <= BEFORE_COUNTING + CHANGES; number += 1) {
    const counted = number - BEFORE_COUNTING;
    if (counted >= 0 && counted % (CHANGES / SAMPLES) === 0) {
      held.push({ changes: counted, ...(await heap.measure()) });
    }
    const fetched = listFetched(page);
    await change();
    await fetched;
  }
  const seconds = Math.round((performance.now() - begun) / 1000);
  await context.close();
  tell('memory-of-live-list', { changes: CHANGES, seconds, held, goal: 'does not grow' });
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

/** Runs in the page, before everything of its own. */
function leaveOutPauses(pause: number): void {
  const setTimer = window.setTimeout.bind(window);
  window.setTimeout = ((run: () => void, delay?: number, ...more: unknown[]) =>
    setTimer(run, delay === pause ? 0 : delay, ...more)) as typeof window.setTimeout;
}
