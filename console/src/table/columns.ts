import type { TableProps } from '@cloudscape-design/components/table';
import type { ReactNode } from 'react';
import { type CsvValue, csv, download } from './csv';

/** One column of a downloaded table. */
export interface Told<Row> {
  header: string;
  text: (row: Row) => CsvValue;
}

/** One column: how it is shown, and what a file has of it. */
export interface Column<Row> {
  id: string;
  header: string;
  /** How it is shown; as its text where nothing else is said. */
  cell?: (row: Row) => ReactNode;
  /** What a downloaded table has in it; nothing for columns that are not told. */
  text?: (row: Row) => CsvValue;
  /** What a downloaded table has in place of this column, where that is several things. */
  texts?: Told<Row>[];
  /** By what the list is ordered where this column is chosen. */
  sortingField?: string;
  width?: number;
  minWidth?: number;
  isRowHeader?: boolean;
}

/** A column as Cloudscape's tables have it. */
export function definition<Row>(column: Column<Row>): TableProps.ColumnDefinition<Row> {
  const { id, header, cell, text, sortingField, width, minWidth = 80, isRowHeader = false } = column;
  const shown = cell ?? ((row: Row) => text?.(row) ?? '–');
  return { id, header, cell: shown, sortingField, width, minWidth, isRowHeader };
}

/** Hands a table to the browser to be kept, named by what it has: all its columns that have a text. */
export function downloadTable<Row>(what: string, columns: Column<Row>[], rows: readonly Row[]): void {
  const told = columns.flatMap(({ header, text, texts }) => texts ?? (text ? [{ header, text }] : []));
  const content = csv(
    told.map(({ header }) => header),
    rows.map((row) => told.map(({ text }) => text(row))),
  );
  const name = what
    .toLowerCase()
    .replaceAll(/[^a-z0-9.]+/g, '-')
    .replaceAll(/^-+|-+$/g, '');
  download(`assay-${name}.csv`, content, 'text/csv');
}
