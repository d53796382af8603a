import { expect, it } from 'vitest';
import { beyondAddress } from './service-level';

it('begins on the first day that is too late', () => {
  // May take 15 days: first observed on 1 November it is beyond its time from the 17th on.
  const [, query] = beyondAddress('CRITICAL', 15, '2026-11-17').split('?');
  expect([...new URLSearchParams(query)]).toEqual([
    ['findingStatus', 'ACTIVE'],
    ['severity', 'CRITICAL'],
    ['firstObservedAt.to', '2026-11-01T23:59:59.999Z'],
  ]);
});
