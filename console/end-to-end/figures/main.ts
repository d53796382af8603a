import { launch } from '../chromium';
import { ACCOUNT, Service, whatIsMissing } from '../service';
import { tellBundle } from './bundle';
import { tellList } from './list';
import { tellLive } from './live';
import { tell } from './line';
import { tellMemory } from './memory';
import { tellPaint } from './paint';

/** A store with a million findings, of `report_figures` of `assay-service`, and the account that it is of. */
const FILLED = process.env.ASSAY_FILLED;
const FILLED_ACCOUNT = '111111111111';

/** What every user is measured with who is not the administrator. */
const OTHER = 'auditor';

/** Measures the console, one line of JSON a figure. What takes an hour comes last, and does not mind what else runs. */
export async function measure(): Promise<void> {
  const missing = whatIsMissing();
  if (missing !== undefined) throw new Error(missing);
  const browser = await launch();
  try {
    tell('browser', { version: browser.version() });
    tellBundle();
    await overFew(async (service) => {
      await tellPaint(browser, service, 'few findings', { user: OTHER, account: ACCOUNT });
      await tellLive(browser, service);
    });
    await overMany(async (service) => {
      await tellPaint(browser, service, 'a million findings', { user: OTHER, account: FILLED_ACCOUNT });
      await tellList(browser, service, 'a million findings');
    });
    await overFew((service) => tellMemory(browser, service));
  } finally {
    await browser.close();
  }
}

async function overFew(measure: (service: Service) => Promise<void>): Promise<void> {
  const service = await Service.start();
  try {
    service.seed();
    await measure(service);
  } finally {
    service.stop();
  }
}

async function overMany(measure: (service: Service) => Promise<void>): Promise<void> {
  if (FILLED === undefined) {
    console.error('skipped: lists over many findings, whose store `cargo xtask bench console` makes');
    return;
  }
  const service = await Service.over(FILLED, FILLED_ACCOUNT);
  try {
    service.createUser(FILLED_ACCOUNT, OTHER, 'auditor');
    service.setPassword(FILLED_ACCOUNT, OTHER);
    await measure(service);
  } finally {
    service.stop();
  }
}
