import SpaceBetween from '@cloudscape-design/components/space-between';
import Tabs from '@cloudscape-design/components/tabs';
import { useSearchParams } from 'react-router';
import { ScanningOff } from '../../coverage/scanning-off';
import { GROUPINGS, isGrouping } from '../../finding/groupings';
import { Groups } from './groups';
import { FixGroups } from './fixes';
import { FindingList } from './list';

/** Findings: one by one, or grouped by what they are about. The address says which and by what filter. */
export default function FindingsPage() {
  const [parameters, setParameters] = useSearchParams();
  const by = parameters.get('by') ?? 'finding';
  return (
    <SpaceBetween size="m">
      <Tabs
        ariaLabel="Group findings by"
        activeTabId={by}
        tabs={[
          { id: 'finding', label: 'All' },
          ...Object.entries(GROUPINGS).map(([id, { header }]) => ({
            id,
            label: `By ${header.toLowerCase()}`,
          })),
          { id: 'fix', label: 'By fix' },
        ]}
        onChange={({ detail }) => {
          const next = new URLSearchParams(parameters);
          next.delete('finding');
          if (detail.activeTabId === 'finding') next.delete('by');
          else next.set('by', detail.activeTabId);
          setParameters(next);
        }}
      />
      <ScanningOff />
      {by === 'fix' && <FixGroups />}
      {isGrouping(by) && <Groups key={by} by={by} />}
      {by !== 'fix' && !isGrouping(by) && <FindingList />}
    </SpaceBetween>
  );
}
