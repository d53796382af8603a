import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { inBrowser, signIn, useBrowser } from './browser';
import { ACCOUNT, HOST, REGION } from './service';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

const FUNCTION = `arn:aws:lambda:${REGION}:${ACCOUNT}:function:checkout`;

/** Every page, by its address, with what is on it when it is there. */
const PAGES: [path: string, heading: string, text: string | RegExp][] = [
  ['/', 'Dashboard', 'All are scanned'],
  ['/findings?findingStatus=ACTIVE', 'Findings', /CVE-.* - django/],
  ['/findings?by=vulnerability', 'Findings by vulnerability', /^CVE-/],
  ['/findings?by=host', 'Findings by host', HOST],
  ['/findings?by=image', 'Findings by image', /shop\/web|sha256/],
  ['/findings?by=function', 'Findings by function', 'checkout'],
  ['/findings?by=account', 'Findings by account', '222222222222'],
  ['/findings?by=package', 'Findings by package', 'django'],
  ['/findings?by=fix', 'Findings by fix', /django .* to /],
  ['/findings?colour=red&severity=LOW&title=none', 'Findings', 'No finding matches this filter'],
  ['/coverage', 'Resources and coverage', HOST],
  ['/coverage?scanStatusCode=INACTIVE', 'Resources and coverage', /^[A-Z]+_[A-Z_]+$/],
  [`/resource?type=AWS_EC2_INSTANCE&id=${HOST}`, HOST, 'Scanned (SUCCESSFUL)'],
  [`/resource?type=AWS_LAMBDA_FUNCTION&id=${encodeURIComponent(FUNCTION)}`, 'function:checkout', 'Scanning'],
  ['/resource?type=AWS_EC2_INSTANCE&id=i-none', '', 'This account has no such resource'],
  ['/vulnerabilities?id=CVE-2022-28346', 'Vulnerability search', 'Resources that it touches'],
  ['/vulnerabilities?id=CVE-1999-99999', 'Vulnerability search', 'The intelligence knows no CVE-1999-99999'],
  ['/intelligence', 'Intelligence', 'Only the starter intelligence is in use'],
  ['/suppression', 'Suppression rules', 'Make a rule'],
  ['/reports', 'Reports and exports', 'Ordered'],
  ['/accounts', 'Accounts', '333333333333'],
  [`/resource?type=AWS_EC2_INSTANCE&id=${HOST}&tab=packages`, HOST, 'pkg:pypi/django@3.2'],
  ['/users', 'Users and keys', 'auditor'],
  ['/users?name=auditor', 'Users and keys', 'Keys of auditor'],
  ['/usage', 'Usage', /ECR initial scan|EC2 instance hours/],
  ['/calls', 'Log of calls', 'CreateSession'],
  ['/settings', 'Settings', 'Scanning of images'],
  ['/nowhere', '', 'There is no such page'],
];

inBrowser.each([['light'], ['dark']] as const)('pages in %s', (colorScheme) => {
  const { open } = useBrowser();

  it(
    'are all there, within their policy, and can be used without seeing or pointing',
    { timeout: 300_000 },
    async () => {
      const { page, complaints } = await open('/', { colorScheme });
      await page.getByRole('button', { name: 'Sign in' }).waitFor();
      expect(await seriousViolations(page), 'sign-in').toEqual([]);
      await signIn(page);
      for (const [path, heading, text] of PAGES) {
        await go(page, path);
        if (heading !== '') await page.getByRole('heading', { name: heading, exact: true }).first().waitFor();
        await page.getByText(text).first().waitFor();
        expect(await seriousViolations(page), path).toEqual([]);
        expect(complaints, path).toEqual([]);
      }
    },
  );
});

/** Goes to a view as a link does, without loading the page anew. */
async function go(page: Page, path: string): Promise<void> {
  await page.evaluate((to) => {
    history.pushState({}, '', to);
    dispatchEvent(new PopStateEvent('popstate', { state: {} }));
  }, `/console/${REGION}${path}`);
}

interface Violation {
  id: string;
  impact: string;
  nodes: { html: string; target: string[] }[];
}

/** What axe finds that keeps people out, or nearly. */
async function seriousViolations(page: Page): Promise<string[]> {
  // The policy of the page allows no script of others; the browser's own tools are not held to it.
  const session = await page.context().newCDPSession(page);
  await session.send('Runtime.evaluate', { expression: AXE });
  const { result } = await session.send('Runtime.evaluate', {
    expression: `axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) => JSON.stringify(violations))`,
    awaitPromise: true,
  });
  await session.detach();
  const violations = JSON.parse(String(result.value)) as Violation[];
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(
      ({ id, nodes }) =>
        `${id}: ${nodes.map(({ target, html }) => `${target.join(' ')} ${html.slice(0, 160)}`).join('; ')}`,
    );
}
