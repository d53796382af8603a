import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Modal, { type ModalProps } from '@cloudscape-design/components/modal';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { type ReactNode, useState } from 'react';
import { faultOf } from '../api/fault';

/** Asks for something, or whether something is to be done; says what went wrong, and stays until it went well. */
export function Dialog({
  title,
  action,
  onSubmit,
  onClose,
  disabled = false,
  size = 'medium',
  children,
}: {
  title: string;
  /** What the button that does it says. */
  action: string;
  /** Does it, and closes the dialog where that is not up to whoever opened it; what it throws is shown. */
  onSubmit: () => Promise<unknown>;
  onClose: () => void;
  /** Whether something is missing that it needs. */
  disabled?: boolean;
  size?: ModalProps.Size;
  children: ReactNode;
}) {
  const [problem, setProblem] = useState<string>();
  const [isBusy, setBusy] = useState(false);
  const submit = async () => {
    setBusy(true);
    setProblem(undefined);
    try {
      await onSubmit();
    } catch (error) {
      setProblem(faultOf(error).message);
    }
    setBusy(false);
  };
  return (
    <Modal
      visible
      size={size}
      header={title}
      closeAriaLabel="Close"
      onDismiss={onClose}
      footer={
        <Box float="right">
          <SpaceBetween direction="horizontal" size="xs">
            <Button variant="link" onClick={onClose}>
              Cancel
            </Button>
            <Button
              variant="primary"
              disabled={disabled}
              loading={isBusy}
              loadingText={action}
              onClick={() => void submit()}
            >
              {action}
            </Button>
          </SpaceBetween>
        </Box>
      }
    >
      <SpaceBetween size="m">
        {problem !== undefined && <Alert type="error">{problem}</Alert>}
        {children}
      </SpaceBetween>
    </Modal>
  );
}
