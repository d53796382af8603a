import { expect, it } from 'vitest';
import { endOf, lastDayOf } from './terms';

it.each(['2026-01-31', '2026-12-31', '2028-02-29', '2026-03-29'])('the last day %s is the last', (day) => {
  expect(lastDayOf(endOf(day))).toBe(day);
});

it('has no last day without an end', () => expect(lastDayOf(null)).toBe(''));
