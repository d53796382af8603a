import Button from '@cloudscape-design/components/button';
import Box from '@cloudscape-design/components/box';
import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import Modal from '@cloudscape-design/components/modal';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';

/** Asks for a name. */
export function NameDialog({
  title,
  description,
  onName,
  onClose,
}: {
  title: string;
  description: string;
  onName: (name: string) => void | Promise<void>;
  onClose: () => void;
}) {
  const [name, setName] = useState('');
  const isGood = /^[^\p{Cc}]{1,128}$/u.test(name);
  return (
    <Modal
      visible
      header={title}
      closeAriaLabel="Close"
      onDismiss={onClose}
      footer={
        <Box float="right">
          <SpaceBetween direction="horizontal" size="xs">
            <Button variant="link" onClick={onClose}>
              Cancel
            </Button>
            <Button variant="primary" disabled={!isGood} onClick={() => void onName(name)}>
              {title}
            </Button>
          </SpaceBetween>
        </Box>
      }
    >
      <FormField label="Name" description={description}>
        <Input value={name} autoFocus onChange={({ detail }) => setName(detail.value)} />
      </FormField>
    </Modal>
  );
}
