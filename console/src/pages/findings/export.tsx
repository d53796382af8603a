import { CreateFindingsReportCommand, type FilterCriteria } from '@aws-sdk/client-inspector2';
import Button from '@cloudscape-design/components/button';
import { useState } from 'react';
import { OrderDialog } from '../../report/order-dialog';
import { useClients, useMayChange } from '../../session/context';

/** Exports all findings that a filter has, as a report. */
export function ExportView({ criteria }: { criteria: FilterCriteria }) {
  const { inspector } = useClients();
  const mayChange = useMayChange();
  const [isOpen, setOpen] = useState(false);
  if (!mayChange) return null;
  return (
    <>
      <Button onClick={() => setOpen(true)}>Export view</Button>
      {isOpen && (
        <OrderDialog
          title="Export this view"
          description="A report of all findings that the filter has, however many these are."
          formats={['CSV', 'JSON']}
          order={async (reportFormat, s3Destination) => {
            const command = new CreateFindingsReportCommand({
              reportFormat,
              filterCriteria: criteria,
              s3Destination,
            });
            return (await inspector.send(command)).reportId;
          }}
          onClose={() => setOpen(false)}
        />
      )}
    </>
  );
}
