import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Header from '@cloudscape-design/components/header';
import Pagination from '@cloudscape-design/components/pagination';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Table from '@cloudscape-design/components/table';
import { type ReactNode, useState } from 'react';
import { useNotices } from '../shell/notices';
import { Failed } from '../states/states';
import { faultOf } from '../api/fault';
import { type Column, definition, downloadTable } from './columns';
import { type Pages, gather } from './pages';

/** How a list is ordered. */
export interface Order {
  field: string;
  direction: 'ascending' | 'descending';
}

/** Rows that one download has at most; whoever wants more orders a report. */
const MOST_ROWS = 20_000;

/** A list by pages: the table of every view. */
export function PagedTable<Row>({
  title,
  what,
  columns,
  pages,
  rowKey,
  empty,
  description,
  actions,
  filter,
  order,
  onOrder,
  selected,
  onSelect,
  selectionType,
  within = 'page',
}: {
  title: string;
  /** What rows are, in the plural: `findings`. */
  what: string;
  columns: Column<Row>[];
  pages: Pages<Row>;
  rowKey: (row: Row) => string;
  /** What is shown where there is nothing; it says whether that is because of a filter, or nobody looked. */
  empty: ReactNode;
  description?: ReactNode;
  actions?: ReactNode;
  filter?: ReactNode;
  order?: Order;
  onOrder?: (order: Order) => void;
  selected?: Row[];
  onSelect?: (rows: Row[]) => void;
  selectionType?: 'single' | 'multi';
  /** Whether the table is what its page is about, or a part of it. */
  within?: 'page' | 'part';
}) {
  const { rows, error } = pages;
  const sorted = columns.find(
    ({ sortingField }) => sortingField !== undefined && sortingField === order?.field,
  );
  if (error && rows === undefined) return <Failed error={error} what={what} onRetry={pages.retry} />;
  return (
    <Table<Row>
      variant="container"
      stickyHeader={within === 'page'}
      resizableColumns
      wrapLines
      items={rows ?? []}
      loading={rows === undefined}
      loadingText={`Loading ${what}`}
      trackBy={rowKey}
      columnDefinitions={columns.map(definition)}
      sortingColumn={sorted && { sortingField: sorted.sortingField }}
      sortingDescending={order?.direction === 'descending'}
      sortingDisabled={onOrder === undefined}
      onSortingChange={({ detail }) =>
        onOrder?.({
          field: detail.sortingColumn.sortingField ?? '',
          direction: detail.isDescending ? 'descending' : 'ascending',
        })
      }
      selectionType={selectionType}
      selectedItems={selected ?? []}
      onSelectionChange={({ detail }) => onSelect?.(detail.selectedItems)}
      onRowClick={selectionType === 'single' ? ({ detail }) => onSelect?.([detail.item]) : undefined}
      ariaLabels={{
        tableLabel: title,
        selectionGroupLabel: `Choose ${what}`,
        allItemsSelectionLabel: () => `Choose all ${what} of this page`,
        itemSelectionLabel: (_, row) => `Choose ${rowKey(row)}`,
      }}
      empty={empty}
      header={
        <Header
          variant={within === 'page' ? 'awsui-h1-sticky' : 'h2'}
          description={description}
          actions={
            <SpaceBetween direction="horizontal" size="xs">
              <CsvButton name={what} columns={columns} pages={pages} />
              {actions}
            </SpaceBetween>
          }
        >
          {title}
        </Header>
      }
      filter={filter}
      pagination={
        <Pagination
          currentPageIndex={pages.page}
          pagesCount={pages.known + (pages.hasMore ? 1 : 0)}
          openEnd={pages.hasMore}
          disabled={pages.isStale}
          onChange={({ detail }) => pages.show(detail.currentPageIndex)}
          ariaLabels={{
            nextPageLabel: 'Next page',
            previousPageLabel: 'Previous page',
            pageLabel: (page) => `Page ${page}`,
          }}
        />
      }
      footer={
        error ? (
          <Box color="text-status-error" textAlign="center">
            Not up to date: {faultOf(error).message}
          </Box>
        ) : undefined
      }
    />
  );
}

/** Downloads the whole list that a table shows a page of. */
function CsvButton<Row>({
  name,
  columns,
  pages,
}: {
  name: string;
  columns: Column<Row>[];
  pages: Pages<Row>;
}) {
  const [gathered, setGathered] = useState<number>();
  const notices = useNotices();
  const save = async () => {
    setGathered(0);
    try {
      const { rows, isWhole } = await gather(pages.fetchPage, MOST_ROWS, setGathered);
      downloadTable(name, columns, rows);
      if (!isWhole) {
        notices.tell(
          'warning',
          `The file has the first ${MOST_ROWS.toLocaleString('en')} ${name}. Reports have all.`,
        );
      }
    } catch (error) {
      notices.tell('error', `The table could not be downloaded: ${faultOf(error).message}`);
    } finally {
      setGathered(undefined);
    }
  };
  return (
    <Button
      iconName="download"
      loading={gathered !== undefined}
      loadingText={`${gathered ?? 0} ${name} so far`}
      onClick={() => void save()}
    >
      Download CSV
    </Button>
  );
}
