import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import CopyToClipboard from '@cloudscape-design/components/copy-to-clipboard';
import FormField from '@cloudscape-design/components/form-field';
import Modal from '@cloudscape-design/components/modal';
import SpaceBetween from '@cloudscape-design/components/space-between';
import type { components } from '../../api/assay-routes';

export type MadeKey = components['schemas']['MadeKey'];

/** Shows the secret of a new key, which nobody can be shown again. */
export function SecretDialog({ made, onClose }: { made: MadeKey; onClose: () => void }) {
  const copyable = (text: string, what: string) => (
    <CopyToClipboard
      variant="inline"
      textToCopy={text}
      textToDisplay={text}
      copyButtonAriaLabel={`Copy the ${what}`}
      copySuccessText="Copied"
      copyErrorText="The browser does not let pages copy here"
    />
  );
  return (
    <Modal
      visible
      header="The new key"
      closeAriaLabel="Close"
      onDismiss={onClose}
      footer={
        <Box float="right">
          <Button variant="primary" onClick={onClose}>
            I have kept it
          </Button>
        </Box>
      }
    >
      <SpaceBetween size="m">
        <Alert type="warning">The secret is shown now and never again.</Alert>
        <FormField label="Access key">{copyable(made.accessKeyId, 'access key')}</FormField>
        <FormField label="Secret">{copyable(made.secretAccessKey, 'secret')}</FormField>
      </SpaceBetween>
    </Modal>
  );
}
