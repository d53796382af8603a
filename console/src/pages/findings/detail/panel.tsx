import { BatchGetFindingDetailsCommand, type Finding, ListFindingsCommand } from '@aws-sdk/client-inspector2';
import SplitPanel from '@cloudscape-design/components/split-panel';
import Tabs from '@cloudscape-design/components/tabs';
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { useSearchParams } from 'react-router';
import { answer } from '../../../api/clients';
import { follows } from '../../../live/follow';
import { useClients } from '../../../session/context';
import { InSplitPanel } from '../../../shell/split-panel';
import { Failed, Loading, NothingThere } from '../../../states/states';
import { Evidence } from './evidence';
import { History } from './history';
import { Overview } from './overview';
import { References } from './references';
import { Score } from './score';

/** All that is known of one finding, in the panel beside the list. */
export function FindingPanel({ arn, onClose }: { arn: string; onClose: () => void }) {
  const content = useMemo(() => <Content arn={arn} />, [arn]);
  return <InSplitPanel onClose={onClose}>{content}</InSplitPanel>;
}

function Content({ arn }: { arn: string }) {
  const { inspector, region } = useClients();
  const { data, error, refetch } = useQuery({
    queryKey: ['finding', region, arn],
    queryFn: async ({ signal: abortSignal }) => {
      const filterCriteria = { findingArn: [{ comparison: 'EQUALS' as const, value: arn }] };
      const { findings = [] } = await inspector.send(new ListFindingsCommand({ filterCriteria }), {
        abortSignal,
      });
      return findings[0] ?? null;
    },
    meta: follows('closely'),
  });
  return (
    <SplitPanel
      header={data?.title ?? 'Finding'}
      closeBehavior="hide"
      i18nStrings={{
        closeButtonAriaLabel: 'Close the finding',
        openButtonAriaLabel: 'Open the finding',
        preferencesTitle: 'Where the finding is shown',
        preferencesPositionLabel: 'Place',
        preferencesPositionDescription: 'Beside the list or below it.',
        preferencesPositionSide: 'Beside',
        preferencesPositionBottom: 'Below',
        preferencesConfirm: 'Confirm',
        preferencesCancel: 'Cancel',
        resizeHandleAriaLabel: 'Resize the panel',
      }}
    >
      {error ? (
        <Failed error={error} what="the finding" onRetry={() => void refetch()} />
      ) : data === undefined ? (
        <Loading what="the finding" />
      ) : data === null ? (
        <NothingThere title="There is no such finding">
          It may have been closed for longer than findings are kept, or be another account’s.
        </NothingThere>
      ) : (
        <Parts finding={data} />
      )}
    </SplitPanel>
  );
}

const TABS = ['overview', 'score', 'evidence', 'references', 'history'] as const;

function Parts({ finding }: { finding: Finding }) {
  const { inspector, assay, region } = useClients();
  const [parameters, setParameters] = useSearchParams();
  const arn = finding.findingArn ?? '';
  const details = useQuery({
    queryKey: ['finding-details', region, arn],
    queryFn: async ({ signal: abortSignal }) => {
      const command = new BatchGetFindingDetailsCommand({ findingArns: [arn] });
      return (await inspector.send(command, { abortSignal })).findingDetails?.[0] ?? null;
    },
    meta: follows('closely'),
  });
  const explanation = useQuery({
    queryKey: ['explanation', region, arn],
    queryFn: ({ signal }) => answer(assay.GET('/explain', { params: { query: { finding: arn } }, signal })),
    meta: follows('closely'),
  });
  const asked = parameters.get('tab');
  const tab = TABS.find((known) => known === asked) ?? 'overview';
  return (
    <Tabs
      activeTabId={tab}
      onChange={({ detail }) => {
        const next = new URLSearchParams(parameters);
        next.set('tab', detail.activeTabId);
        setParameters(next, { replace: true });
      }}
      tabs={[
        {
          id: 'overview',
          label: 'Overview',
          content: <Overview finding={finding} details={details.data} explanation={explanation.data} />,
        },
        { id: 'score', label: 'Score', content: <Score finding={finding} explanation={explanation.data} /> },
        {
          id: 'evidence',
          label: 'Evidence',
          content: <Evidence finding={finding} explanation={explanation} />,
        },
        { id: 'references', label: 'References', content: <References finding={finding} /> },
        { id: 'history', label: 'History', content: <History arn={arn} /> },
      ]}
    />
  );
}
