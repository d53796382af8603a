import {
  type AutoEnable as AutoEnabled,
  DescribeOrganizationConfigurationCommand,
  UpdateOrganizationConfigurationCommand,
} from '@aws-sdk/client-inspector2';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Toggle from '@cloudscape-design/components/toggle';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { faultOf } from '../../api/fault';
import { useClients } from '../../session/context';
import { useNotices } from '../../shell/notices';
import { Failed, Loading } from '../../states/states';

const SHOWN = [
  ['ec2', 'Hosts'],
  ['ecr', 'Container images'],
  ['lambda', 'Functions'],
] as const;

/** What is turned on by itself in accounts that become members. */
export function AutoEnable() {
  const { inspector, region } = useClients();
  const notices = useNotices();
  const queries = useQueryClient();
  const queryKey = ['organization-configuration', region];
  const { data, error, refetch } = useQuery({
    queryKey,
    queryFn: async ({ signal: abortSignal }) =>
      (await inspector.send(new DescribeOrganizationConfigurationCommand({}), { abortSignal })).autoEnable,
  });
  const change = async (autoEnable: AutoEnabled) => {
    try {
      await inspector.send(new UpdateOrganizationConfigurationCommand({ autoEnable }));
      await queries.invalidateQueries({ queryKey });
    } catch (fault) {
      notices.tell('error', faultOf(fault).message);
    }
  };
  return (
    <Container
      header={
        <Header
          variant="h2"
          description="What is scanned from the beginning in accounts that become members."
        >
          New members
        </Header>
      }
    >
      {error !== null && (
        <Failed error={error} what="the settings for new members" onRetry={() => void refetch()} />
      )}
      {error === null && data === undefined && <Loading what="the settings for new members" />}
      {data && (
        <SpaceBetween direction="horizontal" size="l">
          {SHOWN.map(([key, text]) => (
            <Toggle
              key={key}
              checked={data[key] ?? false}
              onChange={({ detail }) => void change({ ...data, [key]: detail.checked })}
            >
              {text}
            </Toggle>
          ))}
        </SpaceBetween>
      )}
    </Container>
  );
}
