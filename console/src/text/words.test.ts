import { expect, it } from 'vitest';
import { duration } from './words';

it.each([
  [1, '1 second'],
  [90, '90 seconds'],
  [1800, '30 minutes'],
  [3600, '1 hour'],
  [5400, '90 minutes'],
  [86_400, '1 day'],
  [90_000, '25 hours'],
])('%i seconds are %s', (seconds, text) => {
  expect(duration(seconds)).toBe(text);
});
