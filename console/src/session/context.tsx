import { QueryCache, QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { type ReactNode, createContext, use, useEffect, useMemo, useSyncExternalStore } from 'react';
import { type Clients, clientsOf } from '../api/clients';
import { faultOf } from '../api/fault';
import type { Credentials } from './credentials';
import type { Session, SessionState } from './session';

const SessionContext = createContext<Session | undefined>(undefined);
const ClientsContext = createContext<Clients | undefined>(undefined);

/** Makes a session known to the pages below, with what they know of the service's answers. */
export function SessionProvider({ session, children }: { session: Session; children: ReactNode }) {
  const queries = useMemo(() => queryClient(session), [session]);
  // What one person was told is none of the next one's, nor of nobody's.
  useEffect(() => {
    let told = nameOf(session);
    return session.subscribe(() => {
      const now = nameOf(session);
      if (now !== told) queries.clear();
      told = now;
    });
  }, [session, queries]);
  return (
    <SessionContext value={session}>
      <QueryClientProvider client={queries}>{children}</QueryClientProvider>
    </SessionContext>
  );
}

/** Gives the pages below clients of a region. */
export function RegionProvider({ region, children }: { region: string; children: ReactNode }) {
  const session = useSession();
  const clients = useMemo(() => clientsOf(session, region), [session, region]);
  return <ClientsContext value={clients}>{children}</ClientsContext>;
}

export function useSession(): Session {
  return known(use(SessionContext));
}

export function useSessionState(): SessionState {
  const session = useSession();
  return useSyncExternalStore(session.subscribe, session.current);
}

/** Who is signed in; for pages that are shown to nobody else. */
export function useCredentials(): Credentials {
  const state = useSessionState();
  if (state.kind !== 'signed-in') throw new Error('this page is for who is signed in');
  return state.credentials;
}

/** Whether who is signed in may change things; auditors only read. */
export function useMayChange(): boolean {
  return useCredentials().role === 'administrator';
}

export function useClients(): Clients {
  return known(use(ClientsContext));
}

/** Who is signed in, by account and name. */
function nameOf(session: Session): string | undefined {
  const state = session.current();
  return state.kind === 'signed-in' ? `${state.credentials.account} ${state.credentials.user}` : undefined;
}

function known<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('a provider is missing above this component');
  return value;
}

function queryClient(session: Session): QueryClient {
  const onError = (error: unknown) => {
    if (faultOf(error).isOfCredentials) session.refused();
  };
  return new QueryClient({
    queryCache: new QueryCache({ onError }),
    defaultOptions: {
      queries: {
        staleTime: 5_000,
        gcTime: 120_000,
        retry: (failures, error) => failures < 2 && faultOf(error).passes,
      },
    },
  });
}
