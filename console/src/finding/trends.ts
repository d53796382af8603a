import { useQuery } from '@tanstack/react-query';
import { answer } from '../api/clients';
import { follows } from '../live/follow';
import { useClients } from '../session/context';

/** How findings went in the last 30 days. */
export function useTrends() {
  const { assay, region } = useClients();
  return useQuery({
    queryKey: ['trends', region],
    queryFn: ({ signal }) => answer(assay.GET('/trends', { signal })),
    meta: follows('calmly'),
  });
}

/** Within how many days findings are to be fixed, by severity. */
export function useServiceLevels() {
  const { assay, region } = useClients();
  return useQuery({
    queryKey: ['service-levels', region],
    queryFn: ({ signal }) => answer(assay.GET('/service-levels', { signal })),
  });
}
