import { QueryClient, QueryObserver } from '@tanstack/react-query';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Followers, type Follows, follows } from './follow';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

it('fetches lists at each change, counts every five seconds, and the rest not', async () => {
  const queries = new QueryClient();
  const fetched = { closely: 0, calmly: 0, not: 0 };
  const watch = (name: keyof typeof fetched) => {
    const queryFn = () => Promise.resolve((fetched[name] += 1));
    const meta = name === 'not' ? {} : follows(name as Follows);
    return new QueryObserver(queries, { queryKey: [name], queryFn, meta }).subscribe(() => undefined);
  };
  const stops = [watch('closely'), watch('calmly'), watch('not')];
  const followers = new Followers(queries);
  const told = async (milliseconds: number) => {
    await vi.advanceTimersByTimeAsync(milliseconds);
    return Object.values(fetched);
  };
  expect(await told(10)).toEqual([1, 1, 1]);
  followers.changed();
  expect(await told(10)).toEqual([2, 2, 1]);
  for (let second = 0; second < 4; second += 1) {
    followers.changed();
    await told(1_000);
  }
  expect(fetched).toEqual({ closely: 6, calmly: 2, not: 1 });
  // The last change is not forgotten.
  expect(await told(1_100)).toEqual([6, 3, 1]);
  expect(await told(60_000)).toEqual([6, 3, 1]);
  followers.changed();
  followers.stop();
  expect(await told(10)).toEqual([7, 3, 1]);
  for (const stop of stops) stop();
});
