import { expect, it } from 'vitest';
import { metricsOf } from './vector';

const BASE = 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H';

it.each([
  // What changed, as `key base→here`.
  [BASE, BASE, ''],
  [BASE, BASE.replace('AV:N', 'AV:L'), 'AV Network→Local'],
  [BASE, `${BASE}/MAV:A/MPR:X`, 'AV Network→Adjacent'],
  ['AV:N/AC:M/Au:S/C:P/I:P/A:C', 'AV:N/AC:M/Au:S/C:P/I:P/A:N', 'A Complete→None'],
  ['', BASE.slice(0, 13), 'AV undefined→Network'],
  ['no vector', 'AV:?', 'AV undefined→?'],
])('%s and %s', (base, here, changes) => {
  const moved = metricsOf(base, here).filter((metric) => metric.base !== metric.here);
  expect(moved.map(({ key, base, here }) => `${key} ${base}→${here}`).join(' ')).toBe(changes);
});
