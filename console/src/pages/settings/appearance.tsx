import ColumnLayout from '@cloudscape-design/components/column-layout';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import FormField from '@cloudscape-design/components/form-field';
import RadioGroup from '@cloudscape-design/components/radio-group';
import { type Preferences, usePreferences } from '../../shell/preferences';

/** How the console looks in this browser. */
export function Appearance() {
  const [{ mode, density }, change] = usePreferences();
  return (
    <Container
      header={
        <Header variant="h2" description="Kept by this browser.">
          Appearance
        </Header>
      }
    >
      <ColumnLayout columns={2}>
        <FormField label="Colours">
          <RadioGroup
            value={mode}
            items={[
              { value: 'system', label: 'As the system has them' },
              { value: 'light', label: 'Light' },
              { value: 'dark', label: 'Dark' },
            ]}
            onChange={({ detail }) => change({ mode: detail.value as Preferences['mode'] })}
          />
        </FormField>
        <FormField label="Density">
          <RadioGroup
            value={density}
            items={[
              { value: 'comfortable', label: 'Comfortable' },
              { value: 'compact', label: 'Compact' },
            ]}
            onChange={({ detail }) => change({ density: detail.value as Preferences['density'] })}
          />
        </FormField>
      </ColumnLayout>
    </Container>
  );
}
