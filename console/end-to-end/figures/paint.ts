import type { Browser, BrowserContext, Page } from 'playwright-core';
import { SETTINGS, signIn } from '../chromium';
import type { Service } from '../service';
import { median, tell } from './line';

const RUNS = 7;

/** Milliseconds that a task may take before it is felt (Total Blocking Time, web.dev). */
const FELT = 50;

/** What a page noted of itself: milliseconds since it was navigated to. */
interface Notes {
  firstPaint?: number;
  largestPaint?: number;
  form?: number;
  submitted?: number;
  numbers?: number;
  whole?: number;
  longTasks: { start: number; duration: number }[];
}

declare global {
  interface Window {
    notes: Notes;
  }
}

type Figures = Record<string, number>;

/**
 * From nothing to the dashboard: with nothing in the cache, with all in it, and in another tab of somebody who is signed
 * in already. Each user may try to sign in ten times at once, so the two ways of signing in are two users'.
 */
export async function tellPaint(
  browser: Browser,
  service: Service,
  over: string,
  other: { user: string; account: string },
): Promise<void> {
  const cold: Figures[] = [];
  const warm: Figures[] = [];
  const tab: Figures[] = [];
  for (let run = 0; run <= RUNS; run += 1) {
    const context = await browser.newContext(SETTINGS);
    await context.addInitScript(takeNotes);
    const first = await signedIn(context, service, 'administrator');
    const second = await signedIn(context, service, other.user, other.account);
    const third = await anotherTab(context, service);
    await context.close();
    // The first does not count: the browser is still starting.
    if (run === 0) continue;
    cold.push(first);
    warm.push(second);
    tab.push(third);
  }
  const goal = '<= 1000 ms to the form, and from signing in to the numbers';
  tell('paint', { over, cache: 'cold', runs: RUNS, ...mediansOf(cold), goal });
  tell('paint', { over, cache: 'warm', runs: RUNS, ...mediansOf(warm), goal });
  tell('paint', { over, cache: 'warm, another tab', runs: RUNS, ...mediansOf(tab), goal: '<= 1000 ms' });
}

/** Signs in on a page of its own, with no other tab to ask. */
async function signedIn(
  context: BrowserContext,
  service: Service,
  user: string,
  account?: string,
): Promise<Figures> {
  for (const page of context.pages()) await page.close();
  const page = await context.newPage();
  await page.goto(`${service.url}/console/`);
  await page.getByLabel('Password').waitFor();
  // What the browser says of the largest paint ends with the first key.
  await page.waitForTimeout(200);
  await signIn(page, user, account);
  const notes = await whole(page);
  const { form = NaN, submitted = NaN, numbers = NaN, whole: all = NaN } = notes;
  return {
    firstPaintMilliseconds: notes.firstPaint ?? NaN,
    largestPaintMilliseconds: notes.largestPaint ?? NaN,
    formMilliseconds: form,
    formBlockedMilliseconds: blocked(notes, 0, form),
    signInToNumbersMilliseconds: numbers - submitted,
    signInToWholeMilliseconds: all - submitted,
    dashboardBlockedMilliseconds: blocked(notes, submitted, all),
    ...(await transferred(page)),
  };
}

async function anotherTab(context: BrowserContext, service: Service): Promise<Figures> {
  const page = await context.newPage();
  await page.goto(`${service.url}/console/`);
  const notes = await whole(page);
  return {
    firstPaintMilliseconds: notes.firstPaint ?? NaN,
    largestPaintMilliseconds: notes.largestPaint ?? NaN,
    numbersMilliseconds: notes.numbers ?? NaN,
    wholeMilliseconds: notes.whole ?? NaN,
    blockedMilliseconds: blocked(notes, 0, notes.whole ?? NaN),
    ...(await transferred(page)),
  };
}

/** What is noted when everything on the dashboard is there. */
async function whole(page: Page): Promise<Notes> {
  for (;;) {
    const notes = await page.evaluate(() => window.notes);
    if (notes.whole !== undefined) return notes;
    await page.waitForTimeout(100);
  }
}

/** Bytes that came over the network, heads of answers and all. */
async function transferred(page: Page): Promise<Figures> {
  const transferredBytes = await page.evaluate(() =>
    [...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')].reduce(
      (sum, entry) => sum + (entry as PerformanceResourceTiming).transferSize,
      0,
    ),
  );
  return { transferredBytes };
}

function blocked({ longTasks }: Notes, from: number, to: number): number {
  return longTasks
    .filter(({ start }) => start >= from && start < to)
    .reduce((sum, { duration }) => sum + Math.max(0, duration - FELT), 0);
}

function mediansOf(runs: Figures[]): Record<string, number | undefined> {
  const names = Object.keys(runs[0] ?? {});
  return Object.fromEntries(names.map((name) => [name, median(runs.map((run) => run[name] ?? NaN))]));
}

/** Runs in the page, before everything of its own. */
function takeNotes(): void {
  const notes: Notes = { longTasks: [] };
  window.notes = notes;
  const observe = (type: string, note: (entry: PerformanceEntry) => void) =>
    new PerformanceObserver((list) => list.getEntries().forEach(note)).observe({ type, buffered: true });
  observe('paint', ({ name, startTime }) => {
    if (name === 'first-contentful-paint') notes.firstPaint = startTime;
  });
  observe('largest-contentful-paint', ({ startTime }) => (notes.largestPaint = startTime));
  observe('longtask', ({ startTime, duration }) => notes.longTasks.push({ start: startTime, duration }));
  addEventListener('submit', () => (notes.submitted = performance.now()), { capture: true });
  const isThere: [name: 'form' | 'numbers' | 'whole', () => boolean][] = [
    ['form', () => document.querySelector('input[type=password]') !== null],
    ['numbers', () => document.querySelector('main a[aria-label$=" findings"]') !== null],
    [
      'whole',
      () =>
        notes.numbers !== undefined &&
        !document.querySelector('main')?.textContent.includes('Loading ') &&
        document.querySelector('main svg [role="application"], main [class*="chart"]') !== null,
    ],
  ];
  const look = () => {
    for (const [name, test] of isThere) {
      // What a frame finds there is painted when the next begins.
      if (notes[name] === undefined && test()) {
        requestAnimationFrame(() => (notes[name] ??= performance.now()));
      }
    }
    if (notes.whole === undefined) requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}
