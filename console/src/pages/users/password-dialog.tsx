import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import Modal from '@cloudscape-design/components/modal';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';
import { answer } from '../../api/clients';
import { faultOf } from '../../api/fault';
import { useClients } from '../../session/context';
import { useNotices } from '../../shell/notices';
import type { User } from './page';

/** Sets the password of a user, which ends their sessions. */
export function PasswordDialog({ user, onClose }: { user: User; onClose: () => void }) {
  const { assay } = useClients();
  const notices = useNotices();
  const [password, setPassword] = useState('');
  const [problem, setProblem] = useState<string>();
  const save = async () => {
    try {
      const query = { name: user.name };
      await answer(assay.PUT('/user/password', { params: { query }, body: { password } }));
      notices.tell('success', `The password of ${user.name} is set; their sessions are over.`);
      onClose();
    } catch (error) {
      setProblem(faultOf(error).message);
    }
  };
  return (
    <Modal
      visible
      header={`Password of ${user.name}`}
      closeAriaLabel="Close"
      onDismiss={onClose}
      footer={
        <Box float="right">
          <SpaceBetween direction="horizontal" size="xs">
            <Button variant="link" onClick={onClose}>
              Cancel
            </Button>
            <Button variant="primary" disabled={password === ''} onClick={() => void save()}>
              Set the password
            </Button>
          </SpaceBetween>
        </Box>
      }
    >
      <SpaceBetween size="m">
        {problem !== undefined && <Alert type="error">{problem}</Alert>}
        <FormField label="New password" description="All sessions of the user end.">
          <Input
            type="password"
            value={password}
            autoComplete="new-password"
            onChange={({ detail }) => setPassword(detail.value)}
          />
        </FormField>
      </SpaceBetween>
    </Modal>
  );
}
