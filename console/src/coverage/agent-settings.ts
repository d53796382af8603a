import { useQuery } from '@tanstack/react-query';
import { answer } from '../api/clients';
import { useClients } from '../session/context';

/** What the agents of the account are to do. */
export function useAgentSettings() {
  const { assay, region } = useClients();
  return useQuery({
    queryKey: ['agent-settings', region],
    queryFn: ({ signal }) => answer(assay.GET('/agents/settings', { signal })),
  });
}
