import Box from '@cloudscape-design/components/box';
import ExpandableSection from '@cloudscape-design/components/expandable-section';
import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import RadioGroup from '@cloudscape-design/components/radio-group';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';
import { useNavigate } from 'react-router';
import { useClients, useCredentials } from '../session/context';
import { Dialog } from '../shell/dialog';
import { useRegionPath } from '../shell/link';
import { readable } from '../text/words';
import { type Destination, useDestination } from './destination';

/**
 * Asks in which form, and to where, something is to be exported; orders it, and goes to where its progress and its files
 * are.
 */
export function OrderDialog<Format extends string>({
  title,
  description,
  formats,
  order,
  onClose,
}: {
  title: string;
  description: string;
  formats: readonly Format[];
  /** Orders it; the id of what was ordered. */
  order: (format: Format, destination: Destination) => Promise<string | undefined>;
  onClose: () => void;
}) {
  const { region } = useClients();
  const { account } = useCredentials();
  const [format, setFormat] = useState(formats[0]);
  const [destination, setDestination, keep] = useDestination(account, region);
  const navigate = useNavigate();
  const path = useRegionPath();
  const submit = async () => {
    if (format === undefined) return;
    const id = await order(format, destination);
    keep();
    void navigate(path(`/reports?id=${id}`));
  };
  return (
    <Dialog title={title} action="Export" onSubmit={submit} onClose={onClose}>
      <Box>{description}</Box>
      <FormField label="Format">
        <RadioGroup
          value={format ?? null}
          items={formats.map((value) => ({ value, label: readable(value) }))}
          onChange={({ detail }) => setFormat(detail.value as Format)}
        />
      </FormField>
      <ExpandableSection headerText="Where it is kept">
        <SpaceBetween size="s">
          <FormField
            label="Bucket"
            description="Files are downloaded from the service, wherever they are kept."
          >
            <Input
              value={destination.bucketName}
              onChange={({ detail }) => setDestination({ ...destination, bucketName: detail.value.trim() })}
            />
          </FormField>
          <FormField label="KMS key" description="Only buckets of S3 are encrypted with it.">
            <Input
              value={destination.kmsKeyArn}
              onChange={({ detail }) => setDestination({ ...destination, kmsKeyArn: detail.value.trim() })}
            />
          </FormField>
        </SpaceBetween>
      </ExpandableSection>
    </Dialog>
  );
}
