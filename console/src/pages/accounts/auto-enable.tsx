import {
  type AutoEnable as AutoEnabled,
  DescribeOrganizationConfigurationCommand,
  UpdateOrganizationConfigurationCommand,
} from '@aws-sdk/client-inspector2';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Toggle from '@cloudscape-design/components/toggle';
import { useQuery } from '@tanstack/react-query';
import { useClients } from '../../session/context';
import { useChange } from '../../shell/change';
import { Card } from '../../states/card';

const SHOWN = [
  ['ec2', 'Hosts'],
  ['ecr', 'Container images'],
  ['lambda', 'Functions'],
] as const;

/** What is turned on by itself in accounts that become members. */
export function AutoEnable() {
  const { inspector, region } = useClients();
  const make = useChange();
  const query = useQuery({
    queryKey: ['organization-configuration', region],
    queryFn: async ({ signal: abortSignal }) =>
      (await inspector.send(new DescribeOrganizationConfigurationCommand({}), { abortSignal })).autoEnable,
  });
  const change = (autoEnable: AutoEnabled) =>
    make(() => inspector.send(new UpdateOrganizationConfigurationCommand({ autoEnable })));
  return (
    <Card
      title="New members"
      description="What is scanned from the beginning in accounts that become members."
      query={query}
    >
      {(enabled) => (
        <SpaceBetween direction="horizontal" size="l">
          {SHOWN.map(([key, text]) => (
            <Toggle
              key={key}
              checked={enabled[key] ?? false}
              onChange={({ detail }) => void change({ ...enabled, [key]: detail.checked })}
            >
              {text}
            </Toggle>
          ))}
        </SpaceBetween>
      )}
    </Card>
  );
}
