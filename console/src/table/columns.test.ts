import { expect, it, vi } from 'vitest';
import { severityTexts } from '../finding/severity';
import { type Column, definition, downloadTable } from './columns';
import * as csv from './csv';

interface Row {
  name: string;
  counts: { critical?: number };
}

const COLUMNS: Column<Row>[] = [
  { id: 'name', header: 'Name', text: ({ name }) => name },
  { id: 'counts', header: 'By severity', texts: severityTexts(({ counts }: Row) => counts) },
  { id: 'show', header: 'Show', cell: () => 'Show' },
];

it('has in a file what columns tell, and several where one shows several', () => {
  const download = vi.spyOn(csv, 'download').mockImplementation(() => undefined);
  downloadTable('Keys of =ada', COLUMNS, [{ name: '=ada', counts: { critical: 2 } }]);
  expect(download).toHaveBeenCalledWith(
    'assay-keys-of-ada.csv',
    "Name,Critical,High,Medium,Low,Informational,Untriaged\r\n'=ada,2,0,0,0,0,0\r\n",
    'text/csv',
  );
});

it('shows the text where nothing else is said', () => {
  const [name, counts] = COLUMNS.map(definition);
  const row = { name: 'ada', counts: {} };
  expect([name?.cell(row), counts?.cell(row)]).toEqual(['ada', '–']);
});
