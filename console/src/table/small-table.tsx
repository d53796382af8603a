import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Table from '@cloudscape-design/components/table';
import type { ReactNode } from 'react';
import { type Column, definition, downloadTable } from './columns';

/** A short table that is a part of something: all its rows are there already. */
export function SmallTable<Row>({
  title,
  heading = title,
  description,
  actions,
  columns,
  rows,
  empty,
  footer,
}: {
  /** What the table has, as it is read out and as its file is named. */
  title: string;
  /** What stands above it; null where something else says so already. */
  heading?: string | null;
  description?: ReactNode;
  actions?: ReactNode;
  columns: Column<Row>[];
  rows: readonly Row[];
  empty?: ReactNode;
  footer?: ReactNode;
}) {
  const save = rows.length > 0 && (
    <Button
      variant="icon"
      iconName="download"
      ariaLabel={`Download as CSV: ${title}`}
      onClick={() => downloadTable(title, columns, rows)}
    />
  );
  return (
    <Table<Row>
      variant="embedded"
      wrapLines
      items={rows}
      ariaLabels={{ tableLabel: title }}
      empty={empty}
      columnDefinitions={columns.map(definition)}
      header={
        heading !== null && (
          <Header
            variant="h3"
            description={description}
            actions={
              <SpaceBetween direction="horizontal" size="xs" alignItems="center">
                {actions}
                {save}
              </SpaceBetween>
            }
          >
            {heading}
          </Header>
        )
      }
      footer={footer ?? (heading === null && save && <Box textAlign="right">{save}</Box>)}
    />
  );
}
