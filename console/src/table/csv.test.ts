import { expect, it } from 'vitest';
import { csv } from './csv';

it.each([
  [['plain', 7, undefined], 'plain,7,\r\n'],
  [['a,b', 'say "x"', 'two\nlines'], '"a,b","say ""x""","two\nlines"\r\n'],
  // Names that a spreadsheet would run.
  [['=1+1', '@sum', '-2', '+3'], "'=1+1,'@sum,'-2,'+3\r\n"],
  [[-2, null, ''], '-2,,\r\n'],
])('%j', (row, line) => expect(csv(['h'], [row])).toBe(`h\r\n${line}`));
