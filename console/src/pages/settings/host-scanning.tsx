import type { Ec2ScanMode } from '@aws-sdk/client-inspector2';
import RadioGroup from '@cloudscape-design/components/radio-group';
import { useCredentials, useMayChange } from '../../session/context';
import { Card } from '../../states/card';
import { useConfiguration } from './configuration';

/** Whether hosts without an agent are read by their disks. */
export function HostScanning() {
  const { query, change } = useConfiguration();
  const { relation } = useCredentials();
  const mayChange = useMayChange() && relation !== 'member';
  return (
    <Card
      title="Scanning of hosts"
      description="In an organisation this is for all members that follow it."
      query={query}
    >
      {({ ec2Configuration }) => (
        <RadioGroup
          ariaLabel="Scan mode of hosts"
          readOnly={!mayChange}
          value={ec2Configuration?.scanModeState?.scanMode ?? null}
          onChange={({ detail }) =>
            void change({ ec2Configuration: { scanMode: detail.value as Ec2ScanMode } })
          }
          items={[
            {
              value: 'EC2_SSM_AGENT_BASED',
              label: 'By agents',
              description: 'Hosts without an agent are listed as not managed, with what to do about it.',
            },
            {
              value: 'EC2_HYBRID',
              label: 'By agents, else by disks',
              description:
                'Hosts without an agent are read by their disks once a day, and by the agent again when it is back.',
            },
          ]}
        />
      )}
    </Card>
  );
}
