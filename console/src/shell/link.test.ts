import { expect, it } from 'vitest';
import { isWebAddress } from './link';

it.each([
  ['https://nvd.nist.gov/vuln/detail/CVE-2021-44228', true],
  ['http://example.org/', true],
  ['javascript:alert(1)', false],
  ['data:text/html,<script>alert(1)</script>', false],
  ['JAVASCRIPT://example.org/%0aalert(1)', false],
  ['//example.org', false],
  ['CVE-2021-44228', false],
  ['', false],
])('%s may be followed: %s', (text, may) => expect(isWebAddress(text)).toBe(may));
