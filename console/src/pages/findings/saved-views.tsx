import {
  CreateFilterCommand,
  DeleteFilterCommand,
  type FilterCriteria,
  ListFiltersCommand,
} from '@aws-sdk/client-inspector2';
import Button from '@cloudscape-design/components/button';
import ButtonDropdown from '@cloudscape-design/components/button-dropdown';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { type AddressFilter } from '../../filter/bar';
import { conditionsOf } from '../../filter/criteria';
import { FINDING_FIELDS } from '../../filter/findings';
import { useClients, useMayChange } from '../../session/context';
import { useChange } from '../../shell/change';
import { NameDialog } from './name-dialog';

/**
 * Filters that the account has kept, for everybody in it. They are Inspector's filters that suppress nothing, so that
 * other clients see them, too.
 */
export function SavedViews({ filter }: { filter: AddressFilter<FilterCriteria> }) {
  const { inspector, region } = useClients();
  const mayChange = useMayChange();
  const change = useChange();
  const [isNaming, setNaming] = useState(false);
  const { data: views = [] } = useQuery({
    queryKey: ['saved-views', region],
    queryFn: async ({ signal: abortSignal }) => {
      const command = new ListFiltersCommand({ action: 'NONE', maxResults: 100 });
      return (await inspector.send(command, { abortSignal })).filters ?? [];
    },
  });
  const shown = views.find(
    ({ criteria }) =>
      JSON.stringify(conditionsOf(FINDING_FIELDS, criteria)) === JSON.stringify(filter.conditions),
  );
  return (
    <SpaceBetween direction="horizontal" size="xs">
      <ButtonDropdown
        disabled={views.length === 0}
        items={views.map(({ arn, name, description }) => ({ id: arn ?? '', text: name ?? '', description }))}
        onItemClick={({ detail }) => {
          const view = views.find(({ arn }) => arn === detail.id);
          if (view) filter.change(conditionsOf(FINDING_FIELDS, view.criteria));
        }}
      >
        {shown?.name ?? 'Saved views'}
      </ButtonDropdown>
      {mayChange && (
        <Button
          disabled={filter.conditions.length === 0 || shown !== undefined}
          onClick={() => setNaming(true)}
        >
          Save view
        </Button>
      )}
      {mayChange && shown && (
        <Button
          onClick={() =>
            void change(
              () => inspector.send(new DeleteFilterCommand({ arn: shown.arn })),
              `The view ${shown.name} is deleted.`,
            )
          }
        >
          Delete view
        </Button>
      )}
      {isNaming && (
        <NameDialog
          title="Save view"
          description="Everybody in the account can open it."
          onClose={() => setNaming(false)}
          onName={async (name) => {
            setNaming(false);
            await change(
              () =>
                inspector.send(
                  new CreateFilterCommand({ action: 'NONE', name, filterCriteria: filter.criteria }),
                ),
              `The view ${name} is saved.`,
            );
          }}
        />
      )}
    </SpaceBetween>
  );
}
