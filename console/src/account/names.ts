import { useQuery } from '@tanstack/react-query';
import type { components } from '../api/assay-routes';
import { answer } from '../api/clients';
import { useClients } from '../session/context';

type Page = components['schemas']['Accounts'];

/** Accounts are seldom named anew. */
const FRESH = 5 * 60_000;

/** The accounts that are seen from here, by their ids: what people call them, if anything. */
export type AccountNames = ReadonlyMap<string, string>;

/** Asks for all accounts that are seen from here: one's own, and for a delegated administrator the members that it rules. */
export async function fetchAccountNames(
  assay: ReturnType<typeof useClients>['assay'],
  signal?: AbortSignal,
): Promise<AccountNames> {
  const names = new Map<string, string>();
  let nextToken: string | null = null;
  do {
    const query: { nextToken?: string } = nextToken === null ? {} : { nextToken };
    const page: Page = await answer(assay.GET('/accounts', { params: { query }, signal: signal ?? null }));
    for (const { id, name } of page.accounts) names.set(id, name);
    nextToken = page.nextToken ?? null;
  } while (nextToken !== null);
  return names;
}

/** The names of accounts; none while they are on their way, for then ids do as well. */
export function useAccountNames(): AccountNames {
  const { assay } = useClients();
  const { data } = useQuery({
    queryKey: ['account-names'],
    queryFn: ({ signal }) => fetchAccountNames(assay, signal),
    staleTime: FRESH,
  });
  return data ?? NONE;
}

const NONE: AccountNames = new Map();

/** An account as people know it: its name with its id, else its id. */
export function accountText(id: string, names: AccountNames): string {
  const name = names.get(id);
  return name ? `${name} (${id})` : id;
}
