import StatusIndicator, { type StatusIndicatorProps } from '@cloudscape-design/components/status-indicator';
import { NothingThere } from '../../states/states';
import { useRows } from '../../table/pages';
import type { Column } from '../../table/columns';
import { PagedTable } from '../../table/paged-table';
import { Ago, Time, timeText } from '../../text/time';
import { bytes, count, readable } from '../../text/words';
import type { Intelligence } from './page';

type Feed = Intelligence['feeds'][number];

/** The feeds that the intelligence is compiled from, each with its age. */
export function Feeds({ feeds }: { feeds: Feed[] }) {
  const pages = useRows(feeds, 100);
  return (
    <PagedTable<Feed>
      title="Feeds"
      what="feeds"
      columns={COLUMNS}
      pages={pages}
      within="part"
      rowKey={({ name }) => name}
      empty={
        <NothingThere title="No feed is in use">The program carries its starter intelligence.</NothingThere>
      }
    />
  );
}

const STANDINGS: Record<string, StatusIndicatorProps.Type> = {
  CURRENT: 'success',
  STALE: 'warning',
  FAILED: 'error',
};

const COLUMNS: Column<Feed>[] = [
  {
    id: 'name',
    header: 'Feed',
    isRowHeader: true,
    cell: ({ name }) => name,
    text: ({ name }) => name,
    width: 220,
  },
  {
    id: 'status',
    header: 'Status',
    cell: ({ status, problems }) => (
      <>
        <StatusIndicator type={STANDINGS[status ?? ''] ?? 'pending'}>
          {status ? readable(status) : 'Not looked at since the service started'}
        </StatusIndicator>
        {problems.map((problem) => (
          <div key={problem}>{problem}</div>
        ))}
      </>
    ),
    text: ({ status, problems }) => [status, ...problems].join('; '),
    width: 280,
  },
  { id: 'records', header: 'Records', cell: ({ records }) => count(records), text: ({ records }) => records },
  {
    id: 'date',
    header: 'Content is from',
    cell: ({ date }) => <Ago at={date} never="Not told" />,
    text: ({ date }) => timeText(date),
    width: 160,
  },
  {
    id: 'current',
    header: 'Known to be current',
    cell: ({ currentAt }) => <Time at={currentAt} />,
    text: ({ currentAt }) => timeText(currentAt),
    width: 190,
  },
  { id: 'bytes', header: 'Read', cell: ({ bytes: read }) => bytes(read), text: ({ bytes: read }) => read },
];
