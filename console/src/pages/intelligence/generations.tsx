import { NothingThere } from '../../states/states';
import { useRows } from '../../table/pages';
import type { Column } from '../../table/columns';
import { PagedTable } from '../../table/paged-table';
import { Time, timeText } from '../../text/time';
import { count } from '../../text/words';
import type { Intelligence } from './page';

type Generation = Intelligence['generations'][number];

/** The latest generations of the intelligence: what each brought, and what came of it in this account. */
export function Generations({ generations }: { generations: Generation[] }) {
  const pages = useRows(generations, 50);
  return (
    <PagedTable<Generation>
      title="Generations"
      what="generations"
      columns={COLUMNS}
      pages={pages}
      within="part"
      rowKey={({ digest, takenAt }) => `${digest} ${takenAt}`}
      empty={<NothingThere title="No generation was taken up yet" />}
    />
  );
}

const COLUMNS: Column<Generation>[] = [
  {
    id: 'digest',
    header: 'Generation',
    isRowHeader: true,
    cell: ({ digest }) => <code>{digest.slice(0, 12)}</code>,
    text: ({ digest }) => digest,
  },
  {
    id: 'taken',
    header: 'Taken up',
    cell: ({ takenAt }) => <Time at={takenAt} />,
    text: ({ takenAt }) => timeText(takenAt),
    width: 180,
  },
  {
    id: 'applied',
    header: 'All was held against it',
    cell: ({ appliedAt }) => <Time at={appliedAt} never="Not yet" />,
    text: ({ appliedAt }) => timeText(appliedAt),
    width: 190,
  },
  { id: 'added', header: 'Added', cell: ({ news }) => count(news?.added), text: ({ news }) => news?.added },
  {
    id: 'changed',
    header: 'Changed',
    cell: ({ news }) => count(news?.changed),
    text: ({ news }) => news?.changed,
  },
  {
    id: 'removed',
    header: 'Removed',
    cell: ({ news }) => count(news?.removed),
    text: ({ news }) => news?.removed,
  },
  {
    id: 'opened',
    header: 'Findings opened',
    cell: ({ opened }) => count(opened),
    text: ({ opened }) => opened,
  },
  {
    id: 'closed',
    header: 'Findings closed',
    cell: ({ closed }) => count(closed),
    text: ({ closed }) => closed,
  },
];
