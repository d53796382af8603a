import type { Browser, Page, Response } from 'playwright-core';
import { SETTINGS, signIn } from '../chromium';
import { REGION, type Service } from '../service';
import { spread, tell } from './line';

const PUSHES = 20;

/** Milliseconds between pushes differ, so that they come at every moment between two questions of the page. */
const STEP = 130;
const LONGEST = 1_500;

const GLANCE = 20;

/** From a finding in the engine until its row is painted in a list that somebody has open. */
export async function tellLive(browser: Browser, service: Service): Promise<void> {
  const context = await browser.newContext(SETTINGS);
  const page = await context.newPage();
  const observed = new Map<string, number>();
  page.on('response', (response) => void noteObserved(response, observed));
  const list = 'findings?findingStatus=ACTIVE&vulnerablePackages=requests&sort=FIRST_OBSERVED_AT.descending';
  await page.goto(`${service.url}/console/${REGION}/${list}`);
  await signIn(page);
  await page
    .getByRole('button', { name: /- requests/ })
    .first()
    .waitFor();
  const times: number[] = [];
  for (let number = 0; number < PUSHES; number += 1) {
    await page.waitForTimeout((number * STEP) % LONGEST);
    const id = `i-0bec${number.toString(16).padStart(13, '0')}`;
    const shown = paintedAt(page, id);
    service.host(id, { requests: '2.19.0' });
    const painted = await shown;
    // The row may be there before we have read the answer that it came with.
    while (!observed.has(id)) await page.waitForTimeout(GLANCE);
    times.push(painted - (observed.get(id) ?? NaN));
  }
  await context.close();
  tell('finding-to-row', { ...spread(times), goal: '<= 2000 ms' });
}

/** Notes when each finding of a list was first observed, in milliseconds since 1970, by its resource. */
async function noteObserved(response: Response, observed: Map<string, number>): Promise<void> {
  if (!response.url().endsWith('/findings/list')) return;
  const { findings } = (await response.json()) as {
    findings: { firstObservedAt: number; resources: { id: string }[] }[];
  };
  for (const { firstObservedAt, resources } of findings) {
    for (const { id } of resources) observed.set(id, firstObservedAt * 1000);
  }
}

/** When a link with a text is painted, in milliseconds since 1970. */
function paintedAt(page: Page, text: string): Promise<number> {
  return page.evaluate(
    (text) =>
      new Promise<number>((done) => {
        const look = () => {
          const isThere = [...document.querySelectorAll('td a')].some((link) => link.textContent === text);
          requestAnimationFrame(isThere ? () => done(performance.timeOrigin + performance.now()) : look);
        };
        look();
      }),
    text,
  );
}
