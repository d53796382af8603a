import Button from '@cloudscape-design/components/button';
import ColumnLayout from '@cloudscape-design/components/column-layout';
import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';
import type { components } from '../../api/assay-routes';
import { answer } from '../../api/clients';
import { useClients, useMayChange } from '../../session/context';
import { useChange } from '../../shell/change';
import { useServiceLevels } from '../../finding/trends';
import { Card } from '../../states/card';

type Levels = components['schemas']['ServiceLevels'];

const SHOWN = ['critical', 'high', 'medium', 'low', 'informational', 'untriaged'] as const;

/** Within how many days findings are to be fixed; the dashboard counts those beyond. */
export function ServiceLevels() {
  const query = useServiceLevels();
  return (
    <Card
      title="Service levels"
      description="Within how many days findings are to be fixed. The dashboard counts those that are beyond."
      query={query}
    >
      {(levels) => <Form key={JSON.stringify(levels)} levels={levels} />}
    </Card>
  );
}

function Form({ levels }: { levels: Levels }) {
  const { assay } = useClients();
  const mayChange = useMayChange();
  const change = useChange();
  const [days, setDays] = useState(() => new Map(SHOWN.map((name) => [name, String(levels[name] ?? '')])));
  const isGood = [...days.values()].every((text) => /^(|[1-9]\d{0,3})$/.test(text));
  const save = async () => {
    const body = Object.fromEntries(
      SHOWN.map((name) => [name, days.get(name) === '' ? null : Number(days.get(name))]),
    ) as Levels;
    await change(() => answer(assay.PUT('/service-levels', { body })), 'The service levels are changed.');
  };
  return (
    <SpaceBetween size="m">
      <ColumnLayout columns={3}>
        {SHOWN.map((name) => (
          <FormField
            key={name}
            label={name.charAt(0).toUpperCase() + name.slice(1)}
            constraintText="Days; empty for none"
          >
            <Input
              value={days.get(name) ?? ''}
              inputMode="numeric"
              readOnly={!mayChange}
              onChange={({ detail }) => setDays(new Map(days).set(name, detail.value.trim()))}
            />
          </FormField>
        ))}
      </ColumnLayout>
      {mayChange && (
        <Button disabled={!isGood} onClick={() => void save()}>
          Save
        </Button>
      )}
    </SpaceBetween>
  );
}
