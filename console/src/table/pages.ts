import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { type Follows, follows } from '../live/follow';

/** A part of a list, and where the next begins. */
export interface Page<Row> {
  rows: Row[];
  next: string | undefined;
}

/** Fetches the part of a list that begins at a cursor; at its beginning without one. */
export type FetchPage<Row> = (cursor: string | undefined, signal?: AbortSignal) => Promise<Page<Row>>;

/** A list of any length, of which one page is there at a time. */
export interface Pages<Row> {
  rows: Row[] | undefined;
  error: unknown;
  isFetching: boolean;
  /** Whether what is shown is of before the list was asked for in another way. */
  isStale: boolean;
  /** The page that is shown, from 1. */
  page: number;
  /** The pages that are known of. */
  known: number;
  /** Whether there are more than are known of. */
  hasMore: boolean;
  show(page: number): void;
  retry(): void;
  fetchPage: FetchPage<Row>;
}

/**
 * Pages of a list by their cursors. Only the page that is shown is kept up to date, so that a list of a million costs
 * what one of fifty does. `key` says which list it is: with another key it begins anew.
 */
export function usePages<Row>(
  key: readonly unknown[],
  fetchPage: FetchPage<Row>,
  {
    lookAgain,
    follow,
  }: {
    /** Milliseconds between looks, for lists that change without findings that change; by what is shown, or always. */
    lookAgain?: number | ((rows: Row[] | undefined) => number | false);
    /** How it follows findings that change; it does not, unless it is said. */
    follow?: Follows;
  } = {},
): Pages<Row> {
  const name = JSON.stringify(key);
  const [place, setPlace] = useState({ name, cursors: [undefined] as (string | undefined)[], page: 1 });
  const { cursors, page } = place.name === name ? place : { cursors: [undefined], page: 1 };
  const cursor = cursors[page - 1];
  const query = useQuery({
    queryKey: [...key, 'page', cursor ?? null],
    queryFn: ({ signal }) => fetchPage(cursor, signal),
    placeholderData: keepPreviousData,
    refetchInterval:
      typeof lookAgain === 'function' ? ({ state }) => lookAgain(state.data?.rows) : (lookAgain ?? false),
    ...(follow === undefined ? {} : { meta: follows(follow) }),
  });
  const next = query.isPlaceholderData ? undefined : query.data?.next;
  const isLast = page === cursors.length;
  return {
    rows: query.data?.rows,
    error: query.error,
    isFetching: query.isFetching,
    isStale: query.isPlaceholderData,
    page,
    known: cursors.length,
    hasMore: isLast && next !== undefined,
    show(wanted) {
      if (wanted <= cursors.length) setPlace({ name, cursors, page: wanted });
      else if (next !== undefined) setPlace({ name, cursors: [...cursors, next], page: wanted });
    },
    retry: () => void query.refetch(),
    fetchPage,
  };
}

/** Pages of what is in memory as a whole. */
export function useRows<Row>(rows: Row[], size: number): Pages<Row> {
  const [wanted, show] = useState(1);
  const known = Math.max(Math.ceil(rows.length / size), 1);
  const page = Math.min(wanted, known);
  return {
    rows: rows.slice((page - 1) * size, page * size),
    error: null,
    isFetching: false,
    isStale: false,
    page,
    known,
    hasMore: false,
    show,
    retry: () => undefined,
    fetchPage: () => Promise.resolve({ rows, next: undefined }),
  };
}

/** All rows of a list, page by page, up to a number. */
export async function gather<Row>(
  fetchPage: FetchPage<Row>,
  most: number,
  onProgress?: (rows: number) => void,
): Promise<{ rows: Row[]; isWhole: boolean }> {
  const rows: Row[] = [];
  let cursor: string | undefined;
  do {
    const page = await fetchPage(cursor);
    rows.push(...page.rows);
    cursor = page.next;
    onProgress?.(rows.length);
  } while (cursor !== undefined && rows.length < most);
  return { rows: rows.slice(0, most), isWhole: cursor === undefined && rows.length <= most };
}
