import { CancelFindingsReportCommand, CancelSbomExportCommand } from '@aws-sdk/client-inspector2';
import Button from '@cloudscape-design/components/button';
import SpaceBetween from '@cloudscape-design/components/space-between';
import StatusIndicator, { type StatusIndicatorProps } from '@cloudscape-design/components/status-indicator';
import { useSearchParams } from 'react-router';
import type { components } from '../../api/assay-routes';
import { answer } from '../../api/clients';
import { useClients, useMayChange } from '../../session/context';
import { AppLink } from '../../shell/link';
import { useChange } from '../../shell/change';
import { NothingThere } from '../../states/states';
import { type FetchPage, usePages } from '../../table/pages';
import type { Column } from '../../table/columns';
import { PagedTable } from '../../table/paged-table';
import { Time, timeText } from '../../text/time';
import { count, readable } from '../../text/words';
import { Files } from './files';

export type Report = components['schemas']['Report'];

/** How often what is in progress is looked at. */
const LOOK_AGAIN = 1_500;

/** Reports of findings and exports of bills of materials, with their progress and their files. */
export default function ReportsPage() {
  const { assay, inspector, region } = useClients();
  const mayChange = useMayChange();
  const change = useChange();
  const [parameters, setParameters] = useSearchParams();
  const chosen = parameters.get('id') ?? undefined;
  const fetchPage: FetchPage<Report> = async (nextToken, signal) => {
    const page = await answer(
      assay.GET('/reports', { params: { query: { maxResults: 50, nextToken } }, signal }),
    );
    return { rows: page.reports, next: page.nextToken ?? undefined };
  };
  const pages = usePages(['reports', region], fetchPage, {
    lookAgain: (rows) => (rows?.some(({ status }) => status === 'IN_PROGRESS') ? LOOK_AGAIN : false),
  });
  const report = pages.rows?.find(({ id }) => id === chosen);
  const cancel = ({ id: reportId, kind }: Report) =>
    change(() =>
      kind === 'FINDINGS'
        ? inspector.send(new CancelFindingsReportCommand({ reportId }))
        : inspector.send(new CancelSbomExportCommand({ reportId })),
    );
  return (
    <SpaceBetween size="l">
      <PagedTable<Report>
        title="Reports and exports"
        what="reports"
        columns={COLUMNS}
        pages={pages}
        rowKey={({ id }) => id}
        selectionType="single"
        selected={report ? [report] : []}
        onSelect={([one]) => setParameters(one ? { id: one.id } : {}, { replace: true })}
        actions={
          mayChange && (
            <Button disabled={report?.status !== 'IN_PROGRESS'} onClick={() => report && void cancel(report)}>
              Cancel
            </Button>
          )
        }
        empty={
          <NothingThere title="Nothing was ordered yet">
            <SpaceBetween direction="horizontal" size="m">
              <AppLink to="/findings?findingStatus=ACTIVE">Export findings</AppLink>
              <AppLink to="/coverage">Export SBOMs</AppLink>
            </SpaceBetween>
          </NothingThere>
        }
      />
      {report && <Files key={report.id} report={report} />}
    </SpaceBetween>
  );
}

const STATUSES: Record<string, StatusIndicatorProps.Type> = {
  SUCCEEDED: 'success',
  IN_PROGRESS: 'in-progress',
  CANCELLED: 'stopped',
  FAILED: 'error',
};

const COLUMNS: Column<Report>[] = [
  {
    id: 'kind',
    header: 'What',
    isRowHeader: true,
    cell: ({ kind }) => (kind === 'FINDINGS' ? 'Findings' : 'SBOMs'),
    text: ({ kind }) => kind,
  },
  { id: 'format', header: 'Format', cell: ({ format }) => readable(format), text: ({ format }) => format },
  {
    id: 'status',
    header: 'Status',
    cell: ({ status, errorMessage, errorCode }) => (
      <StatusIndicator type={STATUSES[status] ?? 'info'}>
        {readable(status)}
        {(errorMessage ?? errorCode) ? `: ${errorMessage ?? errorCode}` : ''}
      </StatusIndicator>
    ),
    text: ({ status }) => status,
    width: 320,
  },
  {
    id: 'written',
    header: 'Written',
    cell: ({ written, kind }) => `${count(written)} ${kind === 'FINDINGS' ? 'findings' : 'resources'}`,
    text: ({ written }) => written,
  },
  {
    id: 'ordered',
    header: 'Ordered',
    cell: ({ createdAt }) => <Time at={createdAt} />,
    text: ({ createdAt }) => timeText(createdAt),
  },
  {
    id: 'ended',
    header: 'Ended',
    cell: ({ endedAt }) => <Time at={endedAt} />,
    text: ({ endedAt }) => timeText(endedAt),
  },
  { id: 'id', header: 'Id', cell: ({ id }) => <code>{id}</code>, text: ({ id }) => id },
];
