import { type CoveredResource, ListCoverageCommand } from '@aws-sdk/client-inspector2';
import SegmentedControl from '@cloudscape-design/components/segmented-control';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';
import Button from '@cloudscape-design/components/button';
import { useAgentSettings } from '../../coverage/agent-settings';
import { LateFindings } from '../../coverage/late-findings';
import { ScanningReason, ScanningStatus } from '../../coverage/status';
import { Account } from '../../account/account';
import { reasonOf } from '../../coverage/reasons';
import { FilterBar, useAddressFilter } from '../../filter/bar';
import { COVERAGE_FIELDS } from '../../filter/coverage';
import { activeAddress, resourceAddress } from '../../finding/address';
import { useClients, useMayChange } from '../../session/context';
import { AppLink } from '../../shell/link';
import { NothingThere } from '../../states/states';
import { type FetchPage, usePages } from '../../table/pages';
import type { Column } from '../../table/columns';
import { PagedTable } from '../../table/paged-table';
import { Ago, timeText } from '../../text/time';
import { readable } from '../../text/words';
import { shortName } from '../../finding/resource-name';
import { ExportBills } from './export-bills';

const PAGE_SIZE = 50;
/** What is covered changes without any finding that changes. */
const LOOK_AGAIN = 5_000;

/** Every resource that is known: whether it is scanned, why or why not, and what to do about it. */
export default function CoveragePage() {
  const { inspector, region } = useClients();
  const mayChange = useMayChange();
  const filter = useAddressFilter(COVERAGE_FIELDS);
  const [isExporting, setExporting] = useState(false);
  const { criteria, conditions } = filter;
  const fetchPage: FetchPage<CoveredResource> = async (nextToken, abortSignal) => {
    const command = new ListCoverageCommand({ filterCriteria: criteria, maxResults: PAGE_SIZE, nextToken });
    const answer = await inspector.send(command, { abortSignal });
    return { rows: answer.coveredResources ?? [], next: answer.nextToken };
  };
  const pages = usePages(['coverage', region, criteria], fetchPage, { lookAgain: LOOK_AGAIN });
  const status = conditions.find(
    ({ field, operator }) => field === 'scanStatusCode' && operator === '=',
  )?.text;
  const agents = useAgentSettings().data;
  return (
    <SpaceBetween size="m">
      <LateFindings who="Agents of hosts report" seconds={agents?.reportEverySeconds} />
      <SegmentedControl
        label="Show resources"
        selectedId={status ?? 'ALL'}
        options={[
          { id: 'ALL', text: 'All' },
          { id: 'ACTIVE', text: 'Scanning' },
          { id: 'INACTIVE', text: 'Not scanning' },
        ]}
        onChange={({ detail: { selectedId } }) =>
          filter.change([
            ...conditions.filter(({ field }) => field !== 'scanStatusCode'),
            ...(selectedId === 'ALL'
              ? []
              : [{ field: 'scanStatusCode', operator: '=' as const, text: selectedId }]),
          ])
        }
      />
      <PagedTable<CoveredResource>
        title="Resources and coverage"
        what="resources"
        columns={COLUMNS}
        pages={pages}
        rowKey={({ accountId, resourceId, scanType }) => `${accountId} ${resourceId} ${scanType}`}
        filter={<FilterBar fields={COVERAGE_FIELDS} filter={filter} what="resources" />}
        actions={mayChange && <Button onClick={() => setExporting(true)}>Export SBOMs</Button>}
        empty={
          <NothingThere
            title={conditions.length > 0 ? 'No resource matches this filter' : 'No resource is known yet'}
          >
            {conditions.length === 0 && (
              <>
                Push one with <code>assay push</code>, enrol an agent, or start a collector.
              </>
            )}
          </NothingThere>
        }
      />
      {isExporting && <ExportBills conditions={conditions} onClose={() => setExporting(false)} />}
    </SpaceBetween>
  );
}

const COLUMNS: Column<CoveredResource>[] = [
  {
    id: 'resource',
    header: 'Resource',
    isRowHeader: true,
    cell: ({ resourceType, resourceId }) => (
      <AppLink to={resourceAddress(resourceType, resourceId)}>{shortName(resourceId ?? '')}</AppLink>
    ),
    text: ({ resourceId }) => resourceId,
    width: 300,
  },
  {
    id: 'type',
    header: 'Type',
    cell: ({ resourceType }) => readable(resourceType),
    text: ({ resourceType }) => resourceType,
    width: 150,
  },
  {
    id: 'status',
    header: 'Status',
    cell: ({ scanStatus }) => <ScanningStatus code={scanStatus?.statusCode} reason={scanStatus?.reason} />,
    text: ({ scanStatus }) => scanStatus?.statusCode,
    width: 140,
  },
  {
    id: 'reason',
    header: 'Reason',
    cell: ({ scanStatus }) => <ScanningReason reason={scanStatus?.reason} />,
    text: ({ scanStatus }) => scanStatus?.reason,
    width: 260,
  },
  {
    id: 'remedy',
    header: 'Remedy',
    cell: ({ scanStatus }) => reasonOf(scanStatus?.reason).remedy ?? '–',
    text: ({ scanStatus }) => reasonOf(scanStatus?.reason).remedy,
    width: 320,
  },
  {
    id: 'mode',
    header: 'Monitored using',
    cell: ({ scanMode }) => readable(scanMode),
    text: ({ scanMode }) => scanMode,
    width: 160,
  },
  {
    id: 'account',
    header: 'Account',
    cell: ({ accountId }) => <Account id={accountId} />,
    text: ({ accountId }) => accountId,
    width: 140,
  },
  {
    id: 'scan',
    header: 'Scan type',
    cell: ({ scanType }) => readable(scanType),
    text: ({ scanType }) => scanType,
    width: 120,
  },
  {
    id: 'last',
    header: 'Last scanned',
    cell: ({ lastScannedAt }) => <Ago at={lastScannedAt} />,
    text: ({ lastScannedAt }) => timeText(lastScannedAt),
    width: 150,
  },
  {
    id: 'use',
    header: 'In use',
    cell: ({ resourceMetadata }) => resourceMetadata?.ecrImage?.inUseCount ?? '–',
    text: ({ resourceMetadata }) => resourceMetadata?.ecrImage?.inUseCount,
    width: 90,
  },
  {
    id: 'findings',
    header: 'Findings',
    cell: ({ resourceId, accountId }) => (
      <AppLink to={activeAddress({ resourceId, awsAccountId: accountId })}>Show</AppLink>
    ),
    width: 100,
  },
];
