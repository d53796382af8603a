import type { Kind } from './kinds';

/** One member of a filter: what people call it, how it is written, and which values it may have where these are few. */
export interface Field {
  label: string;
  group: string;
  kind: Kind<unknown>;
  /** The values that there are; `accounts` for those that are seen from here. */
  values?: readonly string[] | 'accounts';
  /** Whether it is offered, or only understood in filters that others made. */
  use: 'offered' | 'understood';
}

/** All members of a filter. */
export type Fields<Criteria> = Record<keyof Criteria & string, Field>;

/** What nothing here has yet: it is understood and not offered. */
export const UNUSED = { use: 'understood' } as const;

export function field(
  label: string,
  group: string,
  kind: Kind<unknown>,
  rest: Partial<Pick<Field, 'values' | 'use'>> = {},
): Field {
  return { label, group, kind, use: 'offered', ...rest };
}
