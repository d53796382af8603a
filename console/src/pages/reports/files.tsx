import Button from '@cloudscape-design/components/button';
import { useState } from 'react';
import type { components } from '../../api/assay-routes';
import { answer } from '../../api/clients';
import { faultOf } from '../../api/fault';
import { useClients } from '../../session/context';
import { useNotices } from '../../shell/notices';
import { NothingThere } from '../../states/states';
import { download } from '../../table/csv';
import { type FetchPage, usePages } from '../../table/pages';
import { PagedTable } from '../../table/paged-table';
import { bytes, readable } from '../../text/words';
import type { Report } from './page';

type File = components['schemas']['File'];

/** The files of a report, which the service hands on from wherever they are kept. */
export function Files({ report }: { report: Report }) {
  const { assay, region } = useClients();
  const fetchPage: FetchPage<File> = async (nextToken, signal) => {
    const page = await answer(
      assay.GET('/report', { params: { query: { id: report.id, maxResults: 50, nextToken } }, signal }),
    );
    return { rows: page.files, next: page.nextToken ?? undefined };
  };
  const pages = usePages(['report-files', region, report.id, report.status], fetchPage);
  return (
    <PagedTable<File>
      title="Files"
      description={`${report.bucket}, ${readable(report.format)}`}
      what="files"
      pages={pages}
      within="part"
      rowKey={({ name }) => name}
      columns={[
        {
          id: 'name',
          header: 'Name',
          isRowHeader: true,
          cell: ({ name }) => name,
          text: ({ name }) => name,
          width: 700,
        },
        { id: 'size', header: 'Size', cell: ({ size }) => bytes(size), text: ({ size }) => size },
        {
          id: 'download',
          header: 'Download',
          cell: ({ name }) => <Download id={report.id} name={name} />,
        },
      ]}
      empty={
        <NothingThere
          title={report.status === 'IN_PROGRESS' ? 'The files are being written' : 'There are no files'}
        />
      }
    />
  );
}

function Download({ id, name }: { id: string; name: string }) {
  const { assay } = useClients();
  const notices = useNotices();
  const [isBusy, setBusy] = useState(false);
  const save = async () => {
    setBusy(true);
    try {
      const query = { id, name };
      const content = await answer(assay.GET('/report/file', { params: { query }, parseAs: 'blob' }));
      download(name.split('/').at(-1) ?? 'report', content as Blob, 'application/octet-stream');
    } catch (error) {
      notices.tell('error', `${name} could not be downloaded: ${faultOf(error).message}`);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Button
      iconName="download"
      variant="inline-icon"
      ariaLabel={`Download ${name}`}
      loading={isBusy}
      onClick={() => void save()}
    />
  );
}
