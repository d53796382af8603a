import {
  GetConfigurationCommand,
  UpdateConfigurationCommand,
  type UpdateConfigurationRequest,
} from '@aws-sdk/client-inspector2';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { faultOf } from '../../api/fault';
import { useClients } from '../../session/context';
import { useNotices } from '../../shell/notices';

/** How hosts and images are scanned in the account, and how to change it. */
export function useConfiguration() {
  const { inspector, region } = useClients();
  const notices = useNotices();
  const queries = useQueryClient();
  const query = useQuery({
    queryKey: ['configuration', region],
    queryFn: ({ signal: abortSignal }) => inspector.send(new GetConfigurationCommand({}), { abortSignal }),
  });
  const change = async (request: UpdateConfigurationRequest) => {
    try {
      await inspector.send(new UpdateConfigurationCommand(request));
      notices.tell('success', 'The settings are changed.');
      await queries.invalidateQueries({ queryKey: ['configuration', region] });
    } catch (error) {
      notices.tell('error', faultOf(error).message);
    }
  };
  return { query, change };
}
