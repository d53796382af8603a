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

/** Measures the console, one line of JSON a figure. */
export async function measure(): Promise<void> {
  const missing = whatIsMissing();
  if (missing !== undefined) throw new Error(missing);
  const browser = await launch();
  try {
    tell('browser', { version: browser.version() });
    tellBundle();
    const service = await Service.start();
    try {
      service.seed();
      await tellPaint(browser, service, 'few findings', { user: OTHER, account: ACCOUNT });
      await tellLive(browser, service);
      await tellMemory(browser, service);
    } finally {
      service.stop();
    }
    if (FILLED === undefined) {
      console.error('skipped: lists over many findings, whose store `cargo xtask bench console` makes');
      return;
    }
    const filled = await Service.over(FILLED, FILLED_ACCOUNT);
    try {
      filled.createUser(FILLED_ACCOUNT, OTHER, 'auditor');
      filled.setPassword(FILLED_ACCOUNT, OTHER);
      await tellPaint(browser, filled, 'a million findings', { user: OTHER, account: FILLED_ACCOUNT });
      await tellList(browser, filled, 'a million findings');
    } finally {
      filled.stop();
    }
  } finally {
    await browser.close();
  }
}
