import SegmentedControl from '@cloudscape-design/components/segmented-control';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useSearchParams } from 'react-router';
import { Groups, GROUPINGS, isGrouping } from './groups';
import { FixGroups } from './fixes';
import { FindingList } from './list';

/** Findings: one by one, or grouped by what they are about. The address says which and by what filter. */
export default function FindingsPage() {
  const [parameters, setParameters] = useSearchParams();
  const by = parameters.get('by') ?? 'finding';
  return (
    <SpaceBetween size="m">
      <SegmentedControl
        label="Group findings by"
        selectedId={by}
        options={[
          { id: 'finding', text: 'All' },
          ...Object.entries(GROUPINGS).map(([id, { text }]) => ({
            id,
            text: text.charAt(0).toUpperCase() + text.slice(1),
          })),
          { id: 'fix', text: 'Fix' },
        ]}
        onChange={({ detail }) => {
          const next = new URLSearchParams(parameters);
          next.delete('finding');
          if (detail.selectedId === 'finding') next.delete('by');
          else next.set('by', detail.selectedId);
          setParameters(next);
        }}
      />
      {by === 'fix' && <FixGroups />}
      {isGrouping(by) && <Groups key={by} by={by} />}
      {by !== 'fix' && !isGrouping(by) && <FindingList />}
    </SpaceBetween>
  );
}
