import type { Browser, Locator } from 'playwright-core';
import { SETTINGS, signIn } from '../chromium';
import { REGION, type Service } from '../service';
import { Heap } from './heap';
import { spread, tell } from './line';

const OPENINGS = 5;
const PAGES = 10;
const LIST = `/console/${REGION}/findings?findingStatus=ACTIVE`;

/** Columns that a list is ordered by, one after the other; the same again turns the order round. */
const ORDERS = ['Vulnerability', 'Vulnerability', 'First observed', 'First observed', 'Score'];

/** Filters that a list is seen through, each of which shows other rows than the one before; at last none. */
const FILTERS = [
  'vulnerabilityId=GHSA-7',
  'vulnerabilityId.prefix=GHSA-4&sort=VULNERABILITY_ID.ascending',
  'vulnerablePackages=package-50',
  'resourceId=i-00000000000000003',
  '',
];

/** Milliseconds after which nothing is expected any more. */
const PATIENCE = 20_000;

/** A list over many findings: opening it, going on, another order, a filter. */
export async function tellList(browser: Browser, service: Service, over: string): Promise<void> {
  const context = await browser.newContext(SETTINGS);
  const page = await context.newPage();
  await page.goto(service.url + LIST);
  await signIn(page);
  await page.locator('tbody input').first().waitFor();
  const heap = await Heap.of(page);
  const before = await heap.measure();

  const openings: number[] = [];
  for (let number = 0; number < OPENINGS; number += 1) {
    const tab = await context.newPage();
    await tab.goto(service.url + LIST, { waitUntil: 'commit' });
    openings.push(await tab.evaluate(rowsPaintedAt));
    await tab.close();
  }
  tell('list-open', { over, ...spread(openings) });

  const next = page.getByRole('button', { name: 'Next page' });
  const turns: number[] = [];
  for (let number = 0; number < PAGES; number += 1) turns.push(await untilOtherRows(next));
  tell('list-next-page', { over, ...spread(turns) });

  const orders: number[] = [];
  for (const name of ORDERS) {
    orders.push(await untilOtherRows(page.locator('thead').getByRole('button', { name }).first()));
  }
  tell('list-order', { over, ...spread(orders) });

  const filters: number[] = [];
  for (const filter of FILTERS) filters.push(await untilOtherRows(page.locator('body'), `${LIST}&${filter}`));
  tell('list-filter', { over, ...spread(filters) });

  const rows = await page.locator('tbody tr').count();
  tell('list-size', { over, rows, before, after: await heap.measure() });
  await context.close();
}

/** Clicks on something, or goes to an address as a link does; gives the milliseconds until other rows are painted. */
function untilOtherRows(target: Locator, address?: string): Promise<number> {
  return target.evaluate(
    (element: HTMLElement, { address, patience }) =>
      new Promise<number>((done, failed) => {
        const rows = () =>
          [...document.querySelectorAll('tbody input')].map((input) => input.ariaLabel ?? input.id).join();
        const before = rows();
        const begun = performance.now();
        if (address === undefined) element.click();
        else {
          history.pushState({}, '', address);
          dispatchEvent(new PopStateEvent('popstate', { state: {} }));
        }
        const look = () => {
          const now = rows();
          const isThere = now !== '' && now !== before;
          if (performance.now() - begun > patience) failed(new Error(`the list stays: ${location.href}`));
          requestAnimationFrame(isThere ? () => done(performance.now() - begun) : look);
        };
        look();
      }),
    { address, patience: PATIENCE },
  );
}

/** Milliseconds from the navigation to the first rows, painted. Runs in the page. */
function rowsPaintedAt(): Promise<number> {
  return new Promise((done) => {
    const look = () => {
      const isThere = document.querySelector('tbody input') !== null;
      requestAnimationFrame(isThere ? () => done(performance.now()) : look);
    };
    look();
  });
}
