import { useQueryClient } from '@tanstack/react-query';
import { faultOf } from '../api/fault';
import { useNotices } from './notices';

/** Changes something in the service. */
export type Change = (change: () => Promise<unknown>, done?: string | (() => string)) => Promise<void>;

/** Makes changes: says that one is made, or why not, and has what is shown fetched again. */
export function useChange(): Change {
  const notices = useNotices();
  const queries = useQueryClient();
  return async (change, done) => {
    try {
      await change();
      if (done !== undefined) notices.tell('success', typeof done === 'string' ? done : done());
      await queries.invalidateQueries();
    } catch (error) {
      notices.tell('error', faultOf(error).message);
    }
  };
}
