import StatusIndicator from '@cloudscape-design/components/status-indicator';
import type { components } from '../../api/assay-routes';
import { NothingThere } from '../../states/states';
import { useRows } from '../../table/pages';
import { PagedTable } from '../../table/paged-table';

type Part = components['schemas']['NotAssessed'];

/** What in a resource could not be looked at, and why. */
export function NotLookedAt({ parts }: { parts: Part[] }) {
  const pages = useRows(parts, 50);
  return (
    <PagedTable<Part>
      title="Not assessed"
      what="parts that are not assessed"
      description="Of these nobody knows whether they have vulnerabilities."
      pages={pages}
      within="part"
      rowKey={({ code, path, message }) => `${code} ${path} ${message}`}
      columns={[
        {
          id: 'message',
          header: 'What',
          isRowHeader: true,
          cell: ({ message }) => message,
          text: ({ message }) => message,
          width: 460,
        },
        {
          id: 'path',
          header: 'Where',
          cell: ({ path }) => <code>{path}</code>,
          text: ({ path }) => path,
          width: 460,
        },
        { id: 'code', header: 'Code', cell: ({ code }) => code, text: ({ code }) => code },
      ]}
      empty={
        <NothingThere title="Everything in it was looked at">
          <StatusIndicator type="success">Nothing is left out</StatusIndicator>
        </NothingThere>
      }
    />
  );
}
