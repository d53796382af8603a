import type {
  EcrConfiguration,
  EcrPullDateRescanDuration,
  EcrPullDateRescanMode,
  EcrRescanDuration,
} from '@aws-sdk/client-inspector2';
import ColumnLayout from '@cloudscape-design/components/column-layout';
import FormField from '@cloudscape-design/components/form-field';
import Select from '@cloudscape-design/components/select';
import { useCredentials, useMayChange } from '../../session/context';
import { useConfiguration } from './configuration';
import { Card } from '../../states/card';

const DAYS = ['DAYS_3', 'DAYS_7', 'DAYS_14', 'DAYS_30', 'DAYS_60', 'DAYS_90', 'DAYS_180'] as const;
const PUSH_WINDOWS = [...DAYS, 'LIFETIME'] as const satisfies EcrRescanDuration[];
const PULL_WINDOWS = DAYS satisfies readonly EcrPullDateRescanDuration[];
const MODES = ['LAST_PULL_DATE', 'LAST_IN_USE_AT'] as const satisfies EcrPullDateRescanMode[];

const TEXTS: Record<string, string> = {
  LIFETIME: 'For as long as it is there',
  LAST_PULL_DATE: 'it was last pulled',
  LAST_IN_USE_AT: 'a container of it last ran',
};

const optionOf = (value: string) => ({ value, label: TEXTS[value] ?? `${value.replace('DAYS_', '')} days` });

/** How long images are watched after they were pushed and used. */
export function ImageWindows() {
  const { query, change } = useConfiguration();
  const { relation } = useCredentials();
  const mayChange = useMayChange() && relation !== 'member';
  return (
    <Card
      title="Scanning of images"
      description="An image that is past both windows is not watched any more, and its findings are closed. Pulling it brings it back."
      query={query}
    >
      {({ ecrConfiguration }) => {
        const state = ecrConfiguration?.rescanDurationState ?? {};
        const set = (changed: Partial<EcrConfiguration>) => {
          const { rescanDuration, pullDateRescanDuration, pullDateRescanMode } = state;
          void change({
            ecrConfiguration: { rescanDuration, pullDateRescanDuration, pullDateRescanMode, ...changed },
          });
        };
        return (
          <ColumnLayout columns={3}>
            <FormField label="Watched after it was pushed">
              <Select
                disabled={!mayChange}
                options={PUSH_WINDOWS.map(optionOf)}
                selectedOption={state.rescanDuration ? optionOf(state.rescanDuration) : null}
                onChange={({ detail }) =>
                  set({ rescanDuration: detail.selectedOption.value as EcrRescanDuration })
                }
              />
            </FormField>
            <FormField label="Watched after it was used">
              <Select
                disabled={!mayChange}
                options={PULL_WINDOWS.map(optionOf)}
                selectedOption={state.pullDateRescanDuration ? optionOf(state.pullDateRescanDuration) : null}
                onChange={({ detail }) =>
                  set({ pullDateRescanDuration: detail.selectedOption.value as EcrPullDateRescanDuration })
                }
              />
            </FormField>
            <FormField label="Used means that">
              <Select
                disabled={!mayChange}
                options={MODES.map(optionOf)}
                selectedOption={state.pullDateRescanMode ? optionOf(state.pullDateRescanMode) : null}
                onChange={({ detail }) =>
                  set({ pullDateRescanMode: detail.selectedOption.value as EcrPullDateRescanMode })
                }
              />
            </FormField>
          </ColumnLayout>
        );
      }}
    </Card>
  );
}
