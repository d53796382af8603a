import {
  GetEc2DeepInspectionConfigurationCommand,
  UpdateEc2DeepInspectionConfigurationCommand,
  UpdateOrgEc2DeepInspectionConfigurationCommand,
} from '@aws-sdk/client-inspector2';
import Button from '@cloudscape-design/components/button';
import FormField from '@cloudscape-design/components/form-field';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Textarea from '@cloudscape-design/components/textarea';
import Toggle from '@cloudscape-design/components/toggle';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useClients, useCredentials, useMayChange } from '../../session/context';
import { useChange } from '../../shell/change';
import { Card } from '../../states/card';

/** Whether agents read packages of languages, and below which further directories they watch. */
export function DeepInspection() {
  const { inspector, region } = useClients();
  const { relation } = useCredentials();
  const mayChange = useMayChange();
  const change = useChange();
  const query = useQuery({
    queryKey: ['deep-inspection', region],
    queryFn: ({ signal: abortSignal }) =>
      inspector.send(new GetEc2DeepInspectionConfigurationCommand({}), { abortSignal }),
  });
  const work = (made: () => Promise<unknown>) => change(made, 'The settings are changed.');
  return (
    <Card
      title="Deep inspection"
      description="Agents read packages of languages anywhere on a host, and look at once when something changes below the directories here."
      query={query}
    >
      {({ status, packagePaths = [], orgPackagePaths = [] }) => (
        <SpaceBetween size="m">
          <Toggle
            checked={status === 'ACTIVATED'}
            disabled={!mayChange}
            onChange={({ detail }) =>
              void work(() =>
                inspector.send(
                  new UpdateEc2DeepInspectionConfigurationCommand({ activateDeepInspection: detail.checked }),
                ),
              )
            }
          >
            Read packages of languages
          </Toggle>
          <Paths
            key={`own ${packagePaths.join()}`}
            label="Directories of this account"
            paths={packagePaths}
            mayChange={mayChange}
            onSave={(paths) =>
              work(() =>
                inspector.send(new UpdateEc2DeepInspectionConfigurationCommand({ packagePaths: paths })),
              )
            }
          />
          {relation === 'delegated-administrator' && (
            <Paths
              key={`organisation ${orgPackagePaths.join()}`}
              label="Directories of all members"
              paths={orgPackagePaths}
              mayChange={mayChange}
              onSave={(paths) =>
                work(() =>
                  inspector.send(
                    new UpdateOrgEc2DeepInspectionConfigurationCommand({ orgPackagePaths: paths }),
                  ),
                )
              }
            />
          )}
        </SpaceBetween>
      )}
    </Card>
  );
}

function Paths({
  label,
  paths,
  mayChange,
  onSave,
}: {
  label: string;
  paths: string[];
  mayChange: boolean;
  onSave: (paths: string[]) => Promise<void>;
}) {
  const [text, setText] = useState(paths.join('\n'));
  const typed = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  return (
    <FormField
      label={label}
      description="One a line, five at most, as /srv/app."
      secondaryControl={
        mayChange && (
          <Button disabled={typed.join() === paths.join()} onClick={() => void onSave(typed)}>
            Save
          </Button>
        )
      }
    >
      <Textarea
        value={text}
        rows={3}
        readOnly={!mayChange}
        onChange={({ detail }) => setText(detail.value)}
      />
    </FormField>
  );
}
