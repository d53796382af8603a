import {
  GetConfigurationCommand,
  UpdateConfigurationCommand,
  type UpdateConfigurationRequest,
} from '@aws-sdk/client-inspector2';
import { useQuery } from '@tanstack/react-query';
import { useClients } from '../../session/context';
import { useChange } from '../../shell/change';

/** How hosts and images are scanned in the account, and how to change it. */
export function useConfiguration() {
  const { inspector, region } = useClients();
  const make = useChange();
  const query = useQuery({
    queryKey: ['configuration', region],
    queryFn: ({ signal: abortSignal }) => inspector.send(new GetConfigurationCommand({}), { abortSignal }),
  });
  const change = (request: UpdateConfigurationRequest) =>
    make(() => inspector.send(new UpdateConfigurationCommand(request)), 'The settings are changed.');
  return { query, change };
}
