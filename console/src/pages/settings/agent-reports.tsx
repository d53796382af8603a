import FormField from '@cloudscape-design/components/form-field';
import Select from '@cloudscape-design/components/select';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { answer } from '../../api/clients';
import { useAgentSettings } from '../../coverage/agent-settings';
import { LateFindings, USUAL_INTERVAL } from '../../coverage/late-findings';
import { useClients, useCredentials, useMayChange } from '../../session/context';
import { useChange } from '../../shell/change';
import { Card } from '../../states/card';
import { duration } from '../../text/words';

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const INTERVALS = [5 * MINUTE, 15 * MINUTE, USUAL_INTERVAL, HOUR, 2 * HOUR, 6 * HOUR, 12 * HOUR, 24 * HOUR];

/** How often agents report where nothing makes them report at once. */
export function AgentReports() {
  const { assay } = useClients();
  const { relation } = useCredentials();
  const mayChange = useMayChange() && relation !== 'member';
  const change = useChange();
  const query = useAgentSettings();
  const save = (reportEverySeconds: number) =>
    change(
      () => answer(assay.PUT('/agents/settings', { body: { reportEverySeconds } })),
      'The settings are changed. Agents follow with their next report.',
    );
  return (
    <Card
      title="Reports of agents"
      description="Agents tell at once when packages of the system or containers change, and report in any case as often as this. A host’s own --every goes before it. In an organisation this is for all members that follow it."
      query={query}
    >
      {({ reportEverySeconds }) => (
        <SpaceBetween size="m">
          <FormField label="Report every">
            <Select
              selectedOption={option(reportEverySeconds)}
              options={[...new Set([...INTERVALS, reportEverySeconds])].toSorted((a, b) => a - b).map(option)}
              disabled={!mayChange}
              onChange={({ detail }) => void save(Number(detail.selectedOption.value))}
            />
          </FormField>
          <LateFindings who="Agents report" seconds={reportEverySeconds} />
        </SpaceBetween>
      )}
    </Card>
  );
}

function option(seconds: number) {
  return {
    value: String(seconds),
    label: duration(seconds),
    description: seconds === USUAL_INTERVAL ? 'Usual' : undefined,
  };
}
