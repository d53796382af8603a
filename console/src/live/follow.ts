import type { QueryClient } from '@tanstack/react-query';

/**
 * How what is shown follows changes of findings: a list that somebody works through at once, counts and groups, which are
 * dear to make and no worse for being some seconds old, calmly.
 */
export type Follows = 'closely' | 'calmly';

/** What a query says of itself to follow. */
export const follows = (how: Follows) => ({ follows: how });

/** Milliseconds between fetching anew what follows calmly, however often findings change. */
const CALM = 5_000;

/** Has what follows fetched again when findings changed. */
export class Followers {
  private calmFrom = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly queries: QueryClient) {}

  changed(): void {
    this.fetch('closely');
    // What changes meanwhile is in what is fetched then.
    if (this.timer !== undefined) return;
    const rest = Math.max(this.calmFrom - Date.now(), 0);
    this.timer = setTimeout(() => {
      this.timer = undefined;
      this.calmFrom = Date.now() + CALM;
      this.fetch('calmly');
    }, rest);
  }

  stop(): void {
    clearTimeout(this.timer);
  }

  private fetch(how: Follows): void {
    void this.queries.invalidateQueries({ predicate: ({ meta }) => meta?.follows === how });
  }
}
